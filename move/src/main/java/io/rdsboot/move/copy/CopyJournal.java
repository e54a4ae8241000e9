package io.rdsboot.move.copy;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;
import io.rdsboot.move.TableName;
import org.jspecify.annotations.Nullable;

/**
 * What a copy has begun, in tables of the target: another process goes on by it. Rows of
 * the target are the copy's if, and only if, it is there.
 */
final class CopyJournal {

	private static final String TABLES = """
			CREATE SCHEMA IF NOT EXISTS {schema};
			CREATE TABLE IF NOT EXISTS {schema}.copy (
				one boolean PRIMARY KEY DEFAULT true CHECK (one), started timestamptz NOT NULL DEFAULT clock_timestamp(),
				subscribed boolean NOT NULL DEFAULT false, stopped text);
			CREATE TABLE IF NOT EXISTS {schema}.copied_table (
				schema_name text, table_name text, bytes bigint NOT NULL, rows bigint NOT NULL,
				PRIMARY KEY (schema_name, table_name));
			CREATE TABLE IF NOT EXISTS {schema}.dropped_index (
				schema_name text, index_name text, table_name text NOT NULL, definition text NOT NULL,
				PRIMARY KEY (schema_name, index_name))"""
		.replace("{schema}", MoveDatabase.SCHEMA);

	/** Key of the advisory lock under which a copy is started, advanced or canceled. */
	private static final String LOCK = "hashtextextended('rds_move.copy', 0)";

	private final MoveSession target;

	CopyJournal(MoveSession target) {
		this.target = target;
	}

	/**
	 * Wait until no other process works at the copy. The lock ends with the session.
	 */
	void lock() throws SQLException {
		this.target.texts("SELECT pg_advisory_lock(%s)::text".formatted(LOCK));
	}

	boolean tryLock() throws SQLException {
		return this.target
			.exists("SELECT FROM (SELECT pg_try_advisory_lock(%s) AS locked) l WHERE locked".formatted(LOCK));
	}

	boolean exists() throws SQLException {
		return this.target
			.exists("SELECT FROM pg_class WHERE oid = to_regclass('%s.copy')".formatted(MoveDatabase.SCHEMA))
				&& this.target.exists("SELECT FROM %s.copy".formatted(MoveDatabase.SCHEMA));
	}

	/**
	 * Write down that a copy begins, all or nothing.
	 */
	void begin(List<CopiedTable> tables) throws SQLException {
		this.target.execute(TABLES);
		this.target.connection().setAutoCommit(false);
		try (PreparedStatement insert = this.target.connection()
			.prepareStatement("INSERT INTO %s.copied_table VALUES (?, ?, ?, ?)".formatted(MoveDatabase.SCHEMA))) {
			this.target.execute("INSERT INTO %s.copy DEFAULT VALUES".formatted(MoveDatabase.SCHEMA));
			for (CopiedTable each : tables) {
				insert.setString(1, each.table().schema());
				insert.setString(2, each.table().table());
				insert.setLong(3, each.bytes());
				insert.setLong(4, each.rows());
				insert.addBatch();
			}
			insert.executeBatch();
			this.target.connection().commit();
		}
		finally {
			// Rolls nothing back after the commit, and all before it.
			this.target.connection().rollback();
			this.target.connection().setAutoCommit(true);
		}
	}

	/**
	 * Return the tables, largest first.
	 */
	List<CopiedTable> tables() throws SQLException {
		return this.target.rows("""
				SELECT schema_name, table_name, bytes, rows FROM %s.copied_table
				ORDER BY bytes DESC, schema_name, table_name""".formatted(MoveDatabase.SCHEMA),
				(row) -> new CopiedTable(new TableName(row.getString(1), row.getString(2)), row.getLong(3),
						row.getLong(4)));
	}

	void subscribed() throws SQLException {
		this.target.execute("UPDATE %s.copy SET subscribed = true".formatted(MoveDatabase.SCHEMA));
	}

	boolean isSubscribed() throws SQLException {
		return this.target.exists("SELECT FROM %s.copy WHERE subscribed".formatted(MoveDatabase.SCHEMA));
	}

	void stop(String reason) throws SQLException {
		try (PreparedStatement update = this.target.connection()
			.prepareStatement("UPDATE %s.copy SET stopped = coalesce(stopped, ?)".formatted(MoveDatabase.SCHEMA))) {
			update.setString(1, reason);
			update.executeUpdate();
		}
	}

	/**
	 * Return why the copy was stopped, or {@code null} if it was not.
	 */
	@Nullable String stopped() throws SQLException {
		List<String> reasons = this.target
			.texts("SELECT stopped FROM %s.copy WHERE stopped IS NOT NULL".formatted(MoveDatabase.SCHEMA));
		return reasons.isEmpty() ? null : reasons.get(0);
	}

	Duration elapsed() throws SQLException {
		return Duration.ofMillis(this.target
			.number("SELECT (1000 * extract(epoch FROM clock_timestamp() - started))::bigint FROM %s.copy"
				.formatted(MoveDatabase.SCHEMA)));
	}

	void forget() throws SQLException {
		this.target.execute("DROP TABLE IF EXISTS {schema}.dropped_index, {schema}.copied_table, {schema}.copy"
			.replace("{schema}", MoveDatabase.SCHEMA));
	}

	/**
	 * A table of a copy, as it was in the source when that began.
	 *
	 * @param table its name
	 * @param bytes its size without indexes
	 * @param rows about how many rows it had
	 */
	record CopiedTable(TableName table, long bytes, long rows) {

	}

}
