package io.rdsboot.diagnostics.check;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.cluster.AuroraDetection;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;

/**
 * Connection to a server that checks ask, each in a transaction of its own. Not
 * thread-safe.
 */
public final class DiagnosticSession implements AutoCloseable {

	/**
	 * DDL that is noticed only while a check asks is not waited for.
	 */
	private static final Duration LOCK_TIMEOUT = Duration.ofMillis(100);

	private static final String SERVER = """
			SELECT pg_is_in_recovery() AS recovering, current_setting('server_version_num')::int AS version,
				split_part(current_setting('server_version'), ' ', 1) AS name, current_user::text AS user,
				current_database()::text AS database, %s AS aurora,
				current_setting('rds.extensions', true) IS NOT NULL AS rds,
				pg_has_role('pg_read_all_stats', 'USAGE') AS statistics""".formatted(AuroraDetection.EXPRESSION);

	private final Connection connection;

	private final Server server;

	private DiagnosticSession(Connection connection, Server server) {
		this.connection = connection;
		this.server = server;
	}

	/**
	 * Begin a session on a new connection, which it owns.
	 * @param connection the connection, closed with the session or where none begins
	 * @param instance where it leads
	 */
	public static DiagnosticSession begin(Connection connection, DatabaseInstance instance) throws SQLException {
		try {
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			Row row = query(connection, SERVER).get(0);
			connection.rollback();
			boolean aurora = row.is("aurora");
			Server server = new Server(instance, row.is("recovering") ? InstanceRole.READER : InstanceRole.WRITER,
					(int) row.number("version"), row.text("name"), aurora, aurora || row.is("rds"),
					row.is("statistics"), row.text("user"), row.text("database"));
			return new DiagnosticSession(connection, server);
		}
		catch (SQLException ex) {
			connection.close();
			throw ex;
		}
	}

	/**
	 * Return what the server says about itself.
	 */
	public Server server() {
		return this.server;
	}

	/**
	 * Let a check ask, in a transaction.
	 * @param check the check
	 * @param limit the longest that each of its statements may take
	 * @return the answer
	 */
	public List<Row> ask(Check check, Duration limit) throws SQLException {
		try {
			limit(this.connection, limit);
			return check.ask(this);
		}
		finally {
			this.connection.rollback();
		}
	}

	/**
	 * Execute a query.
	 * @param sql the query, whose column labels become those of the rows
	 * @param parameters its parameters
	 */
	public List<Row> query(String sql, Object... parameters) throws SQLException {
		return query(this.connection, sql, parameters);
	}

	private static List<Row> query(Connection connection, String sql, Object... parameters) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			for (int i = 0; i < parameters.length; i++) {
				statement.setObject(i + 1, parameters[i]);
			}
			List<Row> rows = new ArrayList<>();
			try (ResultSet results = statement.executeQuery()) {
				while (results.next()) {
					rows.add(Row.of(results));
				}
			}
			return rows;
		}
	}

	/**
	 * Compiling a query on the catalogue may take longer than the query; names are told
	 * with their schema where only the catalogue's is searched.
	 */
	private static void limit(Connection connection, Duration limit) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("SET LOCAL lock_timeout = %d; SET LOCAL statement_timeout = %d; SET LOCAL jit = off; "
				.formatted(LOCK_TIMEOUT.toMillis(), Math.max(1, limit.toMillis()))
					+ "SET LOCAL search_path = pg_catalog");
		}
	}

	@Override
	public void close() throws SQLException {
		this.connection.close();
	}

}
