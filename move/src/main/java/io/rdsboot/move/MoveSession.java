package io.rdsboot.move;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a database of a move, with limits: of each statement, and of the time
 * until the server answers at all. Names that it reads are qualified. Not thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class MoveSession implements AutoCloseable {

	/**
	 * How much later than the server itself the client gives up on a statement.
	 */
	private static final Duration GRACE = Duration.ofSeconds(5);

	/**
	 * A process that is frozen in a transaction loses it, with all that it has locked.
	 */
	private static final Duration IDLE_IN_TRANSACTION = Duration.ofSeconds(5);

	private final MoveDatabase database;

	private final Connection connection;

	private final int version;

	private MoveSession(MoveDatabase database, Connection connection, Duration limit) throws SQLException {
		this.database = database;
		this.connection = connection;
		connection.setNetworkTimeout(Runnable::run, (int) limit.plus(GRACE).toMillis());
		execute("""
				SET statement_timeout = %d;
				SET lock_timeout = %1$d;
				SET idle_in_transaction_session_timeout = %2$d;
				SET search_path = pg_catalog""".formatted(limit.toMillis(), IDLE_IN_TRANSACTION.toMillis()));
		this.version = Math.toIntExact(number("SELECT current_setting('server_version_num')::bigint / 10000"));
	}

	/**
	 * Open a session in autocommit mode.
	 * @param limit of each statement
	 * @throws SQLException if the database cannot be reached, with its side and address
	 */
	public static MoveSession open(MoveDatabase database, Duration limit) throws SQLException {
		Connection connection;
		try {
			connection = database.dataSource().getConnection();
		}
		catch (SQLException ex) {
			throw new SQLException("No connection to the %s: %s".formatted(database, ex.getMessage()), ex.getSQLState(),
					ex);
		}
		try {
			return new MoveSession(database, connection, limit);
		}
		catch (SQLException ex) {
			connection.close();
			throw ex;
		}
	}

	/**
	 * Return the connection itself, such as for a transaction.
	 */
	public Connection connection() {
		return this.connection;
	}

	/**
	 * Return the major version of the server, such as 17.
	 */
	public int version() {
		return this.version;
	}

	/**
	 * Execute statements.
	 */
	public void execute(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/**
	 * Execute a statement with parameters.
	 * @return how many rows it has changed
	 */
	public int update(String sql, @Nullable Object... parameters) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			for (int i = 0; i < parameters.length; i++) {
				statement.setObject(i + 1, parameters[i]);
			}
			return statement.executeUpdate();
		}
	}

	/**
	 * Do work in a transaction, which is rolled back if it fails.
	 * @param work the work
	 */
	public void transaction(Work work) throws SQLException {
		this.connection.setAutoCommit(false);
		try {
			work.run();
			this.connection.commit();
		}
		finally {
			if (!this.connection.isClosed()) {
				this.connection.rollback();
				this.connection.setAutoCommit(true);
			}
		}
	}

	/**
	 * Return the rows of a query.
	 */
	public <T> List<T> rows(String query, RowReader<T> reader, Object... parameters) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(query)) {
			for (int i = 0; i < parameters.length; i++) {
				statement.setObject(i + 1, parameters[i]);
			}
			try (ResultSet results = statement.executeQuery()) {
				List<T> rows = new ArrayList<>();
				while (results.next()) {
					rows.add(reader.read(results));
				}
				return rows;
			}
		}
	}

	/**
	 * Return the only row of a query, or {@code null} if there is none.
	 */
	public <T> @Nullable T row(String query, RowReader<T> reader, Object... parameters) throws SQLException {
		List<T> rows = rows(query, reader, parameters);
		return rows.isEmpty() ? null : rows.get(0);
	}

	/**
	 * Return the first column of a query's rows.
	 */
	public List<String> texts(String query, Object... parameters) throws SQLException {
		return rows(query, (row) -> row.getString(1), parameters);
	}

	/**
	 * Return the number that a query answers with, 0 for none.
	 */
	public long number(String query, Object... parameters) throws SQLException {
		List<Long> numbers = rows(query, (row) -> row.getLong(1), parameters);
		return numbers.isEmpty() ? 0 : numbers.get(0);
	}

	/**
	 * Return whether a query has rows.
	 */
	public boolean exists(String query, Object... parameters) throws SQLException {
		return !rows(query, (row) -> true, parameters).isEmpty();
	}

	/**
	 * Wait until a query has no rows. The server does the waiting between two looks.
	 * @param what is waited for, for the message
	 * @throws SQLTimeoutException if it still has rows after the limit
	 */
	public void awaitNone(String what, Duration limit, String query, Object... parameters) throws SQLException {
		long end = System.nanoTime() + limit.toNanos();
		while (exists(query, parameters)) {
			if (System.nanoTime() - end >= 0) {
				throw new SQLTimeoutException(
						"%s on the %s was not over within %s s".formatted(what, this.database, limit.toSeconds()));
			}
			execute("SELECT pg_sleep(0.05)");
		}
	}

	@Override
	public void close() throws SQLException {
		this.connection.close();
	}

	/**
	 * Work of a transaction.
	 */
	@FunctionalInterface
	public interface Work {

		void run() throws SQLException;

	}

	/**
	 * Reads a row.
	 *
	 * @param <T> what it becomes
	 */
	public interface RowReader<T> {

		T read(ResultSet row) throws SQLException;

	}

}
