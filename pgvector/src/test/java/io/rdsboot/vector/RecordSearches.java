package io.rdsboot.vector;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import io.rdsboot.vector.StoredRows.Row;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.sql.FilterExpressions;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Reads and searches of one table, beside plain SQL and what should be there.
 */
final class RecordSearches {

	private static final int ALL = 100;

	private final VectorTable table;

	private final VectorRepository<Object> repository;

	private final JdbcTemplate jdbc;

	private final StoredRows stored;

	private final Map<Object, Row> rows;

	private final Object tenant;

	private final float[] query;

	private final double lambda;

	/**
	 * Creates searches.
	 * @param rows what the tenant should see
	 * @param random what to search for
	 */
	RecordSearches(VectorTable table, VectorRepository<Object> repository, JdbcTemplate jdbc, Map<Object, Row> rows,
			Object tenant, Random random) {
		this.table = table;
		this.repository = repository;
		this.jdbc = jdbc;
		this.stored = new StoredRows(jdbc, table);
		this.rows = rows;
		this.tenant = tenant;
		this.query = new float[] { random.nextInt(7) - 3, random.nextInt(100), 1 };
		this.lambda = random.nextInt(5) / 4.0;
	}

	private VectorSearch nearest() {
		return VectorSearch.nearest(RawRecord.vector(this.table.embedding().type(), this.query)).limit(ALL);
	}

	void assertRead() {
		this.rows.forEach((id, row) -> {
			VectorRecord<Object> read = this.repository.findById(id).orElseThrow();
			assertThat(read.metadataProblems()).isEmpty();
			assertThat(read.embedding().toFloats()).isEqualTo(row.embedding());
			assertThat(second(read)).isEqualTo((row.second() != null) ? Arrays.toString(row.second()) : null);
			assertContent(row, read.content(), read.metadata());
		});
		assertThat(this.repository.findAllById(this.rows.keySet())).extracting(VectorRecord::id)
			.containsExactlyElementsOf(this.rows.keySet());
		assertThat(this.repository.count()).isEqualTo(this.rows.size());
		for (VectorMatch<Object> match : this.repository.search(nearest().exact().withEmbedding())) {
			Row row = this.rows.get(match.id());
			assertContent(row, match.content(), match.metadata());
			assertThat(match.embedding()).isNotNull()
				.extracting((vector) -> vector.toFloats())
				.isEqualTo(row.embedding());
		}
	}

	private static @Nullable String second(VectorRecord<Object> read) {
		return read.furtherVectors().containsKey("second")
				? Arrays.toString(read.furtherVectors().get("second").toFloats()) : null;
	}

	/**
	 * Has another application write metadata, which nobody checks, and reads what can be
	 * read.
	 */
	void assertReadOfOthers(Map<String, Object> metadata) {
		Map<String, Object> document = new TreeMap<>();
		metadata.forEach((key, value) -> {
			Object json = CanonicalValues.json(value);
			if (this.table.key(key).isEmpty() && CanonicalValues.isStorable(key) && RecordRules.isStorable(json)) {
				document.put(key, json);
			}
		});
		if (document.isEmpty() || this.table.metadataColumn() == null
				|| RecordRules.length(document) > RecordRules.MAX_LENGTH * 0.99) {
			return;
		}
		Map<String, Object> expected = new TreeMap<>();
		List<String> problems = new ArrayList<>();
		document.forEach((key, value) -> {
			if (RecordRules.depth(value) >= RecordRules.MAX_DEPTH) {
				problems.add("is nested deeper than 500 levels at '%s'".formatted(key));
			}
			else if (value != CanonicalValues.NULL) {
				expected.put(key, value);
			}
		});
		Object id = RawRecord.idOfOthers(this.table);
		this.stored.insert(id, document, this.tenant);
		VectorRecord<Object> read = this.repository.findById(id).orElseThrow();
		this.stored.delete(id);
		assertThat(read.metadataProblems()).containsExactlyInAnyOrderElementsOf(problems);
		MetadataColumn tenantKey = this.table.tenantKey();
		if (tenantKey != null) {
			expected.put(tenantKey.key(), CanonicalValues.column(tenantKey.type(), this.tenant));
		}
		assertMetadata(expected, read.metadata());
	}

	private void assertContent(Row row, @Nullable String content, Map<String, Object> metadata) {
		assertThat(content).isEqualTo(row.content());
		assertMetadata(row.present(), metadata);
	}

	private void assertMetadata(Map<String, Object> present, Map<String, Object> metadata) {
		assertThat(metadata.keySet()).containsExactlyInAnyOrderElementsOf(present.keySet());
		metadata.forEach((key, value) -> {
			KeyType type = this.table.key(key).map(MetadataColumn::type).orElse(KeyType.JSON);
			assertThat(value).isInstanceOf(type.javaType());
			assertThat(CanonicalValues.column(type, value)).as("member %s", key).isEqualTo(present.get(key));
		});
	}

	/**
	 * Returns ids with distances, nearest first, as plain SQL has them.
	 */
	private List<Found> sql(Object... without) {
		VectorColumn column = this.table.embedding();
		String type = StoredRows.typeName(column.type(), PropertyShapes.DIMENSIONS);
		String tenantColumn = (this.table.tenantKey() != null) ? this.table.tenantKey().column() : null;
		String where = (tenantColumn != null) ? " WHERE \"%s\"::text = ?".formatted(tenantColumn) : "";
		List<Object> arguments = new ArrayList<>(List.of(RawRecord.literal(column.type(), this.query)));
		if (tenantColumn != null) {
			arguments.add(String.valueOf(this.tenant));
		}
		return this.jdbc
			.query("SELECT t.id::text, t.embedding %s CAST(? AS %s) FROM %s AS t%s ORDER BY 2, t.id"
				.formatted(column.distance().operator(), type, this.table.name(), where),
					(row, number) -> new Found(this.stored.id(row.getString(1)), row.getDouble(2)), arguments.toArray())
			.stream()
			.filter((found) -> !List.of(without).contains(found.id()))
			.toList();
	}

	void assertSearches() {
		List<Found> expected = sql();
		assertThat(expected).extracting(Found::id).containsExactlyInAnyOrderElementsOf(this.rows.keySet());
		assertThat(expected).allMatch((found) -> Double.isFinite(found.distance()));
		assertFound(expected, this.repository.search(nearest().exact()));
		assertNear(expected, this.repository.search(nearest()));
		assertThat(this.repository.search(nearest(), (row, number) -> row.getDouble("distance")))
			.containsExactlyElementsOf(expected.stream().map(Found::distance).toList());
		assertFound(expected, pages());
		this.repository.searchAll(List.of(nearest().exact(), nearest().exact(), nearest().exact().limit(1)))
			.forEach((found) -> assertFound(expected.subList(0, found.size()), found));
		assertThat(this.repository.explain(nearest())).isNotBlank();
		assertNear(expected, this.repository.search(nearest().reranked((rows) -> new double[rows.size()], ALL)));
		assertNear(expected, this.repository.search(nearest().limit(Math.max(1, expected.size()))));
		this.repository.searchAll(List.of(nearest(), nearest())).forEach((found) -> assertNear(expected, found));
		assertDiversified(expected, this.lambda);
		if (!expected.isEmpty()) {
			assertThresholds(expected, expected.get(expected.size() / 2).distance());
			Object id = expected.get(0).id();
			assertThat(this.repository.search(VectorSearch.nearestTo(id).exact().limit(ALL)))
				.extracting(VectorMatch::id)
				.containsExactlyInAnyOrderElementsOf(sql(id).stream().map(Found::id).toList());
		}
		if (this.table.vectors().size() > 1) {
			VectorSearch second = VectorSearch.nearest(new float[] { 1, 1 }).in("second").limit(ALL);
			assertThat(this.repository.search(second))
				.hasSize((int) this.rows.values().stream().filter((row) -> row.second() != null).count());
		}
	}

	/**
	 * Takes the best of what is left again and again. Where two are as good, either may
	 * be taken.
	 */
	private void assertDiversified(List<Found> expected, double lambda) {
		List<VectorMatch<Object>> found = this.repository.search(nearest().limit(3).diversified(lambda, ALL));
		assertThat(found).hasSize(Math.min(3, expected.size()));
		List<Found> left = new ArrayList<>(expected);
		List<Found> chosen = new ArrayList<>();
		for (VectorMatch<Object> match : found) {
			Found taken = new Found(match.id(), match.distance());
			assertThat(left).contains(taken);
			double score = marginalRelevance(taken, chosen, lambda);
			double best = left.stream()
				.mapToDouble((each) -> marginalRelevance(each, chosen, lambda))
				.max()
				.orElseThrow();
			Offset<Double> rounding = Offset
				.offset(1e-9 * (1 + Math.abs(best) + Math.abs(similarity(taken.distance()))));
			assertThat(match.score()).isCloseTo(score, rounding);
			assertThat(score).isCloseTo(best, rounding);
			left.remove(taken);
			chosen.add(taken);
			assertThat(match.rank()).isEqualTo(chosen.size());
		}
	}

	private double marginalRelevance(Found row, List<Found> chosen, double lambda) {
		double redundancy = chosen.stream()
			.mapToDouble((other) -> similarity(
					RandomVectors.distance(this.table.embedding().distance(), vector(row.id()), vector(other.id()))))
			.max()
			.orElse(0);
		return lambda * similarity(row.distance()) - (1 - lambda) * redundancy;
	}

	private VectorValue vector(Object id) {
		return RawRecord.vector(this.table.embedding().type(), this.rows.get(id).embedding());
	}

	private List<VectorMatch<Object>> pages() {
		List<VectorMatch<Object>> found = new ArrayList<>();
		VectorSearch page = nearest().limit(2).paged();
		List<VectorMatch<Object>> next = this.repository.search(page);
		while (!next.isEmpty()) {
			found.addAll(next);
			SearchPosition position = SearchPosition.of(next.get(next.size() - 1));
			next = this.repository.search(page.after(SearchPosition.parse(position.toString())));
		}
		assertThat(found).extracting(VectorMatch::rank)
			.isEqualTo(IntStream.rangeClosed(1, found.size()).boxed().toList());
		return found;
	}

	private void assertThresholds(List<Found> expected, double distance) {
		assertNear(expected.stream().filter((found) -> found.distance() <= distance).toList(),
				this.repository.search(nearest().within(distance)));
		double least = similarity(distance);
		assertNear(expected.stream().filter((found) -> similarity(found.distance()) >= least).toList(),
				this.repository.search(nearest().minSimilarity(least)));
	}

	private double similarity(double distance) {
		return switch (this.table.embedding().distance()) {
			case COSINE, JACCARD -> 1 - distance;
			case INNER_PRODUCT -> -distance;
			case L2, L1 -> 1 / (1 + distance);
			case HAMMING -> (PropertyShapes.DIMENSIONS - distance) / PropertyShapes.DIMENSIONS;
		};
	}

	private static void assertFound(List<Found> expected, List<VectorMatch<Object>> found) {
		assertThat(found.stream().map((match) -> new Found(match.id(), match.distance())).toList()).isEqualTo(expected);
	}

	/**
	 * Rows at the same distance may stand in any order.
	 */
	private void assertNear(List<Found> expected, List<VectorMatch<Object>> found) {
		assertThat(found.stream().map((match) -> new Found(match.id(), match.distance())))
			.containsExactlyInAnyOrderElementsOf(expected);
		found.forEach((match) -> assertThat(match.similarity()).isEqualTo(similarity(match.distance())));
	}

	void assertHybrid(String words) {
		if (words.isBlank() || !CanonicalValues.isStorable(words)) {
			return;
		}
		if (this.table.textSearch() == null) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.repository.search(nearest().hybrid(words)))
				.withMessageContaining("declared without text search");
			return;
		}
		String sql = """
				WITH t AS (SELECT id, embedding %s CAST(? AS %s) AS distance, to_tsvector('%s', coalesce(content, '')) AS w
						FROM %s %s),
					q AS (SELECT plainto_tsquery('%3$s', ?) AS every, (SELECT string_agg('''' ||
						replace(replace(l, '\\', '\\\\'), '''', '''''') || '''', ' | ')::tsquery
						FROM unnest(tsvector_to_array(to_tsvector('%3$s', ?))) l) AS any_word),
					v AS (SELECT id, row_number() OVER (ORDER BY distance, id) AS place FROM t),
					r AS (SELECT id, row_number() OVER (ORDER BY w @@ every DESC,
						CASE WHEN w @@ every THEN ts_rank(w, every) ELSE ts_rank(w, any_word) END DESC, id) AS place
						FROM t, q WHERE w @@ any_word)
				SELECT v.id::text, 1 / (60 + v.place)::float8 + coalesce(1 / (60 + r.place)::float8, 0)
				FROM v LEFT JOIN r ON r.id = v.id ORDER BY 2 DESC, v.id""";
		VectorColumn column = this.table.embedding();
		String tenantColumn = (this.table.tenantKey() != null) ? this.table.tenantKey().column() : null;
		List<Object> arguments = new ArrayList<>(List.of(RawRecord.literal(column.type(), this.query)));
		if (tenantColumn != null) {
			arguments.add(String.valueOf(this.tenant));
		}
		arguments.addAll(List.of(words, words));
		List<Found> expected = this.jdbc.query(sql.formatted(column.distance().operator(),
				StoredRows.typeName(column.type(), PropertyShapes.DIMENSIONS), this.table.textSearch().configuration(),
				this.table.name(), (tenantColumn != null) ? "WHERE \"%s\"::text = ?".formatted(tenantColumn) : ""),
				(row, number) -> new Found(this.stored.id(row.getString(1)), row.getDouble(2)), arguments.toArray());
		List<VectorMatch<Object>> found = this.repository.search(nearest().hybrid(words));
		assertThat(found).extracting(VectorMatch::id).isEqualTo(expected.stream().map(Found::id).toList());
		for (int i = 0; i < found.size(); i++) {
			assertThat(found.get(i).score()).isCloseTo(expected.get(i).distance(), Offset.offset(1e-12));
		}
	}

	/**
	 * Asks for what a record was written with.
	 */
	void assertFilters(Map<String, Object> written) {
		written.forEach((key, value) -> {
			MetadataColumn declared = this.table.key(key).orElse(null);
			KeyType type = (declared != null) ? declared.type() : KeyType.JSON;
			Object canonical = CanonicalValues.column(type, value);
			if (canonical == null || (declared == null && this.table.undeclaredKeysRefused()) || !isStorable(canonical)
					|| !CanonicalValues.isStorable(key)) {
				return;
			}
			assertHolds(MetadataFilter.exists(key), (row) -> row.present().containsKey(key));
			assertHolds(MetadataFilter.isNull(key), (row) -> !row.present().containsKey(key));
			if (canonical instanceof List<?> items) {
				assertContains(key, value, items);
			}
			else if (isComparable(value)) {
				Predicate<Row> equal = (row) -> canonical.equals(row.metadata().get(key));
				assertHolds(MetadataFilter.eq(key, value), equal);
				assertHolds(MetadataFilter.in(key, value), equal);
				assertHolds(MetadataFilter.ne(key, value), (row) -> row.present().containsKey(key) && !equal.test(row));
				assertHolds(MetadataFilter.not(MetadataFilter.eq(key, value)), equal.negate());
				if (canonical instanceof BigDecimal || (canonical instanceof Instant)) {
					assertHolds(MetadataFilter.gte(key, value),
							(row) -> compare(row.metadata().get(key), canonical) >= 0);
					assertHolds(MetadataFilter.lt(key, value),
							(row) -> compare(row.metadata().get(key), canonical) == -1);
				}
			}
		});
	}

	private void assertContains(String key, Object value, List<?> items) {
		Object first = (value instanceof Collection<?> collection && !collection.isEmpty())
				? collection.iterator().next() : null;
		if (first != null && isComparable(first) && isStorable(items.get(0))) {
			Object element = items.get(0);
			assertHolds(MetadataFilter.contains(key, first),
					(row) -> row.metadata().get(key) instanceof List<?> others && others.contains(element));
		}
	}

	private static boolean isStorable(Object canonical) {
		return (canonical instanceof String text) ? CanonicalValues.isStorable(text)
				: canonical != CanonicalValues.NO_NUMBER
						&& !(canonical instanceof BigDecimal number && !CanonicalValues.isStorable(number));
	}

	/**
	 * Whether a filter takes such a value, by its documentation.
	 */
	private static boolean isComparable(Object value) {
		return value instanceof String text && CanonicalValues.isStorable(text) || value instanceof Boolean
				|| value instanceof UUID
				|| value.getClass().getName().matches("java[.](time|math)[.].*|java.util.Date")
						&& !(value instanceof Enum<?>)
				|| (value instanceof Number number && value.getClass().getName().startsWith("java.lang.")
						&& Double.isFinite(number.doubleValue()));
	}

	/** Returns -2 where there is no order. */
	private static int compare(@Nullable Object value, Object other) {
		if (value instanceof BigDecimal number && other instanceof BigDecimal decimal) {
			return number.compareTo(decimal);
		}
		return (value instanceof Instant instant && other instanceof Instant moment)
				? Integer.signum(instant.compareTo(moment)) : -2;
	}

	private void assertHolds(MetadataFilter filter, Predicate<Row> condition) {
		List<Object> expected = new ArrayList<>();
		this.rows.forEach((id, row) -> {
			if (condition.test(row)) {
				expected.add(id);
			}
		});
		assertThat(this.repository.count(filter)).as("%.300s", filter).isEqualTo(expected.size());
		// As the definition of an index has it.
		String literal = FilterExpressions.literal(this.table, filter);
		assertThat(this.jdbc.queryForList("SELECT id::text FROM %s WHERE %s".formatted(this.table.name(), literal),
				String.class))
			.as("%.300s", literal)
			.extracting(this.stored::id)
			.filteredOn(this.rows::containsKey)
			.containsExactlyInAnyOrderElementsOf(expected);
		if (expected.size() < this.rows.size()) {
			assertThat(this.repository.search(nearest().where(filter))).as("%.300s", filter)
				.extracting(VectorMatch::id)
				.containsExactlyInAnyOrderElementsOf(expected);
		}
	}

	private record Found(Object id, double distance) {

	}

}
