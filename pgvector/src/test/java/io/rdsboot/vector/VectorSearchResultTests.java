package io.rdsboot.vector;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.SparseVector;
import io.rdsboot.vector.type.VectorValue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.dao.EmptyResultDataAccessException;
import org.springframework.jdbc.core.DataClassRowMapper;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for what searches find, compared with a computation in memory.
 */
class VectorSearchResultTests extends AbstractVectorDatabaseTests {

	private static final int ROWS = 300;

	private static VectorTestTables tables;

	@BeforeAll
	static void useTables() {
		tables = new VectorTestTables(jdbc);
	}

	static Stream<VectorColumn> columns() {
		return VectorSearchKinds.columns().stream();
	}

	@ParameterizedTest
	@MethodSource("columns")
	void searchFindsWhatIsNearestInOrder(VectorColumn column) {
		RandomVectors vectors = new RandomVectors(5);
		VectorTable table = VectorSearchKinds.table(column).build();
		tables.create(table);
		VectorRepository<Long> repository = JdbcVectorRepository.of(dataSource, table, Long.class);
		List<VectorRecord<Long>> records = LongStream.range(0, ROWS)
			.mapToObj((id) -> new VectorRecord<>(id, vectors.next(column.type(), column.dimensions()), "w" + id,
					Map.of("half", id % 2 == 0)))
			.toList();
		repository.upsert(records);
		tables.index(table);
		VectorValue query = vectors.next(column.type(), column.dimensions());
		List<Row> nearest = nearest(column, records, query);
		VectorSearch search = broad(VectorSearch.nearest(query).limit(20), column);
		assertNear(byIndex(() -> repository.search(search)), nearest, column);
		assertThat(byIndex(() -> repository.search(VectorSearch.nearest(query).limit(20)))).hasSize(20);
		VectorSearch exact = VectorSearch.nearest(query).limit(20).exact();
		assertNear(repository.search(exact), nearest, column);
		assertThat(repository.search(exact)).extracting(VectorMatch::id)
			.containsExactlyElementsOf(nearest.subList(0, 20).stream().map(Row::id).toList());
		assertNear(byIndex(() -> repository.search(search.where("half = true"))),
				nearest.stream().filter((row) -> row.id() % 2 == 0).toList(), column);
		List<VectorMatch<Long>> withVectors = repository.search(search.withEmbedding());
		assertThat(withVectors).allSatisfy(
				(match) -> assertThat(match.embedding()).isEqualTo(records.get(match.id().intValue()).embedding()));
		double threshold = nearest.get(6).distance();
		assertThat(repository.search(exact.within(threshold))).extracting(VectorMatch::distance)
			.allMatch((distance) -> distance <= threshold);
		List<VectorMatch<Long>> similar = repository
			.search(exact.minSimilarity(column.distance().toSimilarity(threshold + 1e-4, column.dimensions())));
		assertThat(similar).hasSizeGreaterThanOrEqualTo(7)
			.extracting(VectorMatch::distance)
			.allMatch((distance) -> distance <= threshold + 2e-4);
		List<VectorSearch> searches = List.of(search,
				broad(VectorSearch.nearest(records.get(3).embedding()).limit(20), column), search.limit(5),
				broad(VectorSearch.nearestTo(7L), column));
		List<List<VectorMatch<Long>>> all = byIndex(() -> repository.searchAll(searches));
		assertNear(all.get(0), nearest, column);
		assertNear(all.get(1), nearest(column, records, records.get(3).embedding()), column);
		assertThat(all.get(2)).hasSize(5);
		assertNear(all.get(3),
				nearest(column, records, records.get(7).embedding()).stream().filter((row) -> row.id() != 7).toList(),
				column);
		assertPages(repository, VectorSearch.nearest(query));
		jdbc.execute("DROP TABLE " + table.quotedName());
	}

	/**
	 * Lists are made by chance, so that what the default number of probes finds of
	 * vectors without any structure is chance, too.
	 */
	private static VectorSearch broad(VectorSearch search, VectorColumn column) {
		return (column.index() instanceof VectorIndex.IvfFlat index) ? search.probes(index.lists()) : search;
	}

	/**
	 * With so few rows an index is exact, but for one that has only the signs of 24
	 * values.
	 */
	private static void assertNear(List<VectorMatch<Long>> matches, List<Row> nearest, VectorColumn column) {
		assertThat(matches).extracting(VectorMatch::distance).isSorted();
		assertThat(matches).extracting(VectorMatch::id).doesNotHaveDuplicates();
		Set<Long> expected = new HashSet<>(nearest.subList(0, matches.size()).stream().map(Row::id).toList());
		double furthest = nearest.get(matches.size() - 1).distance();
		long found = matches.stream()
			.filter((match) -> expected.contains(match.id()) || match.distance() <= furthest + 1e-6)
			.count();
		boolean signs = column.quantization() == Quantization.BINARY;
		assertThat((double) found / matches.size()).isGreaterThanOrEqualTo(signs ? 0.85 : 0.95);
		Map<Long, Double> distances = new HashMap<>();
		nearest.forEach((row) -> distances.put(row.id(), row.distance()));
		for (int i = 0; i < matches.size(); i++) {
			VectorMatch<Long> match = matches.get(i);
			assertThat(match.rank()).isEqualTo(i + 1);
			assertThat(match.distance()).isCloseTo(distances.get(match.id()), within(1e-4));
			assertThat(match.similarity())
				.isEqualTo(column.distance().toSimilarity(match.distance(), column.dimensions()));
			assertThat(match.metadata()).isEqualTo(Map.of("half", match.id() % 2 == 0));
			assertThat(match.content()).isEqualTo("w" + match.id());
		}
	}

	private static void assertPages(VectorRepository<Long> repository, VectorSearch search) {
		List<VectorMatch<Long>> all = new ArrayList<>();
		VectorSearch page = search.paged().limit(37);
		List<VectorMatch<Long>> found;
		do {
			VectorSearch next = page;
			found = byIndex(() -> repository.search(next));
			all.addAll(found);
			page = found.isEmpty() ? page
					: page.after(SearchPosition.parse(SearchPosition.of(found.get(found.size() - 1)).toString()));
		}
		while (found.size() == 37);
		assertThat(all).extracting(VectorMatch::id).doesNotHaveDuplicates();
		assertThat(all).extracting(VectorMatch::distance).isSorted();
		assertThat(all).extracting(VectorMatch::rank)
			.containsExactlyElementsOf(IntStream.rangeClosed(1, all.size()).boxed().toList());
		assertThat(all).hasSize(ROWS);
	}

	private static List<Row> nearest(VectorColumn column, List<VectorRecord<Long>> records, VectorValue query) {
		return records.stream()
			.map((record) -> new Row(record.id(), RandomVectors.distance(column.distance(), record.embedding(), query)))
			.sorted(Comparator.comparingDouble((Row row) -> Math.round(row.distance() * 1e5)).thenComparing(Row::id))
			.toList();
	}

	/**
	 * The planner would rather read tables as small as these whole.
	 */
	private static <T> T byIndex(Supplier<T> search) {
		return Objects
			.requireNonNull(new TransactionTemplate(new JdbcTransactionManager(dataSource)).execute((status) -> {
				jdbc.execute("SET LOCAL enable_seqscan = off");
				jdbc.execute("SET LOCAL enable_bitmapscan = off");
				jdbc.execute("SET LOCAL enable_sort = off");
				return search.get();
			}));
	}

	@ParameterizedTest
	@EnumSource(Quantization.class)
	void pagesOfAQuantizedIndexHaveEachRowOnceInOrder(Quantization quantization) {
		RandomVectors vectors = new RandomVectors(11);
		VectorRepository<Long> repository = repository(VectorTable.builder("quantized")
			.idType(IdType.BIGINT)
			.embedding(new VectorColumn("embedding", ElementType.VECTOR, 24, Distance.COSINE, VectorIndex.hnsw(),
					quantization, List.of())));
		repository.upsert(LongStream.range(0, 1000)
			.mapToObj((id) -> new VectorRecord<>(id, vectors.next(ElementType.VECTOR, 24), null, Map.of()))
			.toList());
		tables.index(repository.table());
		VectorSearch search = VectorSearch.nearest(vectors.next(ElementType.VECTOR, 24));
		List<Long> nearest = repository.search(search.exact().limit(1000)).stream().map(VectorMatch::id).toList();
		assertThat(byIndex(() -> allPages(repository, search.paged().limit(10)))).hasSize(1000).isEqualTo(nearest);
	}

	@Test
	void pagesWhenRowsAreAtOneDistanceHaveEachRowOnce() {
		VectorRepository<Long> repository = repository(
				VectorTable.builder("ties").idType(IdType.BIGINT).dimensions(2).distance(Distance.L2));
		repository.upsert(LongStream.range(0, 500)
			.mapToObj((id) -> new VectorRecord<>(id * 7919 % 500, new float[] { 1, id % 125 }, null))
			.toList());
		tables.index(repository.table());
		VectorSearch search = VectorSearch.nearest(new float[] { 1, 0 }).paged().limit(30);
		assertThat(byIndex(() -> allPages(repository, search))).hasSize(500).doesNotHaveDuplicates();
		assertThat(allPages(repository, search.exact())).hasSize(500).doesNotHaveDuplicates();
	}

	private static List<Long> allPages(VectorRepository<Long> repository, VectorSearch search) {
		List<Long> ids = new ArrayList<>();
		List<VectorMatch<Long>> found = repository.search(search);
		while (!found.isEmpty()) {
			found.forEach((match) -> ids.add(match.id()));
			found = repository.search(search.after(found.get(found.size() - 1)));
		}
		return ids;
	}

	@Test
	void searchByRowWhenThereIsNoneOrItHasNoVectorNamesIt() {
		VectorRepository<Long> repository = repository(VectorTable.builder("by_row")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.vector(VectorColumn.of("title", ElementType.VECTOR, 2, Distance.L2, VectorIndex.none())));
		repository.upsert(List.of(
				new VectorRecord<Long>(1L, new float[] { 1, 0 }, null).withVector("title", VectorValue.of(0, 1)),
				new VectorRecord<>(2L, new float[] { 1, 1 }, null)));
		assertThat(repository.search(VectorSearch.nearestTo(1L))).extracting(VectorMatch::id).containsExactly(2L);
		assertThat(repository.search(VectorSearch.nearestTo(1L).in("title"))).isEmpty();
		assertThat(repository.search(VectorSearch.nearest(new float[] { 0, 2 }).in("title").withEmbedding()))
			.singleElement()
			.satisfies((match) -> assertThat(match.distance()).isEqualTo(1.0))
			.satisfies((match) -> assertThat(match.embedding()).isEqualTo(VectorValue.of(0, 1)));
		assertThatExceptionOfType(EmptyResultDataAccessException.class)
			.isThrownBy(() -> repository.search(VectorSearch.nearestTo(3L)))
			.withMessage("vector table by_row has no row '3' with a vector in column embedding to search from");
		assertThatExceptionOfType(EmptyResultDataAccessException.class)
			.isThrownBy(() -> repository.search(VectorSearch.nearestTo(2L).in("title")))
			.withMessage("vector table by_row has no row '2' with a vector in column title to search from");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> repository.search(VectorSearch.nearestTo(UUID.randomUUID())))
			.withMessage("id for vector table by_row is a java.util.UUID, but must be a java.lang.Long");
	}

	@Test
	void recordsAreFoundByTheirIdsInTheirOrderWithAllThatTheyHave() {
		VectorRepository<String> repository = JdbcVectorRepository.of(dataSource,
				create(VectorTable.builder("records")
					.idType(IdType.TEXT)
					.dimensions(2)
					.key("year", KeyType.INTEGER)
					.vector(VectorColumn.of("words", ElementType.SPARSEVEC, 9, Distance.L2, VectorIndex.none()))),
				String.class);
		VectorRecord<String> first = new VectorRecord<String>("a'\\?\"", new float[] { 1, 0 }, "c",
				Map.of("year", 7, "other", List.of(1)))
			.withVector("words", SparseVector.of(9, Map.of(3, 1.5f)));
		VectorRecord<String> second = new VectorRecord<>("b", new float[] { 0, 1 }, null);
		repository.upsert(List.of(first, second));
		assertThat(repository.findAllById(List.of("b", "?", "a'\\?\"", "b"))).containsExactly(second, first);
		assertThat(repository.findAllById(List.of())).isEmpty();
		assertThat(repository.findById("a'\\?\"")).contains(first);
	}

	@Test
	void projectionLeavesOutWhatIsNotAskedForAndMapsRowsToTheUsersClass() {
		VectorRepository<Long> repository = repository(VectorTable.builder("projected")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.key(new MetadataColumn("year", "year_of_birth", KeyType.INTEGER, true))
			.textSearch(TextSearch.of("simple")));
		repository.upsert(new VectorRecord<>(1L, new float[] { 3, 4 }, "text", Map.of("year", 7, "a", "b")));
		VectorSearch search = VectorSearch.nearest(new float[] { 3, 4 });
		assertThat(repository.search(search.withoutContent().withoutMetadata())).singleElement().satisfies((match) -> {
			assertThat(match.content()).isNull();
			assertThat(match.metadata()).isEmpty();
			assertThat(match.embedding()).isNull();
		});
		assertThat(repository.search(search).get(0).metadata()).isEqualTo(Map.of("year", 7, "a", "b"));
		DataClassRowMapper<Person> mapper = new DataClassRowMapper<>(Person.class);
		List<Person> expected = List.of(new Person(1L, "text", 7, 0.0));
		assertThat(repository.search(search, mapper)).isEqualTo(expected);
		assertThat(repository.search(search.within(0.5), mapper)).isEqualTo(expected);
		assertThat(repository.search(search.hybrid("text"), mapper)).isEqualTo(expected);
		for (VectorSearch withVectors : List.of(search.withEmbedding(), search.withEmbedding().within(0.5))) {
			assertThat(repository.search(withVectors, (row, number) -> row.getString("embedding")))
				.containsExactly("[3,4]");
		}
		assertThatIllegalArgumentException().isThrownBy(() -> repository.search(search.diversified(0.5, 20), mapper))
			.withMessage("vector search is not possible: "
					+ "a diversified or reranked search has no row mapper, because it ranks matches");
	}

	@Test
	void limitIsKeptWhereManyRowsAreDeletedOrFewFulfilTheFilter() {
		VectorRepository<Long> repository = repository(
				VectorTable.builder("promise").idType(IdType.BIGINT).dimensions(3).distance(Distance.L2));
		jdbc.execute("ALTER TABLE promise SET (autovacuum_enabled = false)");
		jdbc.execute("INSERT INTO promise SELECT i, ARRAY[i, 0, 0]::vector, '', jsonb_build_object('late', i > 2950) "
				+ "FROM generate_series(1, 3000) i");
		jdbc.execute("CREATE INDEX promise_index ON promise USING hnsw (embedding vector_l2_ops)");
		VectorSearch search = VectorSearch.nearest(new float[] { 0, 0, 0 });
		assertThat(byIndex(() -> repository.search(search.limit(100)))).hasSize(100);
		assertThat(byIndex(() -> repository.search(search.limit(1000)))).hasSize(1000);
		assertThat(byIndex(() -> repository.search(search.where("late = true")))).hasSize(10);
		List<List<VectorMatch<Long>>> starved = Objects
			.requireNonNull(new TransactionTemplate(new JdbcTransactionManager(dataSource)).execute((status) -> {
				jdbc.execute("SET LOCAL hnsw.scan_mem_multiplier = 1");
				jdbc.execute("SET LOCAL work_mem = '64kB'");
				jdbc.execute("SET LOCAL enable_seqscan = off");
				jdbc.execute("SET LOCAL enable_sort = off");
				return repository.searchAll(List.of(search.where("late = true"),
						VectorSearch.nearest(new float[] { 1, 0, 0 }).where("late = true")));
			}));
		assertThat(starved).allSatisfy((found) -> assertThat(found).extracting(VectorMatch::id)
			.containsExactlyElementsOf(LongStream.rangeClosed(2951, 2960).boxed().toList()));
		assertThat(byIndex(() -> repository.search(search.where("late = true").within(2953)))).hasSize(3);
		assertThat(byIndex(() -> repository.search(search.where("late = true").within(1)))).isEmpty();
		jdbc.execute("DELETE FROM promise WHERE id <= 2900");
		assertThat(byIndex(() -> repository.search(search))).hasSize(10);
	}

	@Test
	void zeroVectorsUnderCosineAreNeverFound() {
		VectorRepository<Long> repository = repository(
				VectorTable.builder("zeros").idType(IdType.BIGINT).dimensions(2));
		jdbc.execute("INSERT INTO zeros VALUES (1, '[0,0]', '', '{}'), (2, '[1,0]', '', '{}')");
		assertThat(repository.search(VectorSearch.nearest(new float[] { 1, 1 }))).extracting(VectorMatch::id)
			.containsExactly(2L);
	}

	@Test
	void searchThatDoesNotFitTheTableIsRefused() {
		VectorRepository<Long> repository = repository(VectorTable.builder("fits").idType(IdType.BIGINT).dimensions(2));
		VectorSearch search = VectorSearch.nearest(new float[] { 1, 1 });
		assertThatIllegalArgumentException().isThrownBy(() -> repository.search(search.in("title")))
			.withMessage("vector table fits has no vector column 'title'; it has [embedding]");
		assertThatIllegalArgumentException().isThrownBy(() -> repository.search(search.hybrid("a")))
			.withMessage("vector search is not possible: "
					+ "vector table fits is declared without text search, so it cannot be hybrid");
		assertThatIllegalArgumentException().isThrownBy(() -> repository.search(search.probes(3)))
			.withMessage("vector search is not possible: probes is a setting of an IVFFlat index, "
					+ "which vector column embedding does not have");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> repository.search(search.after(new SearchPosition(1, "x", 1))))
			.withMessage("id for vector table fits is a java.lang.String, but must be a java.lang.Long");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> repository.searchAll(List.of(search, VectorSearch.nearest(new float[3]))));
	}

	private static VectorRepository<Long> repository(VectorTable.Builder table) {
		return JdbcVectorRepository.of(dataSource, create(table), Long.class);
	}

	private static VectorTable create(VectorTable.Builder builder) {
		VectorTable table = builder.build();
		tables.create(table);
		return table;
	}

	private record Row(long id, double distance) {

	}

	record Person(long id, String content, int yearOfBirth, double distance) {

	}

}
