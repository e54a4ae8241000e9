package io.rdsboot.benchmarks.soak;

import java.util.Random;

import io.rdsboot.test.LocalPgBouncer;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

/**
 * A cluster behind a PgBouncer in transaction mode, which has one name for the writer and
 * one for a reader. These are all that a service knows of it.
 *
 * @param cluster the servers
 * @param pgBouncer stands before them
 */
record PooledCluster(LocalRdsCluster cluster, LocalPgBouncer pgBouncer) implements AutoCloseable {

	/** What PgBouncer calls the writer's database. */
	static final String WRITER = "w";

	/** What PgBouncer calls the database of a reader. */
	static final String READER = "r";

	/**
	 * Starts a PgBouncer with its defaults but two: few sessions, so that clients share
	 * them all the time, and a second in place of 15 until it tries again a server that
	 * was away.
	 * @param cluster the servers
	 * @param newest whether one that keeps prepared statements
	 */
	static PooledCluster of(LocalRdsCluster cluster, boolean newest) {
		LocalPgBouncer.Builder builder = LocalPgBouncer.builder(cluster)
			.database(WRITER, cluster.writer())
			.database(READER, cluster.readers().get(0))
			.parameter("server_login_retry", "1");
		return new PooledCluster(cluster, (newest ? builder.newest() : builder).start());
	}

	String writer() {
		return this.pgBouncer.jdbcUrl(WRITER);
	}

	String reader() {
		return this.pgBouncer.jdbcUrl(READER);
	}

	/**
	 * Lets both names lead where they should.
	 */
	void putRight(Random random) {
		this.pgBouncer.redirect(WRITER, this.cluster.writer());
		this.pgBouncer.redirect(READER, anyReader(random));
	}

	LocalRdsInstance anyReader(Random random) {
		return this.cluster.readers().get(random.nextInt(this.cluster.readers().size()));
	}

	@Override
	public void close() {
		this.pgBouncer.close();
	}

}
