package io.rdsboot.vector.jdbc.search;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

import io.rdsboot.vector.jdbc.sql.RepeatedWords;
import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorTable;

/**
 * What the server's statistics tell of the words of a table. Immutable.
 *
 * @param rows about how many rows the table has
 * @param sampling whether the server can sample the table, which it cannot do with a view
 * or a foreign table
 * @param shares shares of the rows that have a word, by word; empty if the table was
 * never analyzed, or has row-level security, which hides them
 * @param otherShare most that the share of any other word can be
 * @param repeatedIndexed whether an index has the words that rows repeat
 */
record WordStatistics(double rows, boolean sampling, Map<String, Double> shares, double otherShare,
		boolean repeatedIndexed) {

	WordStatistics {
		shares = Map.copyOf(shares);
	}

	/**
	 * Return a query for the statistics. The element that is no word has the least and
	 * the greatest share, see the documentation of {@code pg_stats}.
	 */
	static SqlStatement query(VectorTable table, TextSearch textSearch) {
		return new SqlBuilder().append("""
				SELECT r.rows, t.relkind IN ('r', 'p', 'm') AS sampling, e.lexeme, e.share,
					EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = t.oid AND i.indisvalid
						AND i.indpred IS NULL AND i.indnkeyatts = 1
						AND translate(pg_get_expr(i.indexprs, i.indrelid, true), '() "', '') =
				""")
			.bind((statement, parameter) -> statement.setString(parameter, printed(textSearch)))
			.append("""
						) AS repeated_indexed
					FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
					CROSS JOIN LATERAL (SELECT sum(CASE WHEN p.reltuples > 0 AND p.relpages > 0
							THEN p.reltuples / p.relpages * s.pages
							ELSE greatest(pg_stat_get_live_tuples(p.oid), s.pages) END) AS rows
						FROM pg_catalog.pg_class p
						CROSS JOIN LATERAL (SELECT coalesce(pg_relation_size(p.oid), 0)
							/ current_setting('block_size')::int AS pages) s
						WHERE p.oid = t.oid OR p.oid IN (SELECT relid FROM pg_partition_tree(t.oid))) r
					LEFT JOIN LATERAL (SELECT l.lexeme, l.share
						FROM (SELECT * FROM pg_catalog.pg_stats p WHERE p.schemaname = n.nspname AND p.tablename = t.relname
							AND p.attname =
					""")
			.bind((statement, parameter) -> statement.setString(parameter, textSearch.column()))
			.append("""
					 ORDER BY p.inherited DESC LIMIT 1) p
					CROSS JOIN LATERAL unnest(p.most_common_elems::text::text[], p.most_common_elem_freqs)
						l(lexeme, share)) e ON true
					WHERE t.oid =
					""")
			.bind((statement, parameter) -> statement.setString(parameter, table.quotedName()))
			.append("::regclass")
			.build();
	}

	/**
	 * Return the expression of repeated words without what the server prints otherwise.
	 */
	private static String printed(TextSearch textSearch) {
		return RepeatedWords.expression(textSearch.column()).replaceAll("[() \"]", "");
	}

	static WordStatistics read(ResultSet row) throws SQLException {
		double rows = 0;
		boolean sampling = false;
		Map<String, Double> shares = new HashMap<>();
		double otherShare = 1;
		boolean repeatedIndexed = false;
		while (row.next()) {
			rows = row.getDouble("rows");
			sampling = row.getBoolean("sampling");
			repeatedIndexed = row.getBoolean("repeated_indexed");
			double share = row.getDouble("share");
			String lexeme = row.getString("lexeme");
			if (lexeme != null) {
				shares.put(lexeme, share);
			}
			else if (share > 0) {
				otherShare = Math.min(otherShare, share);
			}
		}
		return new WordStatistics(rows, sampling, shares, otherShare, repeatedIndexed);
	}

	boolean known() {
		return !this.shares.isEmpty();
	}

	double share(String lexeme) {
		return this.shares.getOrDefault(lexeme, this.otherShare);
	}

}
