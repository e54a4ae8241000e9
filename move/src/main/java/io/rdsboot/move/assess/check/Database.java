package io.rdsboot.move.assess.check;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import javax.sql.DataSource;

import io.rdsboot.move.Side;
import org.jspecify.annotations.Nullable;

/**
 * One database of a move, asked over one connection in a read-only transaction. Not
 * thread-safe.
 */
public final class Database implements AutoCloseable {

	/**
	 * Condition on {@code pg_class c}: a relation of a user's, and not of the server's or
	 * of an extension's.
	 */
	public static final String USERS_RELATION = """
			c.relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_' OR nspname = 'information_schema')
			AND NOT EXISTS (SELECT FROM pg_depend d
				WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')""";

	private final Connection connection;

	private final Side side;

	private final boolean autoCommit;

	private final boolean readOnly;

	private final Row facts;

	private final @Nullable String logPosition;

	private final long openedNanos;

	private @Nullable SQLException failure;

	private Database(Connection connection, Side side, Duration statementTimeout) throws SQLException {
		this.connection = connection;
		this.side = side;
		this.autoCommit = connection.getAutoCommit();
		this.readOnly = connection.isReadOnly();
		connection.setAutoCommit(false);
		try (Statement statement = connection.createStatement()) {
			statement.execute("""
					SET TRANSACTION READ ONLY;
					SET LOCAL statement_timeout = %d;
					SET LOCAL lock_timeout = '1s';
					SET LOCAL jit = off;
					SET LOCAL search_path = pg_catalog""".formatted(statementTimeout.toMillis()));
		}
		this.facts = rows("""
				SELECT current_setting('server_version_num') AS version, split_part(version(), ' ', 2) AS name,
					current_database() AS database, current_user AS user, pg_is_in_recovery() AS standby,
					current_setting('rds.extensions', true) IS NOT NULL AS rds,
					current_setting('neon.tenant_id', true) IS NOT NULL AS neon""").get(0);
		this.logPosition = isStandby() ? null : text("SELECT pg_current_wal_insert_lsn()");
		this.openedNanos = System.nanoTime();
	}

	/**
	 * Open a connection, which is given back as it was when the database is closed.
	 */
	public static Database open(DataSource dataSource, Side side, Duration statementTimeout) throws SQLException {
		Connection connection = dataSource.getConnection();
		try {
			return new Database(connection, side, statementTimeout);
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
	 * Return the number of the major version, such as 17.
	 */
	int majorVersion() {
		return Integer.parseInt(fact("version")) / 10_000;
	}

	/**
	 * Return one of {@code name} (of the version), {@code database} and {@code user}.
	 */
	String fact(String name) {
		return this.facts.text(name);
	}

	boolean isStandby() {
		return fact("standby").equals("true");
	}

	/**
	 * Whether the server is one of RDS or Aurora, whose parameters are set by a parameter
	 * group.
	 */
	boolean isRds() {
		return fact("rds").equals("true");
	}

	boolean isNeon() {
		return fact("neon").equals("true");
	}

	/**
	 * Return the host that the connection was opened to, or an empty text where the
	 * driver does not tell.
	 */
	String host() throws SQLException {
		String url = String.valueOf(this.connection.getMetaData().getURL());
		return url.replaceFirst("^jdbc:[^/]*//([^/:?,]*).*$", "$1");
	}

	/**
	 * Return the rows of a query.
	 */
	List<Row> rows(String query, Object... parameters) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(query)) {
			for (int i = 0; i < parameters.length; i++) {
				statement.setObject(i + 1, parameters[i]);
			}
			try (ResultSet results = statement.executeQuery()) {
				ResultSetMetaData columns = results.getMetaData();
				List<Row> rows = new ArrayList<>();
				while (results.next()) {
					Map<String, String> row = new LinkedHashMap<>();
					for (int column = 1; column <= columns.getColumnCount(); column++) {
						Object value = results.getObject(column);
						row.put(columns.getColumnLabel(column), (value != null) ? value.toString() : "");
					}
					rows.add(new Row(row));
				}
				return rows;
			}
		}
		catch (SQLException ex) {
			this.failure = ex;
			throw ex;
		}
	}

	/**
	 * Return whether it was this database that a failure came from.
	 */
	boolean hasFailedWith(SQLException failure) {
		return failure.equals(this.failure);
	}

	/**
	 * Return the first column of a query's rows.
	 */
	List<String> texts(String query, Object... parameters) throws SQLException {
		return rows(query, parameters).stream().map((row) -> row.all().get(0)).toList();
	}

	String text(String query, Object... parameters) throws SQLException {
		return texts(query, parameters).get(0);
	}

	/**
	 * Return the columns of a query's only row.
	 */
	public List<Long> numbers(String query) throws SQLException {
		return rows(query).get(0).all().stream().map(Long::valueOf).toList();
	}

	boolean is(String query, Object... parameters) throws SQLException {
		return text(query, parameters).equals("true");
	}

	/**
	 * Return a setting, or {@code null} where the server does not have it.
	 */
	@Nullable String setting(String name) throws SQLException {
		return texts("SELECT setting FROM pg_settings WHERE name = ?", name).stream().findFirst().orElse(null);
	}

	/**
	 * Return how to change a setting of this server.
	 */
	String change(String setting, String value) {
		return isRds() ? "Set %s to %s in the parameter group and reboot the instance.".formatted(setting, value)
				: "Set %s to %s and restart the server.".formatted(setting, value);
	}

	/**
	 * Run a question. One that the server refuses leaves the transaction usable.
	 */
	void ask(Question question) throws SQLException {
		Savepoint before = this.connection.setSavepoint();
		try {
			question.ask();
			this.connection.releaseSavepoint(before);
		}
		catch (SQLException ex) {
			this.connection.rollback(before);
			throw ex;
		}
	}

	/**
	 * Return how fast the server has written its log since the database was opened, 0 for
	 * a standby.
	 */
	public long writtenBytesPerSecond() throws SQLException {
		if (this.logPosition == null) {
			return 0;
		}
		String written = text("SELECT (pg_current_wal_insert_lsn() - ?::pg_lsn)::bigint", this.logPosition);
		double seconds = Math.max(1e-3, (System.nanoTime() - this.openedNanos) / 1e9);
		return Math.round(Long.parseLong(written) / seconds);
	}

	@Override
	public void close() throws SQLException {
		try (Connection closing = this.connection) {
			closing.rollback();
			closing.setAutoCommit(this.autoCommit);
			closing.setReadOnly(this.readOnly);
		}
	}

	/**
	 * Row of an answer: texts by column. Immutable.
	 *
	 * @param values the texts, empty ones for {@code NULL}
	 */
	record Row(Map<String, String> values) {

		String text(String column) {
			return Objects.requireNonNull(this.values.get(column), column);
		}

		boolean is(String column) {
			return text(column).equals("true");
		}

		/**
		 * Return all texts, in the order of the columns.
		 */
		List<String> all() {
			return List.copyOf(this.values.values());
		}

	}

	/**
	 * Something to ask.
	 */
	interface Question {

		void ask() throws SQLException;

	}

}
