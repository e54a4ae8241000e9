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
import io.rdsboot.pool.MonitoringConnector;
import io.rdsboot.pool.login.ApplicationName;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * Connection to a server that checks ask, each in a transaction of its own. Not
 * thread-safe.
 */
public final class DiagnosticSession implements AutoCloseable {

	/**
	 * What the session is called in {@code pg_stat_activity}: this, after the name of the
	 * application's connections and a slash where those have one.
	 */
	public static final String APPLICATION_NAME = "rds-diagnostics";

	/**
	 * DDL that is noticed only while a check asks is not waited for.
	 */
	private static final Duration LOCK_TIMEOUT = Duration.ofMillis(100);

	/**
	 * A service that dies meanwhile leaves no transaction open.
	 */
	private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(10);

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
			name(connection);
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
	 * The connector names its connections as those of the monitor.
	 */
	private static void name(Connection connection) throws SQLException {
		String property = PGProperty.APPLICATION_NAME.getName();
		String application = application(connection.getClientInfo(property));
		connection.setClientInfo(property, ApplicationName.withSuffix(application, APPLICATION_NAME));
	}

	private static @Nullable String application(@Nullable String name) {
		String suffix = MonitoringConnector.APPLICATION_NAME;
		if (name == null || name.isEmpty() || name.equals(suffix)) {
			return null;
		}
		return name.endsWith("/" + suffix) ? name.substring(0, name.length() - suffix.length() - 1) : name;
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
			statement.execute("""
					SET LOCAL lock_timeout = %d;
					SET LOCAL statement_timeout = %d;
					SET LOCAL idle_in_transaction_session_timeout = %d;
					SET LOCAL jit = off;
					SET LOCAL search_path = pg_catalog""".formatted(LOCK_TIMEOUT.toMillis(),
					Math.max(1, limit.toMillis()), IDLE_TIMEOUT.toMillis()));
		}
	}

	@Override
	public void close() throws SQLException {
		this.connection.close();
	}

}
