package io.rdsboot.move.cutover;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;
import io.rdsboot.move.MoveTables;
import io.rdsboot.move.Sql;
import org.apiguardian.api.API;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
@API(status = API.Status.INTERNAL)
public final class WriteFence {

	/**
	 * SQLSTATE of a write that is refused.
	 */
	static final String SQL_STATE = "RDM01";

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
	private static final String TABLES = "SELECT c.oid::regclass::text FROM pg_class c "
			+ "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND "
			+ MoveTables.APPLICATION_SCHEMA + " AND " + MoveTables.OF_NO_EXTENSION + " AND %s ORDER BY c.oid";

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

	private final MoveDatabase database;

	private final Duration limit;

	/**
	 * Create a fence.
	 * @param limit of each statement
	 */
	public WriteFence(MoveDatabase database, Duration limit) {
		this.database = database;
		this.limit = limit;
	}

	/**
	 * Put the triggers on all tables that lack them.
	 * @param closed whether they refuse writes from now on
	 * @param lockTimeout how long to wait for a table
	 */
	public void install(boolean closed, Duration lockTimeout) throws SQLException {
		try (MoveSession session = open()) {
			session.execute(FUNCTION);
			for (String table : tables(session, "NOT " + HAS_TRIGGER)) {
				session.transaction(() -> {
					setLockTimeout(session, lockTimeout);
					session.execute("""
							CREATE TRIGGER %s BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s
							FOR EACH STATEMENT EXECUTE FUNCTION rds_move.refuse_write()""".formatted(TRIGGER, table));
					toggle(session, List.of(table), closed ? "ENABLE" : "DISABLE");
				});
			}
		}
	}

	/**
	 * Close the database in the present transaction of a session, which waits for those
	 * that have written.
	 * @param lockTimeout how long to wait
	 */
	void close(MoveSession session, Duration lockTimeout) throws SQLException {
		setLockTimeout(session, lockTimeout);
		List<String> tables = tables(session, HAS_TRIGGER);
		if (!tables.isEmpty()) {
			session.execute("LOCK TABLE ONLY %s IN SHARE ROW EXCLUSIVE MODE".formatted(String.join(", ONLY ", tables)));
			toggle(session, tables, "ENABLE");
		}
	}

	/**
	 * Open the database in the present transaction of a session.
	 * @param lockTimeout how long to wait for a table
	 */
	void open(MoveSession session, Duration lockTimeout) throws SQLException {
		setLockTimeout(session, lockTimeout);
		toggle(session, tables(session, HAS_TRIGGER), "DISABLE");
	}

	private static void toggle(MoveSession session, List<String> tables, String what) throws SQLException {
		if (!tables.isEmpty()) {
			session.execute(tables.stream()
				.map((table) -> "ALTER TABLE ONLY %s %s TRIGGER %s".formatted(table, what, TRIGGER))
				.collect(Collectors.joining("; ")));
		}
	}

	private static List<String> tables(MoveSession session, String condition) throws SQLException {
		return session.texts(TABLES.formatted(condition));
	}

	/**
	 * End the sessions that keep the tables from being locked.
	 */
	void endBlockers() throws SQLException {
		try (MoveSession session = open()) {
			List<String> ended = session
				.texts("SELECT who FROM (%s) blocker WHERE pg_terminate_backend(pid)".formatted(BLOCKERS));
			if (!ended.isEmpty()) {
				logger.warn("Ended sessions that have written and not committed when the switch began: {}", ended);
			}
		}
	}

	/**
	 * Write to each table from a new session, which changes nothing if it succeeds.
	 * @return the tables that were not refused
	 */
	List<String> writableTables() throws SQLException {
		try (MoveSession session = open()) {
			List<String> tables = tables(session, "true");
			String attempts = tables.stream().map((table) -> """
					BEGIN DELETE FROM ONLY %s WHERE false; open := open || %s::text;
					EXCEPTION WHEN SQLSTATE 'RDM01' THEN NULL; END;
					""".formatted(table, Sql.literal(table))).collect(Collectors.joining());
			session.execute("""
					DO $rds$ DECLARE open text[] := '{}'; BEGIN
						%s PERFORM set_config('rds_move.open', array_to_string(open, E'\n'), false);
					END $rds$""".formatted(attempts));
			return session.texts("SELECT unnest(string_to_array(current_setting('rds_move.open'), E'\n'))");
		}
	}

	/**
	 * Take the triggers away.
	 * @param lockTimeout how long to wait for a table
	 */
	public void remove(Duration lockTimeout) throws SQLException {
		try (MoveSession session = open()) {
			for (String table : tables(session, HAS_TRIGGER)) {
				session.transaction(() -> {
					setLockTimeout(session, lockTimeout);
					session.execute("DROP TRIGGER %s ON %s".formatted(TRIGGER, table));
				});
			}
		}
	}

	private MoveSession open() throws SQLException {
		return MoveSession.open(this.database, this.limit);
	}

	/**
	 * A vacuum that the server began by itself gives way to a lock once somebody has
	 * waited for {@code deadlock_timeout}, which not everybody may set.
	 */
	private static void setLockTimeout(MoveSession session, Duration lockTimeout) throws SQLException {
		session.execute("""
				DO $rds$ BEGIN
					PERFORM set_config('deadlock_timeout', '20ms', true);
				EXCEPTION WHEN insufficient_privilege THEN NULL;
				END $rds$;
				SET LOCAL lock_timeout = %d""".formatted(Math.max(1, lockTimeout.toMillis())));
	}

}
