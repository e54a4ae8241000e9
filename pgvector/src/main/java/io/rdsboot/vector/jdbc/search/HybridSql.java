package io.rdsboot.vector.jdbc.search;

import java.util.List;

import io.rdsboot.vector.SearchSettings;
import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;

/**
 * Writes the part of a statement that finds rows by distance and by words and fuses both
 * orders by reciprocal rank.
 */
final class HybridSql {

	/**
	 * Constant of reciprocal rank fusion: the greater, the less the first ranks count.
	 */
	static final int RANK_CONSTANT = 60;

	private final NearestSql nearest;

	private final VectorTable table;

	private final SearchSettings.Hybrid hybrid;

	private final TextSearch textSearch;

	HybridSql(NearestSql nearest, VectorTable table, SearchSettings.Hybrid hybrid) {
		TextSearch textSearch = table.textSearch();
		if (textSearch == null) {
			throw new IllegalArgumentException(
					"vector search is not possible: vector table %s is declared without ".formatted(table)
							+ "text search, so it cannot be hybrid");
		}
		this.nearest = nearest;
		this.table = table;
		this.hybrid = hybrid;
		this.textSearch = textSearch;
	}

	/**
	 * Append a query for the number of the vector, the columns under their aliases, the
	 * distance and the score. What is returned is read last, because few of the rows that
	 * are fused remain.
	 * @param window rows of each order that are fused
	 * @param limit rows that remain
	 */
	void append(SqlBuilder sql, List<VectorValue> vectors, ScanMode mode, int window, int limit) {
		sql.append("SELECT q.n, %s, coalesce(f.distance, %s) AS distance, f.score FROM ("
			.formatted(this.nearest.columns().aliased("t"), this.nearest.expressions().distance("t", "q.v")));
		appendFused(sql, vectors, mode, window);
		sql.append(" ORDER BY score DESC, id LIMIT %d) f JOIN %s t ON t.%s = f.id CROSS JOIN ".formatted(limit,
				this.table.quotedName(), VectorTable.quote(this.table.idColumn())));
		this.nearest.appendVectors(sql, vectors);
	}

	/**
	 * Append a query for ids, scores, and the distances of those found by distance.
	 */
	private void appendFused(SqlBuilder sql, List<VectorValue> vectors, ScanMode mode, int window) {
		sql.append("SELECT coalesce(v.c1, w.id) AS id, v.distance, ");
		appendShare(sql, this.hybrid.vectorWeight(), "v");
		sql.append(" + ");
		appendShare(sql, this.hybrid.wordsWeight(), "w");
		sql.append(" AS score FROM (SELECT d.*, row_number() OVER (ORDER BY d.distance, d.c1) AS place FROM (");
		this.nearest.appendNearest(sql, vectors, mode, window);
		sql.append(") d) v FULL JOIN (");
		appendWorded(sql, vectors, window);
		sql.append(") w ON v.c1 = w.id");
	}

	private static void appendShare(SqlBuilder sql, double weight, String side) {
		sql.append("coalesce(")
			.bind((statement, parameter) -> statement.setDouble(parameter, weight))
			.append(" / (%d + %s.place), 0)".formatted(RANK_CONSTANT, side));
	}

	/**
	 * Append a query for the ids of the rows that have the words, with their places: rows
	 * that have all of them, and only where these are too few, rows that have some. To
	 * rank every row with a common word would take long, and those with all words are
	 * better.
	 */
	private void appendWorded(SqlBuilder sql, List<VectorValue> vectors, int window) {
		// Must not hide the table.
		String complete = this.table.name().equals("complete") ? "whole" : "complete";
		sql.append("WITH %s AS MATERIALIZED (".formatted(complete));
		appendRanked(sql, vectors, "question.all_words", "", window);
		sql.append(") SELECT a.id, row_number() OVER (ORDER BY a.complete DESC, a.relevance DESC, a.id) AS place FROM ("
				+ "SELECT id, relevance, true AS complete FROM %s UNION ALL (SELECT id, relevance, false FROM ("
					.formatted(complete));
		appendRanked(sql, vectors, "question.any_word",
				"(SELECT count(*) FROM %s) < %d AND NOT %s @@ question.all_words AND ".formatted(complete, window,
						words()),
				window);
		sql.append(") partly)) a ORDER BY place LIMIT %d".formatted(window));
	}

	private String words() {
		return "t." + VectorTable.quote(this.textSearch.column());
	}

	/**
	 * Append a query for the ids of the rows that match, the most relevant ones.
	 * @param conditions further conditions, each with {@code AND} behind it
	 */
	private void appendRanked(SqlBuilder sql, List<VectorValue> vectors, String question, String conditions,
			int window) {
		sql.append("SELECT t.%s AS id, ts_rank(%s, %s) AS relevance FROM %s t CROSS JOIN (SELECT q.all_words, replace("
			.formatted(VectorTable.quote(this.table.idColumn()), words(), question, this.table.quotedName()));
		// The server itself makes lexemes of the words, whatever they are: once, because
		// OFFSET keeps the planner from making them again for each row.
		sql.append("q.all_words::text, ' & ', ' | ')::tsquery AS any_word FROM (SELECT ");
		appendAllWords(sql);
		sql.append(
				" AS all_words) q OFFSET 0) question WHERE %s%s @@ %s AND ".formatted(conditions, words(), question));
		this.nearest.appendConditions(sql);
		this.nearest.appendThreshold(sql, vectors);
		sql.append(" ORDER BY relevance DESC, id LIMIT %d".formatted(window));
	}

	private void appendAllWords(SqlBuilder sql) {
		String chosen = this.hybrid.chosen();
		if (chosen != null) {
			sql.bind((statement, parameter) -> statement.setString(parameter, chosen)).append("::tsquery");
			return;
		}
		sql.append("plainto_tsquery(")
			.bind((statement, parameter) -> statement.setString(parameter, this.textSearch.configuration()))
			.append("::regconfig, ")
			.bind((statement, parameter) -> statement.setString(parameter, this.hybrid.words()))
			.append(")");
	}

}
