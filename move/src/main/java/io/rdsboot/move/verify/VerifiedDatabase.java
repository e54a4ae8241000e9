package io.rdsboot.move.verify;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import io.rdsboot.move.Side;

/**
 * One of the two databases, read over one connection, each statement in a transaction of
 * its own, so that no snapshot is held for long. Settings that change how a value prints
 * are the same on both sides. Not thread-safe.
 */
final class VerifiedDatabase implements AutoCloseable {

	/**
	 * With {@code row_security} off, a policy that would hide rows is an error instead.
	 * Without custom plans, a prepared statement would keep a plan of other settings.
	 */
	private static final String SETTINGS = """
			SET TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
			SET LOCAL statement_timeout = %d;
			SET LOCAL row_security = off;
			SET LOCAL search_path = pg_catalog;
			SET LOCAL extra_float_digits = 3;
			SET LOCAL DateStyle = 'ISO, YMD';
			SET LOCAL IntervalStyle = 'postgres';
			SET LOCAL TimeZone = 'UTC';
			SET LOCAL bytea_output = 'hex';
			SET LOCAL lc_monetary = 'C';
			SET LOCAL quote_all_identifiers = off;
			SET LOCAL plan_cache_mode = force_custom_plan;
			SET LOCAL max_parallel_workers_per_gather = 0;
			SET LOCAL jit = off""";

	private final Connection connection;

	private final Side side;

	private final String settings;

	private final boolean autoCommit;

	private VerifiedDatabase(Connection connection, Side side, Duration statementTimeout) throws SQLException {
		this.connection = connection;
		this.side = side;
		this.settings = SETTINGS.formatted(statementTimeout.toMillis());
		this.autoCommit = connection.getAutoCommit();
		connection.setAutoCommit(false);
	}

	static VerifiedDatabase open(DataSource dataSource, Side side, Duration statementTimeout) throws SQLException {
		Connection connection = dataSource.getConnection();
		try {
			return new VerifiedDatabase(connection, side, statementTimeout);
		}
		catch (SQLException ex) {
			connection.close();
			throw ex;
		}
	}

	Side side() {
		return this.side;
	}

	/**
	 * Return the rows of a query, all of whose columns must be texts. {@code NULL} is an
	 * empty text.
	 * @param query the query
	 * @param parameters texts, and arrays of texts
	 */
	List<List<String>> rows(String query, Object... parameters) throws SQLException {
		return rowsWith("", query, parameters);
	}

	/**
	 * Return the rows of a query that needs settings of its own.
	 * @param ownSettings {@code SET LOCAL} statements
	 * @param query the query
	 * @param parameters texts, and arrays of texts
	 */
	List<List<String>> rowsWith(String ownSettings, String query, Object... parameters) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(this.settings + ";" + ownSettings);
			return execute(query, parameters);
		}
		finally {
			end();
		}
	}

	/**
	 * Return the first column of a query's rows.
	 */
	List<String> texts(String query, Object... parameters) throws SQLException {
		return rows(query, parameters).stream().map((row) -> row.get(0)).toList();
	}

	String text(String query, Object... parameters) throws SQLException {
		return texts(query, parameters).get(0);
	}

	/**
	 * Write an empty message into the log, and flush the log up to it. All that was
	 * visible before is in the log before the message, also what was committed with
	 * {@code synchronous_commit = off}, for which {@code pg_current_wal_lsn()} would be
	 * too early and {@code pg_current_wal_insert_lsn()} perhaps not flushed for long.
	 * @return the position of the message
	 */
	long markLog() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute("SET TRANSACTION READ WRITE; SET LOCAL synchronous_commit = local");
			String position = execute("SELECT (pg_logical_emit_message(true, 'rds_move', '') - '0/0'::pg_lsn)::text")
				.get(0)
				.get(0);
			this.connection.commit();
			return Long.parseLong(position);
		}
		finally {
			end();
		}
	}

	private List<List<String>> execute(String query, Object... parameters) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(query)) {
			for (int i = 0; i < parameters.length; i++) {
				if (parameters[i] instanceof String[] texts) {
					statement.setArray(i + 1, this.connection.createArrayOf("text", texts));
				}
				else {
					statement.setString(i + 1, parameters[i].toString());
				}
			}
			try (ResultSet results = statement.executeQuery()) {
				int columns = results.getMetaData().getColumnCount();
				List<List<String>> rows = new ArrayList<>();
				while (results.next()) {
					List<String> row = new ArrayList<>(columns);
					for (int column = 1; column <= columns; column++) {
						String value = results.getString(column);
						row.add((value != null) ? value : "");
					}
					rows.add(row);
				}
				return rows;
			}
		}
	}

	private void end() throws SQLException {
		if (!this.connection.isClosed()) {
			this.connection.rollback();
		}
	}

	boolean isLost() throws SQLException {
		return this.connection.isClosed();
	}

	@Override
	public void close() throws SQLException {
		try (Connection closing = this.connection) {
			if (!closing.isClosed()) {
				closing.rollback();
				closing.setAutoCommit(this.autoCommit);
			}
		}
	}

}
