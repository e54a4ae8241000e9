package io.rdsboot.vector;

import java.util.ArrayList;
import java.util.List;

/**
 * Choice of the words by which a hybrid search with a long text looks for rows: to rank
 * by each of thousands of words takes the server minutes, or more stack than it has.
 */
final class ManyWords {

	/**
	 * Characters of which the server makes lexemes at a time: a {@code tsvector} of the
	 * whole text could be too long.
	 */
	private static final int PART = 100_000;

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
	 * Return a query of one row, the text of a {@code tsquery} or {@code NULL}. What the
	 * statistics do not know is rare or in no row at all, which nobody can tell apart at
	 * once: so half of the words are of those that they know.
	 */
	static SqlStatement choose(VectorTable table, TextSearch textSearch, String text) {
		String[] parts = parts(text).toArray(String[]::new);
		return new SqlBuilder()
			.append("SELECT string_agg(chr(39) || replace(replace(c.lexeme, chr(92), repeat(chr(92), 2)), chr(39), "
					+ "repeat(chr(39), 2)) || chr(39), ' & ') FROM (SELECT r.lexeme FROM ("
					+ "SELECT l.lexeme, row_number() OVER (PARTITION BY s.frequency IS NULL "
					+ "ORDER BY s.frequency, l.times DESC, l.lexeme) AS place, s.frequency FROM ("
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
			.append(") s ON s.lexeme = l.lexeme) r ORDER BY r.place, r.frequency LIMIT %d) c"
				.formatted(VectorSearch.MAX_WORDS))
			.build();
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
