package io.rdsboot.test;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.test.process.Parallel;
import org.jspecify.annotations.Nullable;

/**
 * Two databases that data can move between: the source as Neon has it, and an RDS as the
 * target. Each is a {@link LocalRdsCluster} of one server, with an address that takes
 * logins over TLS and can be cut. Nothing is left when it is closed. Thread-safe.
 *
 * @see #builder()
 */
public final class LocalRdsMove implements AutoCloseable {

	private final LocalRdsMoveDatabase source;

	private final LocalRdsMoveDatabase target;

	private final @Nullable LocalPgBouncer pooler;

	private LocalRdsMove(Builder builder) {
		List<LocalRdsCluster> clusters = Parallel.map(List.of(builder.source, builder.target),
				(server) -> start(server, builder.extensions));
		try {
			this.source = new LocalRdsMoveDatabase(clusters.get(0));
			this.target = new LocalRdsMoveDatabase(clusters.get(1));
			this.pooler = builder.pooler ? LocalPgBouncer.builder(clusters.get(0)).start() : null;
		}
		catch (RuntimeException ex) {
			clusters.forEach(LocalRdsCluster::close);
			throw ex;
		}
	}

	private static LocalRdsCluster start(LocalRdsClusterBuilder cluster, List<String> extensions) {
		return cluster.extensions(extensions.toArray(String[]::new)).start();
	}

	/**
	 * Begin with a move. By default both servers replicate logically and have the
	 * extension {@code vector} to be created, each has the database {@code app} without
	 * tables, and there is no pooler.
	 * @return the builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * The database that the data comes from.
	 * @return the source
	 */
	public LocalRdsMoveDatabase source() {
		return this.source;
	}

	/**
	 * The database that the data goes to.
	 * @return the target
	 */
	public LocalRdsMoveDatabase target() {
		return this.target;
	}

	/**
	 * The source's pooled address, which cannot replicate.
	 * @return a PgBouncer in transaction mode that the application can log in to
	 * @throws IllegalStateException when it was built without {@link Builder#pooler()}
	 */
	public LocalPgBouncer pooler() {
		if (this.pooler == null) {
			throw new IllegalStateException("pooler() needs a move that is built with pooler()");
		}
		return this.pooler;
	}

	/**
	 * Stops both servers, in whatever state they are, and deletes their data.
	 */
	@Override
	public void close() {
		if (this.pooler != null) {
			this.pooler.close();
		}
		this.source.cluster().close();
		this.target.cluster().close();
	}

	@Override
	public String toString() {
		return "LocalRdsMove[%s -> %s]".formatted(this.source, this.target);
	}

	/**
	 * Builder of a {@link LocalRdsMove}. Not thread-safe.
	 */
	public static final class Builder {

		private final LocalRdsClusterBuilder source = LocalRdsCluster.builder().readers(0).tls();

		private final LocalRdsClusterBuilder target = LocalRdsCluster.builder().readers(0).tls();

		private final List<String> extensions = new ArrayList<>();

		private boolean pooler;

		private Builder() {
			for (LocalRdsClusterBuilder each : List.of(this.source, this.target)) {
				each.parameter("wal_level", "logical");
				// A worker that has failed begins again at once, not after 5 s.
				each.parameter("wal_retrieve_retry_interval", "200ms");
			}
		}

		/**
		 * Runs the source on a PostgreSQL of your choice, such as one of another major
		 * version than the target's.
		 * @param bin the directory of its programs
		 * @return this
		 * @see LocalRdsCluster#installedPostgres(int)
		 */
		public Builder sourcePostgres(Path bin) {
			this.source.postgres(bin);
			return this;
		}

		/**
		 * Runs the target on a PostgreSQL of your choice.
		 * @param bin the directory of its programs
		 * @return this
		 * @see LocalRdsCluster#installedPostgres(int)
		 */
		public Builder targetPostgres(Path bin) {
			this.target.postgres(bin);
			return this;
		}

		/**
		 * Sets a parameter of the source's server.
		 * @param name a setting of PostgreSQL, such as {@code max_slot_wal_keep_size}
		 * @param value its value
		 * @return this
		 */
		public Builder sourceParameter(String name, String value) {
			this.source.parameter(name, value);
			return this;
		}

		/**
		 * Sets a parameter of the target's server.
		 * @param name a setting of PostgreSQL
		 * @param value its value
		 * @return this
		 */
		public Builder targetParameter(String name, String value) {
			this.target.parameter(name, value);
			return this;
		}

		/**
		 * Adds an extension that both databases have.
		 * @param name name of an installed extension
		 * @return this
		 */
		public Builder extension(String name) {
			this.extensions.add(name);
			return this;
		}

		/**
		 * Puts a PgBouncer in front of the source, as the pooled address of Neon is.
		 * @return this
		 */
		public Builder pooler() {
			this.pooler = true;
			return this;
		}

		/**
		 * Starts both servers.
		 * @return a move that accepts connections
		 * @throws io.rdsboot.test.process.LocalRdsException when this machine has no
		 * PostgreSQL or PgBouncer to run it on, or a server does not start
		 */
		public LocalRdsMove start() {
			return new LocalRdsMove(this);
		}

	}

}
