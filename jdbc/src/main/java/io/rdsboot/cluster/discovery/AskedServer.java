package io.rdsboot.cluster.discovery;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server of a cluster that is asked which others there are, over a connection that is
 * kept between two questions. Used by one thread at a time.
 */
final class AskedServer {

	private static final Logger logger = LoggerFactory.getLogger(AuroraDiscovery.class);

	private static final String UNDEFINED_FUNCTION = "42883";

	/**
	 * How often one connection is asked over: its address may lead to another cluster by
	 * now.
	 */
	static final int LOOKS = 12;

	private final List<DatabaseInstance> configured;

	private final String withoutFunction;

	private @Nullable Source source;

	private int looks;

	/**
	 * Create it, with no connection before the first question.
	 * @param configured the addresses to ask where nobody else answers
	 * @param withoutFunction what to do about a server that lacks the function
	 */
	AskedServer(List<DatabaseInstance> configured, String withoutFunction) {
		this.configured = configured;
		this.withoutFunction = withoutFunction;
	}

	/**
	 * Ask the same server as before, or the first one that answers: the writer, which
	 * knows best, then the others, and the configured addresses last.
	 */
	<T> List<T> ask(ClusterTopology known, InstanceConnector connector, Duration timeout, String query, Row<T> row)
			throws DiscoveryException {
		List<DatabaseInstance> candidates = candidates(known);
		this.looks++;
		if (this.source != null && (!candidates.contains(this.source.instance()) || this.looks > LOOKS)) {
			release();
		}
		DiscoveryException failure = new DiscoveryException("No instance could be asked which others there are", null);
		if (this.source != null) {
			try {
				return rows(this.source.connection(), query, row);
			}
			catch (SQLException ex) {
				failure.addSuppressed(ex);
				release();
			}
		}
		for (DatabaseInstance candidate : candidates) {
			try {
				this.source = new Source(candidate, connector.connect(candidate, timeout));
				this.looks = 1;
				return rows(this.source.connection(), query, row);
			}
			catch (SQLException ex) {
				release();
				failure = failure(candidate, ex, failure);
				if (isFunctionMissing(failure)) {
					throw failure;
				}
			}
		}
		throw failure;
	}

	/**
	 * Ask the server that has just answered something that it may not know.
	 * @return what it says, or nothing if it does not answer that
	 */
	<T> List<T> askFurther(String query, Row<T> row) {
		try {
			return (this.source != null) ? rows(this.source.connection(), query, row) : List.of();
		}
		catch (SQLException ex) {
			logger.debug("{} does not answer {}", this.source, query, ex);
			return List.of();
		}
	}

	/**
	 * Return whether a look has failed because the server that was asked is not one of
	 * Aurora's.
	 */
	static boolean isFunctionMissing(DiscoveryException failure) {
		return failure.getCause() instanceof SQLException cause && UNDEFINED_FUNCTION.equals(cause.getSQLState());
	}

	private DiscoveryException failure(DatabaseInstance candidate, SQLException cause, DiscoveryException previous) {
		String mend = UNDEFINED_FUNCTION.equals(cause.getSQLState()) ? ". " + this.withoutFunction : "";
		DiscoveryException failure = new DiscoveryException(
				"The server at %s could not be asked which instances there are: %s%s".formatted(candidate.address(),
						cause.getMessage(), mend),
				cause);
		failure.addSuppressed(previous);
		return failure;
	}

	private List<DatabaseInstance> candidates(ClusterTopology known) {
		return Stream
			.concat(Stream.concat(known.writer().stream(), known.instances().stream())
				.filter(InstanceState::reachable)
				.map(InstanceState::instance), this.configured.stream())
			.distinct()
			.toList();
	}

	/**
	 * Return whether an instance was asked last.
	 */
	boolean is(DatabaseInstance instance) {
		return this.source != null && this.source.instance().equals(instance);
	}

	static <T> List<T> rows(Connection connection, String query, Row<T> row) throws SQLException {
		List<T> rows = new ArrayList<>();
		try (PreparedStatement statement = connection.prepareStatement(query);
				ResultSet result = statement.executeQuery()) {
			while (result.next()) {
				rows.add(row.read(result));
			}
		}
		return rows;
	}

	/**
	 * Close the connection that is kept. Does not block.
	 */
	void release() {
		Source released = this.source;
		this.source = null;
		if (released != null) {
			try {
				released.connection().close();
			}
			catch (SQLException ex) {
				logger.debug("The connection to {} was lost before it was closed", released.instance(), ex);
			}
		}
	}

	/**
	 * The connection that is kept.
	 *
	 * @param instance where it leads
	 * @param connection the connection
	 */
	private record Source(DatabaseInstance instance, Connection connection) {
	}

	/**
	 * Reads one row of an answer.
	 *
	 * @param <T> what it makes of the row
	 */
	@FunctionalInterface
	interface Row<T> {

		T read(ResultSet row) throws SQLException;

	}

}
