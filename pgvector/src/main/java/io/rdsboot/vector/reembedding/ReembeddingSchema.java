package io.rdsboot.vector.reembedding;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.zip.CRC32;

import io.rdsboot.vector.index.session.DdlSession;
import io.rdsboot.vector.index.session.DdlSessions;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;

/**
 * What a table has for a change of its embedding model, beside the column: an index of
 * the rows that have no vector yet, and a trigger that takes the vector away from a row
 * whose text is changed by somebody who does not know of the column, so that the row is
 * embedded again. Both belong to the table's owner.
 */
final class ReembeddingSchema {

	/**
	 * A lock that waits keeps all later writes waiting.
	 */
	static final String SHORT_LOCKS = "SET lock_timeout = '3s'";

	private final VectorTable table;

	private final VectorColumn column;

	private final DdlSessions sessions;

	/**
	 * Name of the index, of the trigger, and of its function.
	 */
	private final String name;

	ReembeddingSchema(VectorTable table, VectorColumn column, DdlSessions sessions) {
		this.table = table;
		this.column = column;
		this.sessions = sessions;
		CRC32 checksum = new CRC32();
		checksum.update((table.quotedName() + column.name()).getBytes(StandardCharsets.UTF_8));
		this.name = "rdsboot_reembedding_%08x".formatted(checksum.getValue());
	}

	/**
	 * Create what is missing.
	 * @param model the model, which the column's comment is to name
	 */
	void create(String model) throws SQLException {
		try (DdlSession session = this.sessions.open(this.table)) {
			createIndex(session);
			if (!hasTrigger(session)) {
				session.execute(SHORT_LOCKS);
				createTrigger(session);
				// Nobody waits behind a comment, which waits for builds of indexes.
				session.execute("SET lock_timeout = 0");
			}
			if (ColumnModel.read(session.connection(), this.table, this.column) == null) {
				new ColumnModel(model, null).write(session.connection(), this.table, this.column);
			}
		}
	}

	/**
	 * The condition is the trigger's and not the function's, so that the function is not
	 * called for other changes. It compares vectors by their texts, for which no operator
	 * of the extension has to be on the search path.
	 */
	private void createTrigger(DdlSession session) throws SQLException {
		String quotedTable = this.table.quotedName();
		String vector = VectorTable.quote(this.column.name());
		String content = VectorTable.quote(String.valueOf(this.table.contentColumn()));
		session.execute("""
				CREATE OR REPLACE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS $rdsboot$
				BEGIN
					NEW.%s := NULL;
					RETURN NEW;
				END
				$rdsboot$""".formatted(qualified(), vector));
		session.execute(dropTrigger());
		session.execute("""
				CREATE TRIGGER %s BEFORE UPDATE ON %s FOR EACH ROW
				WHEN (NEW.%3$s IS DISTINCT FROM OLD.%3$s AND NEW.%4$s::text IS NOT DISTINCT FROM OLD.%4$s::text)
				EXECUTE FUNCTION %5$s()""".formatted(VectorTable.quote(this.name), quotedTable, content, vector,
				qualified()));
	}

	private boolean hasTrigger(DdlSession session) throws SQLException {
		return exists(session, "SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass(?) AND tgname = ?");
	}

	/**
	 * A build that was interrupted leaves an index that is not valid.
	 */
	private void createIndex(DdlSession session) throws SQLException {
		if (exists(session, index("i.indisvalid"))) {
			return;
		}
		if (exists(session, index("NOT i.indisvalid"))) {
			session.execute("DROP INDEX CONCURRENTLY IF EXISTS " + qualified());
		}
		session.execute("CREATE INDEX CONCURRENTLY %s ON %s (%s) WHERE %s IS NULL".formatted(
				VectorTable.quote(this.name), this.table.quotedName(), VectorTable.quote(this.table.idColumn()),
				VectorTable.quote(this.column.name())));
	}

	private static String index(String condition) {
		return "SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = to_regclass(?) AND c.relname = ? AND "
				+ condition;
	}

	private boolean exists(DdlSession session, String query) throws SQLException {
		try (PreparedStatement statement = session.connection().prepareStatement(query)) {
			statement.setString(1, this.table.quotedName());
			statement.setString(2, this.name);
			try (ResultSet row = statement.executeQuery()) {
				return row.next();
			}
		}
	}

	/**
	 * Note that every row has a vector, by the server's clock.
	 */
	void markComplete(String model) throws SQLException {
		try (DdlSession session = this.sessions.open(this.table)) {
			try (Statement statement = session.connection().createStatement();
					ResultSet row = statement.executeQuery("SELECT extract(epoch FROM clock_timestamp())::bigint")) {
				row.next();
				new ColumnModel(model, Instant.ofEpochSecond(row.getLong(1))).write(session.connection(), this.table,
						this.column);
			}
		}
	}

	/**
	 * Drop the index and the trigger, once the column is the main one. Waits for no lock
	 * for long, because a service is starting; what is left is dropped by a later start.
	 * @return whether there was something to drop
	 */
	boolean drop() throws SQLException {
		try (DdlSession session = this.sessions.open(this.table)) {
			boolean found = hasTrigger(session) || exists(session, index("true"));
			if (found) {
				session.execute(SHORT_LOCKS);
				session.execute(dropTrigger());
				session.execute("DROP FUNCTION IF EXISTS %s()".formatted(qualified()));
				session.execute("DROP INDEX CONCURRENTLY IF EXISTS " + qualified());
			}
			return found;
		}
	}

	private String dropTrigger() {
		return "DROP TRIGGER IF EXISTS %s ON %s".formatted(VectorTable.quote(this.name), this.table.quotedName());
	}

	private String qualified() {
		String quoted = VectorTable.quote(this.name);
		return (this.table.schema() != null) ? VectorTable.quote(this.table.schema()) + "." + quoted : quoted;
	}

}
