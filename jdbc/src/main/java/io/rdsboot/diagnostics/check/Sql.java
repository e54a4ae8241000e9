package io.rdsboot.diagnostics.check;

/**
 * Parts of the SQL that checks send, and that findings suggest.
 */
public final class Sql {

	/**
	 * Common table expression {@code locked(relation)}: the relations of this database
	 * that DDL holds or waits for, on which functions such as {@code pg_relation_size}
	 * would wait.
	 */
	public static final String LOCKED = """
			locked AS MATERIALIZED (
				SELECT DISTINCT relation FROM pg_locks
				WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock'
					AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))""";

	/**
	 * Condition on {@code n}, a row of {@code pg_namespace}: it holds relations of users.
	 */
	public static final String USER_SCHEMA = """
			n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg\\_temp\\_%'
				AND n.nspname NOT LIKE 'pg\\_toast\\_temp\\_%'""";

	private Sql() {
	}

	/**
	 * Return a name as SQL writes it, quoted always.
	 */
	public static String identifier(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

}
