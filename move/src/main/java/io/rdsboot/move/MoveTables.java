package io.rdsboot.move;

import java.sql.SQLException;
import java.util.List;

import org.apiguardian.api.API;

/**
 * Tables of the application, which a move replicates.
 */
@API(status = API.Status.INTERNAL)
public final class MoveTables {

	/**
	 * Condition on {@code pg_namespace n}: a schema of the application's, and neither the
	 * server's or the provider's nor the move's.
	 */
	public static final String APPLICATION_SCHEMA = "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'rdsadmin', '"
			+ MoveDatabase.SCHEMA + "')";

	/**
	 * Condition on {@code pg_class c}: no relation of an extension's.
	 */
	public static final String OF_NO_EXTENSION = """
			NOT EXISTS (SELECT FROM pg_depend d
				WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')""";

	/**
	 * Condition on {@code pg_class c}: the table in which Flyway or Liquibase keeps what
	 * it has applied. It is part of the schema, and each side has its own.
	 */
	public static final String MIGRATION_HISTORY = "lower(c.relname) IN ('flyway_schema_history', 'databasechangelog', 'databasechangeloglock')";

	/**
	 * Condition on {@code pg_class c} and its {@code pg_namespace n}: a table whose rows
	 * are replicated. Partitions are by their root, and unlogged tables and the history
	 * of migrations not at all.
	 */
	public static final String REPLICATED = "c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND NOT c.relispartition AND "
			+ APPLICATION_SCHEMA + " AND " + OF_NO_EXTENSION + " AND NOT (" + MIGRATION_HISTORY + ")";

	/**
	 * Condition on {@code pg_class c}: nothing tells its rows apart, so that once it is
	 * published, each update and delete fails where it is published.
	 */
	public static final String WITHOUT_IDENTITY = """
			c.relreplident <> 'f' AND NOT EXISTS (
				SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisvalid AND i.indimmediate
					AND CASE WHEN c.relreplident = 'i' THEN i.indisreplident ELSE c.relreplident = 'd' AND i.indisprimary END)""";

	private MoveTables() {
	}

	/**
	 * Return the tables whose rows are replicated, ordered by name.
	 */
	public static List<TableName> replicated(MoveSession session) throws SQLException {
		return session.rows("""
				SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
				WHERE %s ORDER BY 1, 2""".formatted(REPLICATED),
				(row) -> new TableName(row.getString(1), row.getString(2)));
	}

}
