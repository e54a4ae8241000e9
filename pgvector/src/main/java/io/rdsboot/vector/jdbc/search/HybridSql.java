package io.rdsboot.vector.jdbc.search;

import java.util.List;

import io.rdsboot.vector.SearchSettings;
import io.rdsboot.vector.jdbc.sql.RepeatedWords;
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

	private final WordCandidates candidates;

	private final TextSearch textSearch;

	HybridSql(NearestSql nearest, VectorTable table, SearchSettings.Hybrid hybrid, WordCandidates candidates) {
		TextSearch textSearch = table.textSearch();
		if (textSearch == null) {
			throw new IllegalArgumentException(
					"vector search is not possible: vector table %s is declared without ".formatted(table)
							+ "text search, so it cannot be hybrid");
		}
		this.nearest = nearest;
		this.table = table;
		this.hybrid = hybrid;
		this.candidates = candidates;
		this.textSearch = textSearch;
	}

	/**
	 * Append a query for the number of the vector, the columns under their aliases, the
	 * distance and the score. What is returned is read last, because few of the rows that
	 * are fused remain.
	 * @param window rows of each order that are fused
	 * @param limit rows that remain
	 */
	void append(SqlBuilder sql, List<VectorValue> vectors, SearchPlan plan, int window, int limit) {
		sql.append("SELECT q.n, %s, coalesce(f.distance, %s) AS distance, f.score FROM ("
			.formatted(this.nearest.columns().aliased("t"), this.nearest.expressions().distance("t", "q.v")));
		appendFused(sql, vectors, plan, window);
		sql.append(" ORDER BY score DESC, id LIMIT %d) f JOIN %s t ON t.%s = f.id CROSS JOIN ".formatted(limit,
				this.table.quotedName(), VectorTable.quote(this.table.idColumn())));
		this.nearest.appendVectors(sql, vectors);
	}

	/**
	 * Append a query for ids, scores, and the distances of those found by distance.
	 */
	private void appendFused(SqlBuilder sql, List<VectorValue> vectors, SearchPlan plan, int window) {
		boolean sampled = this.candidates.sampledShare() < 1 && !areRepeatedFirst();
		String near = unlikeTable("near", "close");
		if (sampled) {
			sql.append("WITH %s AS MATERIALIZED (".formatted(near));
			this.nearest.appendNearest(sql, vectors, plan, window);
			sql.append(") ");
		}
		sql.append("SELECT coalesce(v.c1, w.id) AS id, v.distance, ");
		appendShare(sql, this.hybrid.vectorWeight(), "v");
		sql.append(" + ");
		appendShare(sql, this.hybrid.wordsWeight(), "w");
		sql.append(" AS score FROM (SELECT d.*, row_number() OVER (ORDER BY d.distance, d.c1) AS place FROM (");
		if (sampled) {
			sql.append("SELECT * FROM " + near);
		}
		else {
			this.nearest.appendNearest(sql, vectors, plan, window);
		}
		sql.append(") d) v FULL JOIN (");
		if (sampled) {
			appendSampled(sql, vectors, near, window);
		}
		else {
			appendWorded(sql, vectors, window);
		}
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
	 * better. Where still too many have all words, those that repeat all of them come
	 * first.
	 */
	private void appendWorded(SqlBuilder sql, List<VectorValue> vectors, int window) {
		String complete = unlikeTable("complete", "whole");
		sql.append("WITH %s AS MATERIALIZED (".formatted(complete));
		String ranked = areRepeatedFirst() ? RepeatedWords.expression(words()) : words();
		appendRanked(sql, vectors, "all_words", ranked + " @@ question.all_words", false, window);
		sql.append(") SELECT a.id, row_number() OVER (ORDER BY a.complete DESC, a.relevance DESC, a.id) AS place FROM ("
				+ "SELECT id, relevance, true AS complete FROM ")
			.append(complete);
		if (this.candidates.partly() != WordCandidates.Partly.NONE) {
			sql.append(" UNION ALL (SELECT id, relevance, false FROM (");
			String tooFew = "(SELECT count(*) FROM %s) < %d AND ".formatted(complete, window);
			if (areRepeatedFirst()) {
				appendRanked(sql, vectors, "all_words",
						tooFew + "t.%s NOT IN (SELECT id FROM %s) AND %s"
							.formatted(VectorTable.quote(this.table.idColumn()), complete, haveAllWords()),
						true, window);
			}
			else {
				appendRanked(sql, vectors, "any_word",
						tooFew + "NOT %s AND %s @@ question.some_words".formatted(haveAllWords(), words()), false,
						window);
			}
			sql.append(") partly)");
		}
		sql.append(") a ORDER BY place LIMIT %d".formatted(window));
	}

	/**
	 * Append a query for the ids of rows that have all words, with their places among all
	 * rows of the table, of which only a sample and the nearest rows are looked at. A row
	 * of the sample stands for as many as the sample leaves out.
	 */
	private void appendSampled(SqlBuilder sql, List<VectorValue> vectors, String near, int window) {
		sql.append("SELECT s.id, sum(s.rows) OVER (ORDER BY s.relevance DESC, s.id) AS place FROM ("
				+ "SELECT id, max(relevance) AS relevance, max(rows) AS rows FROM ((SELECT id, relevance, "
				+ "%s::double precision AS rows FROM (".formatted(1 / this.candidates.sampledShare()));
		appendRanked(sql, vectors, "all_words", haveAllWords(), true, this.candidates.limit());
		sql.append(") sample) UNION ALL (SELECT t.%s, ts_rank(%s, question.all_words), 1 FROM %s t CROSS JOIN "
			.formatted(VectorTable.quote(this.table.idColumn()), words(), this.table.quotedName()));
		appendQuestion(sql);
		sql.append(" WHERE t.%s IN (SELECT c1 FROM %s) AND %s @@ question.all_words"
			.formatted(VectorTable.quote(this.table.idColumn()), near, words()));
		this.nearest.appendThreshold(sql, vectors);
		sql.append(")) u GROUP BY id) s ORDER BY place LIMIT %d".formatted(window));
	}

	private boolean areRepeatedFirst() {
		return this.candidates.partly() == WordCandidates.Partly.UNREPEATED;
	}

	private String haveAllWords() {
		return words() + " @@ question.all_words";
	}

	private String words() {
		return "t." + VectorTable.quote(this.textSearch.column());
	}

	/**
	 * Return a name for a subquery, which must not hide the table.
	 */
	private String unlikeTable(String name, String otherwise) {
		return this.table.name().equals(name) ? otherwise : name;
	}

	/**
	 * Append a query for the ids of the rows that match, the most relevant ones of as
	 * many as may be ranked.
	 * @param question what the rows are ranked by
	 * @param condition of the rows to rank
	 * @param sampled whether only a sample of the table is looked at
	 */
	private void appendRanked(SqlBuilder sql, List<VectorValue> vectors, String question, String condition,
			boolean sampled, int window) {
		double share = sampled ? this.candidates.sampledShare() : 1;
		// Repeatable, so that the same search finds the same rows.
		String sample = (share < 1) ? " TABLESAMPLE SYSTEM (%s) REPEATABLE (0)".formatted(100 * share) : "";
		sql.append("SELECT b.id, ts_rank(b.words, b.%s) AS relevance FROM (SELECT t.%s AS id, %s AS words, "
			.formatted(question, VectorTable.quote(this.table.idColumn()), words())
				+ "question.%s FROM %s t%s CROSS JOIN ".formatted(question, this.table.quotedName(), sample));
		appendQuestion(sql);
		sql.append(" WHERE %s AND ".formatted(condition));
		this.nearest.conditions().append(sql);
		this.nearest.appendThreshold(sql, vectors);
		sql.append(" LIMIT %d) b ORDER BY relevance DESC, id LIMIT %d".formatted(this.candidates.limit(), window));
	}

	/**
	 * Append a subquery of one row. The server itself makes lexemes of the words,
	 * whatever they are: once, because OFFSET keeps the planner from making them again
	 * for each row.
	 */
	private void appendQuestion(SqlBuilder sql) {
		String anyWord = "replace(q.all_words::text, ' & ', ' | ')::tsquery";
		sql.append("(SELECT q.all_words, %s AS any_word, ".formatted(anyWord));
		String chosen = this.candidates.question();
		if (chosen != null) {
			sql.bind((statement, parameter) -> statement.setString(parameter, chosen)).append("::tsquery");
		}
		else {
			sql.append(anyWord);
		}
		sql.append(" AS some_words FROM (SELECT ");
		appendAllWords(sql);
		sql.append(" AS all_words) q OFFSET 0) question");
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
