package io.rdsboot.vector.jdbc.search.cost;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.table.VectorTable;

/**
 * What the server knows of a table. Immutable.
 *
 * @param rows about how many rows there are, as the planner reckons: from the last
 * {@code ANALYZE} and the present size. Where a table has never been analyzed, its size
 * alone counts
 * @param idUnique whether an index finds a row by its id alone, which none does where a
 * table is partitioned
 * @param indexes ids of the valid vector indexes
 */
public record TableStatistics(long rows, boolean idUnique, List<Long> indexes) {

	/**
	 * Guess at the bytes of a row besides its vector.
	 */
	private static final int OTHER_BYTES = 300;

	public TableStatistics {
		indexes = List.copyOf(indexes);
	}

	/**
	 * Return a query of one row, which counts all rows whatever policies hide.
	 */
	public static SqlStatement query(VectorTable table) {
		return new SqlBuilder()
			.append("WITH RECURSIVE part AS (SELECT c.oid, c.relkind, c.reltuples, c.relpages "
					+ "FROM pg_catalog.pg_class c WHERE c.oid = ")
			.bind((statement, parameter) -> statement.setString(parameter, table.quotedName()))
			.append("::regclass UNION ALL SELECT c.oid, c.relkind, c.reltuples, c.relpages FROM part p "
					+ "JOIN pg_catalog.pg_inherits i ON i.inhparent = p.oid "
					+ "JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid) "
					+ "SELECT coalesce(sum(pg_relation_size(p.oid) * CASE WHEN p.relpages > 0 AND p.reltuples >= 0 "
					+ "THEN p.reltuples::float8 / p.relpages / current_setting('block_size')::float8 "
					+ "ELSE 1.0 / %d END) FILTER (WHERE p.relkind = 'r'), 0)::int8, "
						.formatted(OTHER_BYTES + Float.BYTES * table.embedding().dimensions())
					+ "count(*) = 1 AND (SELECT EXISTS (SELECT FROM pg_catalog.pg_index i "
					+ "JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] "
					+ "WHERE i.indrelid = min(p.oid::int8)::oid AND i.indisunique AND i.indisvalid "
					+ "AND i.indnkeyatts = 1 AND i.indpred IS NULL AND a.attname = ")
			.bind((statement, parameter) -> statement.setString(parameter, table.idColumn()))
			.append(")), ARRAY(SELECT i.indexrelid::int8 FROM pg_catalog.pg_index i "
					+ "JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_am m ON m.oid = x.relam "
					+ "WHERE i.indrelid IN (SELECT oid FROM part) AND i.indisvalid AND x.relkind = 'i' "
					+ "AND m.amname IN ('hnsw', 'ivfflat')) FROM part p")
			.build();
	}

	public static TableStatistics read(ResultSet row) throws SQLException {
		row.next();
		return new TableStatistics(row.getLong(1), row.getBoolean(2), List.of((Long[]) row.getArray(3).getArray()));
	}

}
