package io.rdsboot.vector.jdbc.search;

import java.util.ArrayList;
import java.util.List;

import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorTable;

/**
 * Choice of the words by which a hybrid search with a long text looks for rows: to rank
 * by each of thousands of words takes the server minutes, or more stack than it has.
 */
public final class ManyWords {

	/**
	 * Characters of which the server makes lexemes at a time: a {@code tsvector} of the
	 * whole text could be too long.
	 */
	private static final int PART = 100_000;

	/**
	 * Words of which the index is asked: a look-up takes part of a millisecond, and some
	 * milliseconds while the index has much that is not sorted in yet.
	 */
	public static final int ASKED = 128;

	/**
	 * Rows that are counted for one word.
	 */
	private static final int COUNTED = 100;

	private ManyWords() {
	}

	/**
	 * Return whether a text has more words than a search looks for.
	 */
	static boolean are(String text) {
		int words = 0;
		boolean within = false;
		for (int i = 0; i < text.length() && words <= VectorSearch.MAX_WORDS; i++) {
			boolean part = Character.isLetterOrDigit(text.charAt(i));
			words += (part && !within) ? 1 : 0;
			within = part;
		}
		return words > VectorSearch.MAX_WORDS;
	}

	/**
	 * Return a query of one row, the text of a {@code tsquery} or {@code NULL}.
	 * <p>
	 * The statistics know the frequent words. The others are rare or in no row at all,
	 * which only the index tells: of some it is asked at once. Half of what is looked for
	 * are words of which nobody knows how rare they are, where there are any left.
	 */
	static SqlStatement choose(VectorTable table, TextSearch textSearch, String text) {
		String[] parts = parts(text).toArray(String[]::new);
		return new SqlBuilder()
			.append("SELECT string_agg(c.quoted, ' & ') FROM (SELECT r.quoted FROM ("
					+ "SELECT f.*, row_number() OVER (PARTITION BY f.found IS NULL "
					+ "ORDER BY f.found, f.times DESC, f.lexeme) AS place FROM (SELECT k.*, ")
			.append(found(table, textSearch))
			.append(" AS found FROM (SELECT l.*, s.frequency, row_number() OVER (PARTITION BY s.frequency IS NULL "
					+ "ORDER BY l.times DESC, l.lexeme) AS turn, chr(39) || replace(replace(l.lexeme, chr(92), "
					+ "repeat(chr(92), 2)), chr(39), repeat(chr(39), 2)) || chr(39) AS quoted FROM ("
					+ "SELECT w.lexeme, sum(cardinality(w.positions)) AS times FROM unnest(")
			.bind((statement, parameter) -> statement.setArray(parameter,
					statement.getConnection().createArrayOf("text", parts)))
			.append("::text[]) part CROSS JOIN LATERAL unnest(to_tsvector(")
			.bind((statement, parameter) -> statement.setString(parameter, textSearch.configuration()))
			.append("::regconfig, part)) w GROUP BY w.lexeme) l LEFT JOIN ("
					+ "SELECT e.lexeme, e.frequency FROM pg_catalog.pg_stats p "
					+ "JOIN pg_catalog.pg_namespace n ON n.nspname = p.schemaname "
					+ "JOIN pg_catalog.pg_class t ON t.relnamespace = n.oid AND t.relname = p.tablename "
					+ "CROSS JOIN LATERAL unnest(p.most_common_elems::text::text[], p.most_common_elem_freqs) "
					+ "e(lexeme, frequency) WHERE t.oid = ")
			.bind((statement, parameter) -> statement.setString(parameter, table.quotedName()))
			.append("::regclass AND p.attname = ")
			.bind((statement, parameter) -> statement.setString(parameter, textSearch.column()))
			.append(") s ON s.lexeme = l.lexeme) k OFFSET 0) f WHERE f.found IS DISTINCT FROM 0) r "
					+ "ORDER BY r.place, r.found LIMIT %d) c".formatted(VectorSearch.MAX_WORDS))
			.build();
	}

	/**
	 * Return an expression of about how many rows have a word, {@code NULL} if that is
	 * not known. In a table with tenants, policies keep the server from the index.
	 */
	private static String found(VectorTable table, TextSearch textSearch) {
		String name = table.quotedName();
		String rows = "k.frequency * (SELECT greatest(p.reltuples, 1) FROM pg_catalog.pg_class p WHERE p.oid = '%s'::regclass)"
			.formatted(name.replace("'", "''"));
		if (table.tenantKey() != null) {
			return rows;
		}
		return """
				CASE WHEN k.frequency IS NOT NULL THEN %s WHEN k.turn <= %d AND (SELECT EXISTS (
					SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
						JOIN pg_catalog.pg_am m ON m.oid = x.relam
						JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
					WHERE i.indrelid = '%s'::regclass AND i.indisvalid AND i.indpred IS NULL AND m.amname = 'gin'
						AND a.attname = '%s'))
					THEN (SELECT count(*) FROM (SELECT FROM %s t WHERE t.%s @@ k.quoted::tsquery LIMIT %d) q) END"""
			.formatted(rows, ASKED, name.replace("'", "''"), textSearch.column().replace("'", "''"), name,
					VectorTable.quote(textSearch.column()), COUNTED);
	}

	private static List<String> parts(String text) {
		List<String> parts = new ArrayList<>();
		int start = 0;
		while (start < text.length()) {
			int end = Math.min(start + PART, text.length());
			int border = end;
			while (end < text.length() && border > start && !Character.isWhitespace(text.charAt(border))) {
				border--;
			}
			if (border == start) {
				border = Character.isLowSurrogate(text.charAt(Math.min(end, text.length() - 1))) ? end - 1 : end;
			}
			parts.add(text.substring(start, border));
			start = border;
		}
		return parts;
	}

}
