package io.rdsboot.vector;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.VectorExpressions;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link VectorRepository} on PostgreSQL.
 */
class VectorRepositoryTests extends AbstractVectorDatabaseTests {

	@ParameterizedTest
	@EnumSource(IdType.class)
	void recordWhenUpsertedIsFoundUnchanged(IdType idType) {
		roundTrip(idType, idType.javaType());
	}

	private <ID> void roundTrip(IdType idType, Class<ID> idClass) {
		VectorRepository<ID> repository = repository(table("round_trip_" + idType).idType(idType), idClass);
		Object id = switch (idType) {
			case UUID -> UUID.randomUUID();
			case TEXT -> "a 'quoted' id";
			case BIGINT -> Long.MIN_VALUE;
			case INTEGER -> Integer.MIN_VALUE;
		};
		VectorRecord<ID> record = new VectorRecord<>(idClass.cast(id), vector(1, -2.5f, Float.MIN_VALUE), "Grüße 🐘",
				Map.of("text", "a\"b\\c", "int", 7, "long", 1L << 40, "big", BigInteger.TWO.pow(80), "double", 1.5,
						"whole double", 1.0, "flag", true, "nested", Map.of("list", List.of(1, "two"))));
		repository.upsert(record);
		assertThat(repository.findById(record.id())).contains(record);
		assertThat(repository.count()).isOne();
		assertThat(repository.delete(record.id())).isTrue();
		assertThat(repository.delete(record.id())).isFalse();
		assertThat(repository.findById(record.id())).isEmpty();
	}

	@Test
	void recordWhenUpsertedAgainIsReplaced() {
		VectorRepository<Long> repository = repository(table("replaced"));
		repository.upsert(new VectorRecord<>(1L, vector(1, 0, 0), "old", Map.of("a", 1)));
		VectorRecord<Long> record = new VectorRecord<>(1L, vector(0, 1, 0), null);
		repository.upsert(record);
		assertThat(repository.findById(1L)).contains(record);
	}

	@Test
	void jsonNullInMetadataWhenReadIsLeftOut() {
		VectorRepository<Long> repository = repository(table("json_null"));
		jdbc.update("INSERT INTO json_null VALUES (1, '[1,2,3]', null, '{\"a\": null, \"b\": 1}')");
		assertThat(repository.findById(1L).orElseThrow().metadata()).isEqualTo(Map.of("b", 1));
	}

	@Test
	void batchWhenLargeWithDuplicateIdsKeepsTheLast() {
		VectorRepository<Long> repository = repository(table("batch"));
		List<VectorRecord<Long>> records = new ArrayList<>();
		for (long i = 0; i < 1200; i++) {
			records.add(new VectorRecord<>(i % 600, vector(1, i, 0), "v" + i));
		}
		repository.upsert(records);
		assertThat(repository.count()).isEqualTo(600);
		assertThat(repository.findById(0L).orElseThrow().content()).isEqualTo("v600");
		assertThat(repository.findById(599L).orElseThrow().content()).isEqualTo("v1199");
		assertThat(repository.delete(List.of(1L, 2L, 5000L))).isEqualTo(2);
		assertThat(repository.delete(List.of())).isZero();
		repository.upsert(List.of());
		assertThat(repository.count()).isEqualTo(598);
	}

	@Test
	void batchesWhenConcurrentInOppositeOrdersDoNotDeadlock() throws Exception {
		VectorRepository<Long> repository = repository(table("deadlock"));
		List<VectorRecord<Long>> ascending = LongStream.range(0, 500)
			.mapToObj((id) -> new VectorRecord<>(id, vector(1, id, 0), null))
			.toList();
		List<VectorRecord<Long>> descending = new ArrayList<>(ascending);
		Collections.reverse(descending);
		ExecutorService threads = Executors.newFixedThreadPool(2);
		try {
			CountDownLatch start = new CountDownLatch(2);
			List<Future<?>> results = new ArrayList<>();
			for (List<VectorRecord<Long>> records : List.of(ascending, descending)) {
				results.add(threads.submit(() -> {
					start.countDown();
					start.await(20, TimeUnit.SECONDS);
					for (int i = 0; i < 10; i++) {
						repository.upsert(records);
					}
					return null;
				}));
			}
			for (Future<?> result : results) {
				result.get(60, TimeUnit.SECONDS);
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(repository.count()).isEqualTo(500);
	}

	@Test
	void batchWhenOneRecordIsRefusedByTheServerStoresNone() {
		VectorRepository<Long> repository = repository(table("all_or_none"));
		jdbc.execute("ALTER TABLE all_or_none ADD CHECK (content <> 'bad')");
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> repository.upsert(List
			.of(new VectorRecord<>(1L, vector(1, 0, 0), "good"), new VectorRecord<>(2L, vector(1, 0, 0), "bad"))));
		assertThat(repository.count()).isZero();
	}

	@ParameterizedTest
	@EnumSource(names = { "COSINE", "L2", "INNER_PRODUCT" })
	void searchWhenIndexedReturnsTheNearestFirst(Distance distance) {
		VectorRepository<Long> repository = repository(table("nearest_" + distance).distance(distance));
		createIndex(repository.table());
		repository.upsert(List.of(new VectorRecord<>(1L, vector(1, 0, 0), "one", Map.of("n", 1)),
				new VectorRecord<>(2L, vector(0, 3, 0), "two"), new VectorRecord<>(3L, vector(2, 2, 0), "three")));
		List<VectorMatch<Long>> matches = repository
			.search(VectorSearch.nearest(vector(1, 0.5f, 0)).limit(3).withEmbedding());
		List<Long> expected = switch (distance) {
			case COSINE -> List.of(3L, 1L, 2L);
			case L2 -> List.of(1L, 3L, 2L);
			case INNER_PRODUCT -> List.of(3L, 2L, 1L);
			default -> throw new IllegalArgumentException("no distance of floats: " + distance);
		};
		assertThat(matches).extracting(VectorMatch::id).containsExactlyElementsOf(expected);
		VectorMatch<Long> one = matches.get(expected.indexOf(1L));
		assertThat(one.distance()).isCloseTo(switch (distance) {
			case COSINE -> 1 - 1 / Math.sqrt(1.25);
			case L2 -> 0.5;
			case INNER_PRODUCT -> -1;
			default -> throw new IllegalArgumentException("no distance of floats: " + distance);
		}, within(1e-6));
		assertThat(one.content()).isEqualTo("one");
		assertThat(one.metadata()).isEqualTo(Map.of("n", 1));
		assertThat(one.embedding()).isEqualTo(VectorValue.of(1, 0, 0));
		assertThat(repository.search(VectorSearch.nearest(vector(1, 0.5f, 0)).limit(1)).get(0).embedding()).isNull();
		double second = matches.get(1).distance();
		assertThat(repository.search(VectorSearch.nearest(vector(1, 0.5f, 0)).within(second)))
			.extracting(VectorMatch::id)
			.containsExactlyElementsOf(expected.subList(0, 2));
	}

	@ParameterizedTest
	@EnumSource(names = { "COSINE", "L2", "INNER_PRODUCT" })
	void searchWhenIndexedReturnsAllRowsOfALimitAboveEfSearch(Distance distance) {
		for (VectorIndex index : List.of(VectorIndex.hnsw(), new VectorIndex.IvfFlat(20), VectorIndex.none())) {
			VectorTable.Builder table = table("limits").dimensions(8).distance(distance).index(index);
			VectorRepository<Long> repository = repository(table);
			repository.upsert(records(1500));
			createIndex(repository.table());
			jdbc.execute("ANALYZE limits");
			float[] query = random(new Random(7));
			for (int limit : new int[] { 10, 100, 1200 }) {
				List<VectorMatch<Long>> matches = searchByIndex(repository, VectorSearch.nearest(query).limit(limit));
				assertThat(matches).as("%s, limit %d", index, limit).hasSize(limit);
				assertThat(matches).extracting(VectorMatch::distance).isSorted();
			}
			assertThat(searchByIndex(repository,
					VectorSearch.nearest(query).limit(10).where(MetadataFilter.eq("percent", 3))))
				.as("filtered, %s", index)
				.hasSize(10)
				.allSatisfy((match) -> assertThat(match.metadata()).containsEntry("percent", 3));
			jdbc.execute("DROP TABLE limits");
		}
	}

	@Test
	void searchWhenMostRowsAreDeletedReturnsTheRest() {
		VectorRepository<Long> repository = repository(table("deleted").dimensions(8));
		createIndex(repository.table());
		jdbc.execute("ALTER TABLE deleted SET (autovacuum_enabled = false)");
		repository.upsert(records(2000));
		repository.delete(LongStream.range(0, 1980).boxed().toList());
		jdbc.execute("ANALYZE deleted");
		assertThat(searchByIndex(repository, VectorSearch.nearest(random(new Random(3))).limit(10))).hasSize(10);
	}

	/**
	 * The planner would rather read tables as small as these whole.
	 */
	private static List<VectorMatch<Long>> searchByIndex(VectorRepository<Long> repository, VectorSearch search) {
		return Objects
			.requireNonNull(new TransactionTemplate(new JdbcTransactionManager(dataSource)).execute((status) -> {
				jdbc.execute("SET LOCAL enable_seqscan = off");
				jdbc.execute("SET LOCAL enable_bitmapscan = off");
				jdbc.execute("SET LOCAL enable_sort = off");
				return repository.search(search);
			}));
	}

	@Test
	void filterWhenCombinedMatchesRowsThatFulfilAllParts() {
		VectorRepository<Long> repository = repository(table("filters"));
		repository.upsert(List.of(
				new VectorRecord<>(1L, vector(1, 0, 0), null, Map.of("tenant", "acme", "year", 2026, "draft", false)),
				new VectorRecord<>(2L, vector(1, 0, 0), null, Map.of("tenant", "acme", "year", 2025, "draft", false)),
				new VectorRecord<>(3L, vector(1, 0, 0), null, Map.of("tenant", "o'neil\"", "year", 2026)),
				new VectorRecord<>(4L, vector(1, 0, 0), null, Map.of("tenant", List.of("acme")))));
		assertThat(ids(repository, MetadataFilter.eq("tenant", "acme"))).containsExactly(1L, 2L);
		assertThat(ids(repository, MetadataFilter.eq("tenant", "acme").and(MetadataFilter.eq("year", 2026.0))))
			.containsExactly(1L);
		assertThat(ids(repository, MetadataFilter.eq("tenant", "o'neil\""))).containsExactly(3L);
		assertThat(ids(repository, MetadataFilter.eq("draft", false))).containsExactly(1L, 2L);
		assertThat(ids(repository, MetadataFilter.eq("year", "2026"))).isEmpty();
		assertThat(ids(repository, MetadataFilter.eq("year", 2026).and(MetadataFilter.eq("year", 2025)))).isEmpty();
	}

	private static List<Long> ids(VectorRepository<Long> repository, MetadataFilter filter) {
		return repository.search(VectorSearch.nearest(vector(1, 1, 0)).where(filter))
			.stream()
			.map(VectorMatch::id)
			.toList();
	}

	@ParameterizedTest
	@ValueSource(strings = { "settings", "nearest", "found", "t" })
	void searchWhenTableIsNamedLikeAPartOfTheStatementFindsItsRows(String name) {
		VectorRepository<Long> repository = repository(table(name));
		repository.upsert(new VectorRecord<>(1L, vector(1, 0, 0), null));
		assertThat(repository.search(VectorSearch.nearest(vector(1, 0, 0)))).hasSize(1);
	}

	@Test
	void scanSettingsWhenSearchEndsAreAsBefore() {
		VectorRepository<Long> repository = repository(table("scan_settings"));
		repository.search(VectorSearch.nearest(vector(1, 0, 0)).limit(500));
		// One connection is enough for everything above, so this is the same one.
		assertThat(jdbc.queryForObject("SELECT current_setting('hnsw.ef_search')", String.class)).isEqualTo("40");
		assertThat(jdbc.queryForObject("SELECT current_setting('hnsw.iterative_scan')", String.class)).isEqualTo("off");
	}

	@Test
	void scanSettingsFollowTheLimitAndTheListsAndKeepWhatIsMore() {
		createSettingsView("hnsw_view", "hnsw.ef_search");
		VectorRepository<Long> hnsw = JdbcVectorRepository.of(dataSource, table("hnsw_view").build(), Long.class);
		assertThat(settingSeenBy(hnsw, 10)).isEqualTo("40");
		assertThat(settingSeenBy(hnsw, 200)).isEqualTo("400");
		assertThat(settingSeenBy(hnsw, 5000)).isEqualTo("1000");
		new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult((status) -> {
			jdbc.execute("SET LOCAL hnsw.ef_search = 300");
			assertThat(settingSeenBy(hnsw, 10)).isEqualTo("300");
			assertThat(settingSeenBy(hnsw, 100)).isEqualTo("300");
		});
		createSettingsView("ivfflat_view", "ivfflat.probes");
		VectorRepository<Long> ivfFlat = JdbcVectorRepository.of(dataSource,
				table("ivfflat_view").index(new VectorIndex.IvfFlat(400)).build(), Long.class);
		assertThat(settingSeenBy(ivfFlat, 10)).isEqualTo("20");
	}

	private static void createSettingsView(String name, String setting) {
		jdbc.execute("CREATE VIEW %s AS SELECT 1::bigint AS id, '[1,2,3]'::vector(3) AS embedding, ".formatted(name)
				+ "current_setting('%s') AS content, '{}'::jsonb AS metadata FROM generate_series(1, 5000)"
					.formatted(setting));
	}

	private static @Nullable String settingSeenBy(VectorRepository<Long> repository, int limit) {
		return repository.search(VectorSearch.nearest(vector(1, 0, 0)).limit(limit)).get(0).content();
	}

	@Test
	void identifiersWhenAwkwardAreQuoted() {
		jdbc.execute("CREATE SCHEMA \"odd; schema\"");
		VectorTable table = VectorTable.builder("Order \"by\"")
			.schema("odd; schema")
			.dimensions(3)
			.idType(IdType.BIGINT)
			.idColumn("select")
			.embeddingColumn("distance")
			.contentColumn("Id")
			.metadataColumn("limit?")
			.build();
		create(table);
		VectorRepository<Long> repository = JdbcVectorRepository.of(dataSource, table, Long.class);
		VectorRecord<Long> record = new VectorRecord<>(1L, vector(1, 2, 3), "c", Map.of("k", "v"));
		repository.upsert(record);
		assertThat(repository.findById(1L)).contains(record);
		assertThat(repository.search(VectorSearch.nearest(vector(1, 2, 3)).where(MetadataFilter.eq("k", "v"))))
			.singleElement()
			.satisfies((match) -> assertThat(match.content()).isEqualTo("c"));
		assertThat(repository.find(RecordQuery.all().withVectors().where(MetadataFilter.eq("k", "v"))).records())
			.containsExactly(record);
		assertThat(repository.existsById(1L)).isTrue();
		assertThat(repository.delete(1L)).isTrue();
	}

	@Test
	void operationWhenTransactionIsActiveTakesPart() {
		VectorRepository<Long> repository = repository(table("joined"));
		new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult((status) -> {
			repository.upsert(new VectorRecord<>(1L, vector(1, 0, 0), null));
			assertThat(repository.count()).isOne();
			assertThat(dataSource.getHikariPoolMXBean().getActiveConnections()).isOne();
			status.setRollbackOnly();
		});
		assertThat(repository.count()).isZero();
	}

	@Test
	void readWhenNoTransactionIsActiveIsReadOnly() {
		jdbc.execute("CREATE FUNCTION read_only_probe() RETURNS text LANGUAGE sql AS "
				+ "$$ SELECT current_setting('transaction_read_only') $$");
		jdbc.execute("CREATE TABLE probe_rows (id bigint PRIMARY KEY, embedding vector(3), metadata jsonb)");
		jdbc.execute("INSERT INTO probe_rows VALUES (1, '[1,2,3]', '{}')");
		jdbc.execute(
				"CREATE VIEW probe AS SELECT id, embedding, read_only_probe() AS content, metadata FROM probe_rows");
		VectorTable table = table("probe").index(VectorIndex.none()).build();
		VectorRepository<Long> repository = JdbcVectorRepository.of(dataSource, table, Long.class);
		assertThat(repository.findById(1L).orElseThrow().content()).isEqualTo("on");
		assertThat(repository.search(VectorSearch.nearest(vector(1, 0, 0))).get(0).content()).isEqualTo("on");
		assertThat(repository.find(RecordQuery.all()).records().get(0).content()).isEqualTo("on");
		new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult(
				(status) -> assertThat(repository.findById(1L).orElseThrow().content()).isEqualTo("off"));
	}

	@Test
	void errorFromTheServerIsADataAccessException() {
		VectorRepository<Long> repository = JdbcVectorRepository.of(dataSource, table("not_there").build(), Long.class);
		assertThatExceptionOfType(BadSqlGrammarException.class).isThrownBy(repository::count)
			.withMessageContaining("not_there");
	}

	@Test
	void repositoryWhenIdClassDoesNotFitIsRefused() {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> JdbcVectorRepository.of(dataSource, table("x").build(), String.class))
			.withMessage("ids of vector table x are of type bigint, which is java.lang.Long in Java, "
					+ "not java.lang.String");
	}

	static VectorTable.Builder table(String name) {
		return VectorTable.builder(name).idType(IdType.BIGINT).dimensions(3);
	}

	private static VectorRepository<Long> repository(VectorTable.Builder table) {
		return repository(table, Long.class);
	}

	private static <ID> VectorRepository<ID> repository(VectorTable.Builder builder, Class<ID> idClass) {
		VectorTable table = builder.build();
		create(table);
		return JdbcVectorRepository.of(dataSource, table, idClass);
	}

	private static void create(VectorTable table) {
		jdbc.execute(
				"CREATE TABLE %s (\"%s\" %s PRIMARY KEY, \"%s\" vector(%d) NOT NULL, \"%s\" text, \"%s\" jsonb NOT NULL)"
					.formatted(table.quotedName(), table.idColumn(), table.idType().sqlType(), table.embedding().name(),
							table.embedding().dimensions(), table.contentColumn(), table.metadataColumn()));
	}

	private static void createIndex(VectorTable table) {
		if (table.embedding().index() instanceof VectorIndex.Hnsw) {
			jdbc.execute("CREATE INDEX ON %s USING hnsw (embedding %s)".formatted(table.quotedName(),
					new VectorExpressions(table, table.embedding()).operatorClass()));
		}
		else if (table.embedding().index() instanceof VectorIndex.IvfFlat ivfFlat) {
			jdbc.execute(
					"CREATE INDEX ON %s USING ivfflat (embedding %s) WITH (lists = %d)".formatted(table.quotedName(),
							new VectorExpressions(table, table.embedding()).operatorClass(), ivfFlat.lists()));
		}
	}

	private static List<VectorRecord<Long>> records(int count) {
		Random random = new Random(1);
		return IntStream.range(0, count)
			.mapToObj((i) -> new VectorRecord<>((long) i, random(random), "text " + i, Map.of("percent", i % 100)))
			.toList();
	}

	private static float[] random(Random random) {
		float[] vector = new float[8];
		for (int i = 0; i < vector.length; i++) {
			vector[i] = (float) random.nextGaussian();
		}
		return vector;
	}

	private static float[] vector(float... values) {
		return values;
	}

}
