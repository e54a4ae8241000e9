package io.rdsboot.vector;

import java.util.List;

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
	 * Append a query for what {@link NearestSql#appendNearest} yields, and the score.
	 * @param window rows of each order that are fused
	 */
	void append(SqlBuilder sql, List<VectorValue> vectors, ScanEffort effort, int window) {
		sql.append("SELECT 1 AS n, %s, coalesce(v.distance, w.distance) AS distance, "
			.formatted(this.nearest.columns().coalesced("v", "w")));
		appendShare(sql, this.hybrid.vectorWeight(), "v");
		sql.append(" + ");
		appendShare(sql, this.hybrid.wordsWeight(), "w");
		sql.append(" AS score FROM " + "(SELECT d.*, row_number() OVER (ORDER BY d.distance, d.c1) AS place FROM (");
		this.nearest.appendNearest(sql, vectors, effort, window);
		sql.append(") d) v FULL JOIN (SELECT %s, %s AS distance, b.place FROM ("
			.formatted(this.nearest.columns().aliased("t"), this.nearest.expressions().distance("t", "q.v")));
		appendWorded(sql, window);
		sql.append(") b JOIN %s t ON t.%s = b.id CROSS JOIN ".formatted(this.table.quotedName(),
				VectorTable.quote(this.table.idColumn())));
		this.nearest.appendVectors(sql, vectors);
		sql.append(") w ON v.c1 = w.c1");
	}

	private static void appendShare(SqlBuilder sql, double weight, String side) {
		sql.append("coalesce(")
			.bind((statement, parameter) -> statement.setDouble(parameter, weight))
			.append(" / (%d + %s.place), 0)".formatted(RANK_CONSTANT, side));
	}

	/**
	 * Append a query for the ids of the rows that have any of the words, with their
	 * places. The server itself makes lexemes of the words, whatever they are, which it
	 * then joins by {@code &}.
	 */
	private void appendWorded(SqlBuilder sql, int window) {
		String words = "t." + VectorTable.quote(this.textSearch.column());
		sql.append("SELECT a.id, row_number() OVER (ORDER BY a.relevance DESC, a.id) AS place FROM ("
				+ "SELECT t.%s AS id, ts_rank(%s, question.query) AS relevance FROM %s t CROSS JOIN (SELECT replace("
					.formatted(VectorTable.quote(this.table.idColumn()), words, this.table.quotedName()))
			.append("plainto_tsquery(")
			.bind((statement, parameter) -> statement.setString(parameter, this.textSearch.configuration()))
			.append("::regconfig, ")
			.bind((statement, parameter) -> statement.setString(parameter, this.hybrid.words()))
			.append(")::text, ' & ', ' | ')::tsquery AS query) question WHERE %s @@ question.query AND "
				.formatted(words));
		this.nearest.appendConditions(sql);
		sql.append(" ORDER BY relevance DESC, id LIMIT %d) a".formatted(window));
	}

}
