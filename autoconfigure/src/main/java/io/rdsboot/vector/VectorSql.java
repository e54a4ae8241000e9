package io.rdsboot.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import io.rdsboot.vector.filter.And;
import io.rdsboot.vector.filter.Comparison;
import io.rdsboot.vector.filter.MetadataFilter;
import org.jspecify.annotations.Nullable;

/**
 * Statements for one table. Values are bind parameters, identifiers are quoted.
 */
final class VectorSql {

	private static final String HNSW_SETTINGS = settings("hnsw", "ef_search", 40);

	private static final String IVFFLAT_SETTINGS = settings("ivfflat", "probes", 1);

	private static final int MAX_EF_SEARCH = 1000;

	private final VectorTable table;

	private final String id;

	private final String embedding;

	private final String content;

	private final String metadata;

	VectorSql(VectorTable table) {
		this.table = table;
		this.id = VectorTable.quote(table.idColumn());
		this.embedding = VectorTable.quote(table.embedding().name());
		this.content = VectorTable.quote(String.valueOf(table.contentColumn()));
		this.metadata = VectorTable.quote(String.valueOf(table.metadataColumn()));
	}

	String findById() {
		return "SELECT %1$s, %2$s, %3$s FROM %4$s WHERE %5$s = ? AND %1$s IS NOT NULL".formatted(this.embedding,
				this.content, this.metadata, this.table.quotedName(), this.id);
	}

	String count() {
		return "SELECT count(*) FROM %s".formatted(this.table.quotedName());
	}

	/**
	 * The scan stands in a CTE of its own, ordered by nothing but the operator, because
	 * only then does the index serve it. A greatest distance stands outside: inside, an
	 * iterative scan would visit the whole index for the rows that are missing. The order
	 * is established anew, because an iterative scan yields it relaxed.
	 */
	Statement search(VectorSearch search, Object vector, Function<Comparison, Object> toJson) {
		List<Object> parameters = new ArrayList<>();
		StringBuilder sql = new StringBuilder("WITH nearest AS MATERIALIZED (SELECT found.* FROM ");
		String settings = settings(search.limit(), parameters);
		if (settings != null) {
			sql.append("(").append(settings).append(") settings CROSS JOIN LATERAL ");
		}
		sql.append("(SELECT t.%s AS id, t.%s AS content, t.%s AS metadata, ".formatted(this.id, this.content,
				this.metadata));
		if (search.isEmbeddingIncluded()) {
			sql.append("t.%s AS embedding, ".formatted(this.embedding));
		}
		sql.append("t.%s %s ? AS distance FROM %s t WHERE ".formatted(this.embedding,
				this.table.embedding().distance().operator(), this.table.quotedName()));
		parameters.add(vector);
		// The reference makes sure that the settings stand before the scan starts.
		sql.append((settings != null) ? "settings.ready AND " : "")
			.append("t.%s IS NOT NULL".formatted(this.embedding));
		if (search.filter() != null) {
			append(search.filter(), sql, parameters, toJson);
		}
		sql.append(" ORDER BY distance LIMIT ?) found) SELECT id, content, metadata, distance")
			.append(search.isEmbeddingIncluded() ? ", embedding" : "")
			.append(" FROM nearest");
		parameters.add(search.limit());
		if (search.maxDistance() != null) {
			sql.append(" WHERE distance <= ?");
			parameters.add(search.maxDistance());
		}
		sql.append(" ORDER BY distance, id");
		return new Statement(sql.toString(), parameters);
	}

	private void append(MetadataFilter filter, StringBuilder sql, List<Object> parameters,
			Function<Comparison, Object> toJson) {
		if (filter instanceof Comparison equal && equal.operator() == Comparison.Operator.EQUAL) {
			sql.append(" AND t.%s @> ?".formatted(this.metadata));
			parameters.add(toJson.apply(equal));
		}
		else if (filter instanceof And and) {
			and.filters().forEach((part) -> append(part, sql, parameters, toJson));
		}
		else {
			throw new UnsupportedOperationException("Metadata filter is not supported yet: " + filter);
		}
	}

	private @Nullable String settings(int limit, List<Object> parameters) {
		if (this.table.embedding().index() instanceof VectorIndex.Hnsw) {
			parameters.add(Math.min(limit, MAX_EF_SEARCH));
			return HNSW_SETTINGS;
		}
		if (this.table.embedding().index() instanceof VectorIndex.IvfFlat ivfFlat) {
			parameters.add((int) Math.round(Math.sqrt(ivfFlat.lists())));
			return IVFFLAT_SETTINGS;
		}
		return null;
	}

	/**
	 * What the role or database has set is kept where it is more. The scan is always
	 * iterative: deleted rows that are not vacuumed yet count towards ef_search too.
	 */
	private static String settings(String access, String setting, int defaultValue) {
		return """
				SELECT set_config('%1$s.%2$s', greatest(?::int, \
				coalesce(nullif(current_setting('%1$s.%2$s', true), ''), '%3$d')::int)::text, true) \
				|| set_config('%1$s.iterative_scan', 'relaxed_order', true) IS NOT NULL AS ready""".formatted(access,
				setting, defaultValue);
	}

	/**
	 * Statement with its bind parameters.
	 *
	 * @param sql the text
	 * @param parameters values in the order of the question marks
	 */
	record Statement(String sql, List<Object> parameters) {

	}

}
