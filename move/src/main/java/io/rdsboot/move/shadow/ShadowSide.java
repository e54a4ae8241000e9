package io.rdsboot.move.shadow;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.move.Side;
import org.postgresql.PGStatement;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * One side that shadow reads are asked of, over a small pool of its own, in read-only
 * transactions. Thread-safe.
 */
final class ShadowSide implements AutoCloseable {

	/**
	 * HikariCP takes no less.
	 */
	private static final long LEAST_BORROW_MILLIS = 250;

	private static final long IDLE_MILLIS = 10_000;

	/**
	 * For how long HikariCP waits, when it closes, for a connection that is being opened.
	 */
	private static final int CLOSE_SECONDS = 2;

	private static final int FETCH_SIZE = 1_000;

	/**
	 * What the texts of values depend on, and no role or database is to set otherwise.
	 */
	private static final String SETTINGS = """
			SET default_transaction_read_only = on; SET DateStyle = 'ISO, MDY'; SET IntervalStyle = 'postgres';
			SET bytea_output = 'hex'; SET extra_float_digits = 3; SET TimeZone = 'UTC'; SET lc_monetary = 'C';
			SET xmloption = 'content'""";

	private final HikariDataSource pool;

	private final int maxRows;

	private final long maxCharacters;

	ShadowSide(Side side, DataSource dataSource, int connections, int maxRows, long maxCharacters) {
		HikariConfig config = new HikariConfig();
		config.setPoolName("rds-move-shadow-" + side);
		config.setDataSource(new DelegatingDataSource(dataSource) {
			@Override
			public void setLoginTimeout(int seconds) {
				// It is not this pool's data source alone.
			}

			@Override
			public int getLoginTimeout() {
				return CLOSE_SECONDS;
			}
		});
		config.setMaximumPoolSize(connections);
		config.setMinimumIdle(0);
		config.setIdleTimeout(IDLE_MILLIS);
		config.setInitializationFailTimeout(-1);
		config.setConnectionTimeout(LEAST_BORROW_MILLIS * 8);
		config.setAutoCommit(false);
		config.setReadOnly(true);
		config.setConnectionInitSql(SETTINGS);
		this.pool = new HikariDataSource(config);
		this.maxRows = maxRows;
		this.maxCharacters = maxCharacters;
	}

	Answer ask(NotedStatement noted, long timeoutMillis) throws SQLException {
		return run(timeoutMillis, (connection) -> ask(connection, noted));
	}

	private Answer ask(Connection connection, NotedStatement noted) throws SQLException {
		if (!noted.prepared()) {
			try (Statement statement = connection.createStatement()) {
				statement.setFetchSize(FETCH_SIZE);
				try (ResultSet results = statement.executeQuery(noted.sql())) {
					return Answer.read(results, this.maxRows, this.maxCharacters);
				}
			}
		}
		try (PreparedStatement statement = connection.prepareStatement(noted.sql())) {
			statement.setFetchSize(FETCH_SIZE);
			// Once pgjdbc has prepared a statement on the server, values come in binary,
			// and
			// it writes some of them otherwise than the server does.
			statement.unwrap(PGStatement.class).setPrepareThreshold(0);
			noted.bind(statement);
			try (ResultSet results = statement.executeQuery()) {
				return Answer.read(results, this.maxRows, this.maxCharacters);
			}
		}
	}

	/**
	 * Do work in a read-only transaction, which is rolled back.
	 * @param timeoutMillis the longest that a statement may take, on the server; and a
	 * little longer, that this side waits for a server that does not answer at all
	 */
	<T> T run(long timeoutMillis, Work<T> work) throws SQLException {
		try (Connection connection = this.pool.getConnection()) {
			connection.setNetworkTimeout(Runnable::run, Math.toIntExact(timeoutMillis + LEAST_BORROW_MILLIS));
			try (Statement statement = connection.createStatement()) {
				statement.execute("SET LOCAL statement_timeout = " + timeoutMillis);
			}
			T result = work.run(connection);
			connection.rollback();
			return result;
		}
	}

	/**
	 * Close all connections, also those in use.
	 */
	@Override
	public void close() {
		this.pool.close();
	}

	/**
	 * Work on a connection.
	 */
	@FunctionalInterface
	interface Work<T> {

		T run(Connection connection) throws SQLException;

	}

}
