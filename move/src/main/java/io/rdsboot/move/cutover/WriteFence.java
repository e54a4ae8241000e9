package io.rdsboot.move.cutover;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Closes a database to writes, whoever writes: a trigger on each table refuses every
 * statement that does. It is switched on under a lock that waits for the transactions
 * that have written, so nothing that was refused is committed later. What replication
 * applies passes. Thread-safe.
 *
 * <p>
 * Privileges and logins would have to be taken from each role that has them, do not hold
 * for superusers, and would keep replication out as well.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-altertable.html">ALTER TABLE
 * ... ENABLE TRIGGER, and the lock that it takes</a>
 */
public final class WriteFence {

	/**
	 * SQLSTATE of a write that is refused.
	 */
	public static final String SQL_STATE = "RDM01";

	private static final String TRIGGER = "rds_move_closed";

	private static final String FUNCTION = """
			CREATE OR REPLACE FUNCTION rds_move.refuse_write() RETURNS trigger LANGUAGE plpgsql AS $$
			BEGIN
				RAISE EXCEPTION 'table %.% is closed to writes by a move', TG_TABLE_SCHEMA, TG_TABLE_NAME
					USING ERRCODE = 'RDM01',
						HINT = 'The other database of the move is written to, or will be in a moment.';
			END $$""";

	/**
	 * Each partition as well: a statement that names one passes by the triggers of the
	 * table.
	 */
	private static final String TABLES = """
			SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'
				AND n.nspname NOT IN ('information_schema', 'rds_move')
				AND NOT EXISTS (SELECT FROM pg_depend d
					WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
				AND %s
			ORDER BY c.oid""";

	private static final String HAS_TRIGGER = "EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid "
			+ "AND t.tgname = 'rds_move_closed')";

	private static final String BLOCKERS = """
			SELECT DISTINCT a.pid, a.usename || ' (' || coalesce(a.application_name, '') || ')' AS who
			FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
			WHERE l.relation IN (SELECT tgrelid FROM pg_trigger WHERE tgname = 'rds_move_closed')
				AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
				AND l.granted AND l.pid <> pg_backend_pid() AND a.backend_type = 'client backend'
				AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')""";

	private static final Logger logger = LoggerFactory.getLogger(WriteFence.class);

	private final DataSource dataSource;

	/**
	 * Create a fence.
	 * @param dataSource opens connections of the tables' owner
	 */
	public WriteFence(DataSource dataSource) {
		this.dataSource = dataSource;
	}

	/**
	 * Put the triggers on all tables that lack them.
	 * @param closed whether they refuse writes from now on
	 * @param lockTimeout how long to wait for a table
	 */
	public void install(boolean closed, Duration lockTimeout) throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			JdbcTemplate jdbc = jdbc(connection);
			jdbc.execute(FUNCTION);
			for (String table : tables(jdbc, "NOT " + HAS_TRIGGER)) {
				connection.setAutoCommit(false);
				setLockTimeout(jdbc, lockTimeout);
				jdbc.execute("""
						CREATE TRIGGER %s BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s
						FOR EACH STATEMENT EXECUTE FUNCTION rds_move.refuse_write()""".formatted(TRIGGER, table));
				jdbc.execute("ALTER TABLE ONLY %s %s TRIGGER %s".formatted(table, closed ? "ENABLE" : "DISABLE",
						TRIGGER));
				connection.commit();
				connection.setAutoCommit(true);
			}
		}
	}

	/**
	 * Close the database in the transaction of a connection, which waits for those that
	 * have written.
	 * @param lockTimeout how long to wait
	 */
	public void close(Connection connection, Duration lockTimeout) throws SQLException {
		JdbcTemplate jdbc = jdbc(connection);
		setLockTimeout(jdbc, lockTimeout);
		List<String> tables = tables(jdbc, HAS_TRIGGER);
		if (!tables.isEmpty()) {
			jdbc.execute("LOCK TABLE ONLY %s IN SHARE ROW EXCLUSIVE MODE".formatted(String.join(", ONLY ", tables)));
			toggle(connection, tables, "ENABLE");
		}
	}

	/**
	 * Open the database in the transaction of a connection.
	 * @param lockTimeout how long to wait for a table
	 */
	public void open(Connection connection, Duration lockTimeout) throws SQLException {
		JdbcTemplate jdbc = jdbc(connection);
		setLockTimeout(jdbc, lockTimeout);
		toggle(connection, tables(jdbc, HAS_TRIGGER), "DISABLE");
	}

	private void toggle(Connection connection, List<String> tables, String what) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			for (String table : tables) {
				statement.addBatch("ALTER TABLE ONLY %s %s TRIGGER %s".formatted(table, what, TRIGGER));
			}
			statement.executeBatch();
		}
	}

	private static List<String> tables(JdbcTemplate jdbc, String condition) {
		return jdbc.queryForList(TABLES.formatted(condition), String.class);
	}

	/**
	 * End the sessions that keep the tables from being locked.
	 * @return who they were
	 */
	public List<String> endBlockers() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			JdbcTemplate jdbc = jdbc(connection);
			List<String> ended = jdbc.queryForList(
					"SELECT who FROM (%s) blocker WHERE pg_terminate_backend(pid)".formatted(BLOCKERS), String.class);
			if (!ended.isEmpty()) {
				logger.warn("Ended sessions that have written and not committed when the switch began: {}", ended);
			}
			return ended;
		}
	}

	/**
	 * Write to each table from a new session, which changes nothing if it succeeds.
	 * @return the tables that were not refused
	 */
	public List<String> writableTables() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			JdbcTemplate jdbc = jdbc(connection);
			List<String> tables = tables(jdbc, "true");
			StringBuilder attempts = new StringBuilder();
			for (String table : tables) {
				attempts.append("BEGIN DELETE FROM ONLY %s WHERE false; open := open || %s::text; "
					.formatted(table, literal(table))
						+ "EXCEPTION WHEN SQLSTATE 'RDM01' THEN NULL; END; ");
			}
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.execute("DO $rds$ DECLARE open text[] := '{}'; BEGIN " + attempts
						+ "PERFORM set_config('rds_move.open', array_to_string(open, ', '), true); END $rds$");
				String open = jdbc.queryForObject("SELECT current_setting('rds_move.open')", String.class);
				return (open == null || open.isEmpty()) ? List.of() : List.of(open.split(", "));
			}
			finally {
				connection.rollback();
			}
		}
	}

	/**
	 * Take the triggers away.
	 */
	public void remove(Duration lockTimeout) throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			JdbcTemplate jdbc = jdbc(connection);
			for (String table : tables(jdbc, HAS_TRIGGER)) {
				jdbc.execute("SET lock_timeout = %d; DROP TRIGGER IF EXISTS %s ON %s".formatted(lockTimeout.toMillis(),
						TRIGGER, table));
			}
		}
	}

	private static String literal(String text) {
		return "'" + text.replace("'", "''") + "'";
	}

	/**
	 * A vacuum that the server began by itself gives way to a lock once somebody has
	 * waited for {@code deadlock_timeout}, which not everybody may set.
	 */
	private static void setLockTimeout(JdbcTemplate jdbc, Duration lockTimeout) {
		jdbc.execute("""
				DO $rds$ BEGIN
					PERFORM set_config('deadlock_timeout', '20ms', true);
				EXCEPTION WHEN insufficient_privilege THEN NULL;
				END $rds$;
				SET LOCAL lock_timeout = """ + Math.max(1, lockTimeout.toMillis()));
	}

	private static JdbcTemplate jdbc(Connection connection) {
		return new JdbcTemplate(new SingleConnectionDataSource(connection, true));
	}

}
