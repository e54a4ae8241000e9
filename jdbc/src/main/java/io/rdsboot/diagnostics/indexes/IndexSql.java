package io.rdsboot.diagnostics.indexes;

import io.rdsboot.diagnostics.check.Row;
import io.rdsboot.diagnostics.check.Sql;

/**
 * What the questions about indexes have in common. They ask the catalogue alone, which
 * DDL does not lock: sizes are those that the last {@code VACUUM}, {@code ANALYZE} or
 * build has found.
 */
final class IndexSql {

	/**
	 * Indexes {@code i} of users with their relation {@code c}, their table {@code t} and
	 * its schema {@code n}.
	 */
	static final String INDEXES = """
			FROM pg_index i
			JOIN pg_class c ON c.oid = i.indexrelid
			JOIN pg_class t ON t.oid = i.indrelid
			JOIN pg_namespace n ON n.oid = t.relnamespace AND\s""" + Sql.USER_SCHEMA;

	/**
	 * Condition: nothing but queries needs the index {@code i}. An index of a partition
	 * belongs to that of the partitioned table.
	 */
	static final String DROPPABLE = """
			NOT (i.indisprimary OR i.indisexclusion OR i.indisreplident OR i.indisclustered OR c.relispartition
				OR EXISTS (SELECT FROM pg_constraint f WHERE f.conindid = i.indexrelid))""";

	/**
	 * Size of {@code c} in bytes.
	 */
	static final String SIZE = "(c.relpages * current_setting('block_size')::bigint)";

	private static final String PARTITIONS = """
			WITH RECURSIVE part AS (
				SELECT inhrelid FROM pg_inherits WHERE inhparent = %s
				UNION ALL
				SELECT h.inhrelid FROM part JOIN pg_inherits h ON h.inhparent = part.inhrelid)
			SELECT coalesce(sum(c.relpages), 0)::bigint * current_setting('block_size')::bigint AS size,
				coalesce(sum(pg_stat_get_numscans(c.oid)), 0)::bigint AS scans
			FROM part JOIN pg_class c ON c.oid = part.inhrelid""";

	private IndexSql() {
	}

	/**
	 * Return the query for the {@code size} in bytes and the {@code scans} of a
	 * partitioned index, which are those of its partitions.
	 * @param index the expression of its id
	 */
	static String partitions(String index) {
		return PARTITIONS.formatted(index);
	}

	/**
	 * Return the statement that drops the index of a row.
	 */
	static String drop(Row row) {
		return (row.is("partitioned") ? "DROP INDEX " : "DROP INDEX CONCURRENTLY ") + identifier(row);
	}

	/**
	 * Return what to know before the index of a row is dropped, as a further sentence, or
	 * nothing.
	 */
	static String dropAdvice(Row row) {
		return row.is("partitioned")
				? " A partitioned index cannot be dropped concurrently: set a lock_timeout, because the statement locks the table and its partitions."
				: "";
	}

	/**
	 * Return the qualified name of the index of a row.
	 */
	static String name(Row row) {
		return row.text("schema") + "." + row.text("index");
	}

	/**
	 * Return the qualified name of the index of a row, as SQL writes it.
	 */
	static String identifier(Row row) {
		return Sql.identifier(row.text("schema")) + "." + Sql.identifier(row.text("index"));
	}

}
