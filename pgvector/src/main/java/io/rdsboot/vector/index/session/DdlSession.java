package io.rdsboot.vector.index.session;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import io.rdsboot.vector.index.catalog.ExistingIndex;
import io.rdsboot.vector.index.catalog.IndexClaims;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/**
 * Connection for statements that run outside of a transaction and may take hours. The
 * time limits of ordinary statements do not count on it, another does.
 */
public final class DdlSession implements AutoCloseable {

	private static final Duration NETWORK_MARGIN = Duration.ofMinutes(1);

	/**
	 * The server ends its sessions (57P01), has seen another process crash (57P02), or
	 * takes none now (57P03).
	 */
	private static final Set<String> SHUTDOWN = Set.of("57P01", "57P02", "57P03");

	private static final String CONNECTION_EXCEPTION = "08";

	/**
	 * What HikariCP says, without SQLSTATE, of a connection that was found lost before.
	 */
	private static final String EVICTED = "Connection is closed";

	private final DataSource dataSource;

	private final Connection connection;

	private final boolean autoCommit;

	private final int networkTimeout;

	/**
	 * What the connection came with, which need not be the role's defaults: a pool may
	 * have set it.
	 */
	private final String restoration;

	private @Nullable Statement running;

	private boolean canceled;

	private @Nullable SQLWarning notice;

	private DdlSession(DataSource dataSource, Connection connection) throws SQLException {
		this.dataSource = dataSource;
		this.connection = connection;
		this.autoCommit = connection.getAutoCommit();
		this.networkTimeout = connection.getNetworkTimeout();
		connection.setAutoCommit(true);
		this.restoration = restoration(connection);
	}

	private static String restoration(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery("""
				SELECT format('SET statement_timeout = %L; SET lock_timeout = %L; SET search_path = %s',
					current_setting('statement_timeout'), current_setting('lock_timeout'),
					current_setting('search_path'))""")) {
			row.next();
			return row.getString(1);
		}
	}

	/**
	 * Return whether a failure is that no connection could be had, or that it was lost.
	 */
	public static boolean isLoss(SQLException failure) {
		String state = failure.getSQLState();
		if (state == null && EVICTED.equals(failure.getMessage())) {
			return true;
		}
		return failure instanceof SQLTransientConnectionException || failure.getCause() instanceof IOException
				|| (state != null && (state.startsWith(CONNECTION_EXCEPTION) || SHUTDOWN.contains(state)));
	}

	static DdlSession open(DataSource dataSource, Duration timeout) throws SQLException {
		Connection connection = dataSource.getConnection();
		try {
			DdlSession session = new DdlSession(dataSource, connection);
			session.prepare(timeout);
			return session;
		}
		catch (SQLException ex) {
			connection.close();
			throw ex;
		}
	}

	private void prepare(Duration timeout) throws SQLException {
		this.connection.setNetworkTimeout(Runnable::run, Math.toIntExact(timeout.plus(NETWORK_MARGIN).toMillis()));
		execute("SET statement_timeout = " + timeout.toMillis());
		execute("SET lock_timeout = 0");
	}

	/**
	 * Look for names in these schemas until the session is closed.
	 * @param schemas the schemas, as a list in SQL
	 */
	void setSearchPath(String schemas) throws SQLException {
		execute("SET search_path = " + schemas);
	}

	/**
	 * Return where further connections of the same login come from.
	 */
	public DataSource dataSource() {
		return this.dataSource;
	}

	public Connection connection() {
		return this.connection;
	}

	public void execute(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			begin(statement);
			statement.execute(sql);
			this.notice = statement.getWarnings();
		}
		finally {
			end();
		}
	}

	/**
	 * Change the comment of an index.
	 */
	public void comment(ExistingIndex index, UnaryOperator<IndexClaims> change) throws SQLException {
		IndexComments.change(this.connection, index.quotedName(), change);
	}

	/**
	 * Return what the server found to improve about the last statement that it executed:
	 * the first notice with a hint, or {@code null} if there is none. Servers send
	 * notices to those only who want them ({@code client_min_messages}).
	 */
	public @Nullable SQLWarning advice() {
		SQLWarning notice = this.notice;
		while (notice != null && !hasHint(notice)) {
			notice = notice.getNextWarning();
		}
		return notice;
	}

	private static boolean hasHint(SQLWarning notice) {
		ServerErrorMessage message = (notice instanceof PSQLWarning postgres) ? postgres.getServerErrorMessage() : null;
		return message != null && message.getHint() != null;
	}

	private synchronized void begin(Statement statement) throws SQLException {
		if (this.canceled) {
			throw new SQLException("Canceled because the application stops", "57014");
		}
		this.running = statement;
	}

	private synchronized void end() {
		this.running = null;
	}

	/**
	 * End what is running, and let nothing begin any more. May be called from another
	 * thread, and again: a statement that is only just on its way is not hit.
	 */
	public synchronized void cancel() throws SQLException {
		this.canceled = true;
		cancelStatement();
	}

	/**
	 * End what is running, and nothing else. May be called from another thread, and
	 * again.
	 */
	public synchronized void cancelStatement() throws SQLException {
		if (this.running != null) {
			this.running.cancel();
		}
	}

	@Override
	public void close() throws SQLException {
		try (Connection closing = this.connection; Statement statement = closing.createStatement()) {
			statement.execute(this.restoration);
			closing.setNetworkTimeout(Runnable::run, this.networkTimeout);
			closing.setAutoCommit(this.autoCommit);
		}
	}

}
