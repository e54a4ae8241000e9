package io.rdsboot.pool.pooler;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.RdsHostName;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a pooler stands before a server. Thread-safe.
 *
 * <p>
 * A server tells each client at the login the process that serves it. A pooler answers
 * logins itself and tells a number of its own, so that a question to the server gives
 * another one. That is one round trip a connection. In which mode the pooler is it does
 * not say; transaction mode is assumed, in which what is right for session mode may not
 * be.
 */
@API(status = API.Status.INTERNAL)
public final class PoolerRecognition {

	private static final Logger logger = LoggerFactory.getLogger(PoolerRecognition.class);

	/**
	 * The name of a prepared statement is taken in the session, by a client that prepares
	 * although nothing is kept.
	 */
	private static final String TAKEN = "42P05";

	private static final String MARK = "rds: which process serves this, and by which name?";

	private static final String QUESTION = "/* " + MARK + " */ SELECT pg_catalog.pg_backend_pid(),"
			+ " (SELECT name FROM pg_catalog.pg_prepared_statements WHERE statement LIKE '%" + MARK + "%' LIMIT 1)";

	/**
	 * What PgBouncer calls statements in the server's sessions, each of which has one
	 * name for all clients.
	 */
	private static final String RENAMED = "PGBOUNCER_";

	private final InstanceAddress address;

	private final PoolerMode mode;

	/**
	 * Whether connections are asked anything.
	 */
	private final boolean asks;

	private volatile Pooler pooler;

	/**
	 * Whether it was not only declared what there is.
	 */
	private volatile boolean found;

	/**
	 * Create a recognition.
	 * @param address where the connections lead
	 * @param mode what was configured
	 */
	public PoolerRecognition(InstanceAddress address, PoolerMode mode) {
		this.address = address;
		this.mode = mode;
		boolean proxy = isProxy(address);
		this.asks = !proxy && (mode == PoolerMode.AUTO || mode == PoolerMode.TRANSACTION);
		this.pooler = (mode == PoolerMode.TRANSACTION || (mode == PoolerMode.AUTO && proxy)) ? Pooler.TRANSACTION
				: Pooler.NONE;
	}

	/**
	 * RDS Proxy works in transaction mode alone. It is asked nothing, because a statement
	 * that is prepared to find out might pin a session.
	 */
	private static boolean isProxy(InstanceAddress address) {
		return RdsHostName.parse(address.host())
			.map(RdsHostName::kind)
			.filter(RdsHostName.Kind.PROXY::equals)
			.isPresent();
	}

	/**
	 * Return what is known by now.
	 */
	public Pooler pooler() {
		return this.pooler;
	}

	/**
	 * Look at a connection that was just opened for what was known then.
	 * @param connection a connection in auto-commit mode
	 * @param openedFor what was known when it was opened
	 * @return whether something else was found, so that another connection has to be
	 * opened
	 * @throws UnsafePoolerSettingException if the address has a database of its own, and
	 * there is no pooler that could know it by this name
	 */
	public boolean learnFrom(Connection connection, Pooler openedFor) throws SQLException {
		if (this.asks) {
			Answer answer = ask(connection, openedFor == Pooler.TRANSACTION_WITH_PREPARED_STATEMENTS);
			boolean pooled = this.mode == PoolerMode.TRANSACTION
					|| answer.process() != connection.unwrap(PGConnection.class).getBackendPID();
			if (pooled != openedFor.sharesSessions() || answer.lostName() || (pooled && !this.found)) {
				found(!pooled ? Pooler.NONE : keepsPreparedStatements(connection)
						? Pooler.TRANSACTION_WITH_PREPARED_STATEMENTS : Pooler.TRANSACTION);
			}
		}
		if (this.address.database() != null && this.mode != PoolerMode.SESSION && !this.pooler.sharesSessions()) {
			throw new UnsafePoolerSettingException("The reader " + this.address
					+ " has another database than the writer, and no pooler answers there that could know the writer's by this name.",
					"Remove the database from the reader's URL in rds.readers: replicas hold the writer's databases.");
		}
		return openedFor != this.pooler;
	}

	private void found(Pooler present) {
		boolean news = !this.found || present != this.pooler;
		this.pooler = present;
		this.found = true;
		if (news && present.sharesSessions()) {
			logger.info(
					"A pooler answers at {}, and is taken for one in transaction mode: nothing is set in sessions, and {}; if it gives each client a session of its own, set rds.pool.pooler=session",
					this.address, (present == Pooler.TRANSACTION) ? "no statement is prepared by name"
							: "statements are prepared, because it keeps them");
		}
	}

	/**
	 * Ask which process serves a connection.
	 * @param prepared whether to have the question prepared by name
	 */
	private static Answer ask(Connection connection, boolean prepared) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(QUESTION)) {
			statement.unwrap(PGStatement.class).setPrepareThreshold(prepared ? 1 : 0);
			try (ResultSet rows = statement.executeQuery()) {
				rows.next();
				return new Answer(rows.getInt(1), prepared ? rows.getString(2) : null, prepared);
			}
		}
	}

	/**
	 * Have a statement prepared in a transaction, in which the session stays the same,
	 * and remove it from there if the pooler does not keep it.
	 */
	private static boolean keepsPreparedStatements(Connection connection) throws SQLException {
		// Else the driver would prepare ROLLBACK, and leave it there.
		connection.unwrap(PGConnection.class).setPrepareThreshold(0);
		connection.setAutoCommit(false);
		try {
			Answer answer = ask(connection, true);
			if (answer.name() != null && answer.lostName()) {
				try (Statement removal = connection.createStatement()) {
					removal.execute("DEALLOCATE \"" + answer.name() + "\"");
				}
			}
			return !answer.lostName();
		}
		catch (SQLException ex) {
			if (!TAKEN.equals(ex.getSQLState())) {
				throw ex;
			}
			return false;
		}
		finally {
			connection.rollback();
			connection.setAutoCommit(true);
		}
	}

	/**
	 * What a connection answered.
	 *
	 * @param process the process that serves it
	 * @param name what the question is called in the server's session, or {@code null}
	 * @param prepared whether it was prepared by name
	 */
	private record Answer(int process, @Nullable String name, boolean prepared) {

		/**
		 * Return whether the pooler does not keep statements, because it has not given
		 * this one a name of its own.
		 */
		boolean lostName() {
			return this.prepared && (this.name == null || !this.name.startsWith(RENAMED));
		}

	}

}
