package io.rdsboot.langchain4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.embedding.filter.MetadataFilterBuilder;
import dev.langchain4j.store.embedding.listener.EmbeddingStoreListener;
import dev.langchain4j.store.embedding.listener.EmbeddingStoreResponseContext;
import io.rdsboot.langchain4j.RdsEmbeddingStore.SearchMode;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.InvalidVectorRecordException;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests of what LangChain4j's contract does not ask for: scores of each distance, values
 * and their types, hybrid searches, bad input.
 */
@LocalRds
class RdsEmbeddingStoreTests {

	private HikariDataSource database;

	private JdbcTemplate jdbc;

	@BeforeEach
	void createDatabase(LocalRdsCluster cluster) {
		this.database = VectorTestDatabase.create(cluster);
		this.jdbc = new JdbcTemplate(this.database);
	}

	@AfterEach
	void closePool() {
		this.database.close();
	}

	private static VectorTable.Builder documents() {
		return VectorTable.builder("documents").dimensions(2).idType(IdType.TEXT);
	}

	private RdsEmbeddingStore store(VectorTable.Builder table) {
		return builder(table).build();
	}

	private RdsEmbeddingStore.Builder builder(VectorTable.Builder builder) {
		VectorTable table = builder.build();
		new VectorSchema(this.database).migrate(List.of(table));
		return RdsEmbeddingStore.builder(JdbcVectorRepository.of(this.database, table, table.idType().javaType()));
	}

	private static Embedding embedding(double degrees) {
		return Embedding
			.from(new float[] { (float) Math.cos(Math.toRadians(degrees)), (float) Math.sin(Math.toRadians(degrees)) });
	}

	private static EmbeddingSearchRequest.EmbeddingSearchRequestBuilder nearest(Embedding embedding) {
		return EmbeddingSearchRequest.builder().queryEmbedding(embedding).maxResults(10);
	}

	private static List<String> ids(EmbeddingStore<TextSegment> store, EmbeddingSearchRequest request) {
		return store.search(request).matches().stream().map(EmbeddingMatch::embeddingId).toList();
	}

	@ParameterizedTest
	@EnumSource(names = { "COSINE", "INNER_PRODUCT", "L2" })
	void scoreOfUnitVectorsIsTheSameForEachDistance(Distance distance) {
		RdsEmbeddingStore store = store(documents().distance(distance));
		List<Integer> degrees = List.of(0, 30, 60, 90, 135, 180);
		store.addAll(degrees.stream().map(String::valueOf).toList(),
				degrees.stream().map(RdsEmbeddingStoreTests::embedding).toList(), null);
		List<EmbeddingMatch<TextSegment>> matches = store.search(nearest(embedding(0)).build()).matches();
		assertThat(matches).extracting(EmbeddingMatch::embeddingId)
			.containsExactly("0", "30", "60", "90", "135", "180");
		for (int i = 0; i < matches.size(); i++) {
			assertThat(matches.get(i).score()).isCloseTo((Math.cos(Math.toRadians(degrees.get(i))) + 1) / 2,
					within(1e-6));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "COSINE", "INNER_PRODUCT", "L2", "L1" })
	void scoreThatWasReturnedIsALeastScoreThatFindsTheRow(Distance distance) {
		RdsEmbeddingStore store = store(documents().distance(distance));
		store.addAll(IntStream.range(0, 60).mapToObj(String::valueOf).toList(),
				IntStream.range(0, 60).mapToObj((i) -> embedding(i * 3.1)).toList(), null);
		List<EmbeddingMatch<TextSegment>> all = store.search(nearest(embedding(0)).maxResults(60).build()).matches();
		assertThat(all).hasSize(60);
		for (int i = 0; i < all.size(); i++) {
			EmbeddingSearchRequest request = nearest(embedding(0)).maxResults(60).minScore(all.get(i).score()).build();
			assertThat(store.search(request).matches()).as("least score %s", all.get(i).score())
				.hasSizeGreaterThanOrEqualTo(i + 1)
				.allSatisfy((match) -> assertThat(match.score()).isGreaterThanOrEqualTo(request.minScore()));
		}
	}

	@Test
	void scoresOfLongVectorsEndAtZeroAndOne() {
		RdsEmbeddingStore store = store(documents().distance(Distance.INNER_PRODUCT));
		store.addAll(List.of("near", "far"),
				List.of(Embedding.from(new float[] { 5, 5 }), Embedding.from(new float[] { -5, -5 })), null);
		EmbeddingSearchRequest request = nearest(Embedding.from(new float[] { 1, 1 })).build();
		assertThat(store.search(request).matches()).extracting(EmbeddingMatch::score).containsExactly(1.0, 0.0);
	}

	@Test
	void halfPrecisionVectorsAreEmbeddingsToo() {
		RdsEmbeddingStore store = store(documents()
			.embedding(VectorColumn.of("embedding", ElementType.HALFVEC, 2, Distance.COSINE, VectorIndex.hnsw())));
		store.add("a", Embedding.from(new float[] { 0.5F, 2 }));
		assertThat(store.search(nearest(Embedding.from(new float[] { 0.5F, 2 })).build()).matches().get(0).embedding())
			.isEqualTo(Embedding.from(new float[] { 0.5F, 2 }));
	}

	@Test
	void valuesUnderDeclaredKeysHaveTheirTypes() {
		RdsEmbeddingStore store = store(documents().key("uuid", KeyType.UUID)
			.key("int", KeyType.INTEGER)
			.key("long", KeyType.BIGINT)
			.key("double", KeyType.NUMERIC)
			.key("text", KeyType.TEXT));
		UUID uuid = new UUID(1, 2);
		Metadata metadata = new Metadata().put("uuid", uuid)
			.put("int", 7)
			.put("long", 1746714878034235396L)
			.put("double", 1.25)
			.put("text", "a")
			.put("more", Float.MAX_VALUE);
		store.addAll(List.of("a"), List.of(embedding(0)), List.of(TextSegment.from("text", metadata)));
		Metadata found = store.search(nearest(embedding(0)).build()).matches().get(0).embedded().metadata();
		assertThat(found.toMap()).containsExactlyInAnyOrderEntriesOf(Map.of("uuid", uuid, "int", 7, "long",
				1746714878034235396L, "double", 1.25, "text", "a", "more", 3.4028235E38));
		assertThat(found.getFloat("more")).isEqualTo(Float.MAX_VALUE);
	}

	@Test
	void valuesTakeTheTypeOfTheirKeyWhereItHasAnEqual() {
		RdsEmbeddingStore store = store(documents().key("year", KeyType.INTEGER).key("source", KeyType.TEXT));
		UUID uuid = new UUID(1, 2);
		store.addAll(List.of("a"), List.of(embedding(0)),
				List.of(TextSegment.from("text", new Metadata().put("year", "2026").put("source", uuid))));
		assertThat(ids(store,
				nearest(embedding(0)).filter(MetadataFilterBuilder.metadataKey("year").isGreaterThan(2025)).build()))
			.containsExactly("a");
		assertThat(ids(store,
				nearest(embedding(0)).filter(MetadataFilterBuilder.metadataKey("source").isEqualTo(uuid)).build()))
			.containsExactly("a");
		assertThat(store.search(nearest(embedding(0)).build()).matches().get(0).embedded().metadata().toMap())
			.isEqualTo(Map.of("year", 2026, "source", uuid.toString()));
	}

	@Test
	void rowsOfOtherWritersAreReadAsFarAsLangChain4jCan() {
		RdsEmbeddingStore store = store(documents());
		this.jdbc.update("INSERT INTO documents VALUES ('a', '[1,0]', 'text', ?::jsonb), ('b', '[0,1]', ' ', '{}')", """
				{"flag": true, "nothing": null, "list": ["x", 1], "object": {"a": "b"}, " ": 1,
				"huge": 123456789012345678901234567890, "exact": 0.1234567890123456789, "fraction": 1.5}""");
		List<EmbeddingMatch<TextSegment>> matches = store.search(nearest(embedding(0)).build()).matches();
		assertThat(matches.get(0).embedded().metadata().toMap())
			.isEqualTo(Map.of("flag", "true", "list", "[\"x\",1]", "object", "{\"a\":\"b\"}", "huge",
					"123456789012345678901234567890", "exact", "0.1234567890123456789", "fraction", 1.5));
		assertThat(matches.get(0).embedded().metadata().getDouble("exact")).isEqualTo(0.1234567890123456789);
		assertThat(matches.get(1).embedded()).isNull();
	}

	@Test
	void hybridSearchFindsByWordsToo() {
		RdsEmbeddingStore store = builder(documents().textSearch(TextSearch.of("english")))
			.searchMode(SearchMode.HYBRID)
			.build();
		store.addAll(List.of("near", "far"), List.of(embedding(0), embedding(170)),
				List.of(TextSegment.from("cats"), TextSegment.from("a dog barks", Metadata.from("kind", "dog"))));
		List<EmbeddingMatch<TextSegment>> matches = store.search(nearest(embedding(0)).query("barking dogs").build())
			.matches();
		assertThat(matches).extracting(EmbeddingMatch::embeddingId).containsExactly("far", "near");
		assertThat(matches).extracting(EmbeddingMatch::score)
			.satisfiesExactly((score) -> assertThat(score).isCloseTo(1.0 / 61 + 1.0 / 62, within(1e-9)),
					(score) -> assertThat(score).isCloseTo(1.0 / 61, within(1e-9)));
		assertThat(matches.get(0).embedding()).isEqualTo(embedding(170));
		assertThat(ids(store, nearest(embedding(0)).query("dog").minScore(0.02).build())).containsExactly("far");
		assertThat(ids(store,
				nearest(embedding(0)).query("dog")
					.filter(MetadataFilterBuilder.metadataKey("kind").isNotEqualTo("dog"))
					.build()))
			.containsExactly("near");
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> store.search(nearest(embedding(0)).query(" ").build()))
			.withMessage(
					"search of vector table documents is hybrid, so the EmbeddingSearchRequest must have a query text");
	}

	@Test
	void callsTakePartInTransactions() {
		RdsEmbeddingStore store = store(documents());
		new TransactionTemplate(new JdbcTransactionManager(this.database)).executeWithoutResult((status) -> {
			store.add("a", embedding(0));
			assertThat(ids(store, nearest(embedding(0)).build())).containsExactly("a");
			status.setRollbackOnly();
		});
		assertThat(ids(store, nearest(embedding(0)).build())).isEmpty();
	}

	@Test
	void searchRunsOnTheExecutor() {
		RdsEmbeddingStore.Builder builder = builder(documents());
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try {
			RdsEmbeddingStore store = builder.executor(executor).build();
			store.add("a", embedding(0));
			assertThat(store.searchAsync(nearest(embedding(0)).build()).join().matches()).hasSize(1);
			assertThatExceptionOfType(CompletionException.class)
				.isThrownBy(() -> store.searchAsync(nearest(embedding(0)).maxResults(10_001).build()).join())
				.withMessageContaining("limit of a vector search must be between 1 and 10000, but is 10001");
		}
		finally {
			executor.shutdown();
		}
		CompletableFuture<?> search = builder.executor(null).build().searchAsync(nearest(embedding(0)).build());
		assertThatExceptionOfType(CompletionException.class).isThrownBy(search::join)
			.havingCause()
			.isInstanceOf(UnsupportedOperationException.class)
			.withMessage(
					"embedding store of vector table documents has no executor to search on: set one on its builder");
	}

	@Test
	void listenersHearOfCalls() {
		List<String> heard = new ArrayList<>();
		EmbeddingStore<TextSegment> store = store(documents()).addListener(new EmbeddingStoreListener() {
			@Override
			public void onResponse(EmbeddingStoreResponseContext<?> context) {
				heard.add(context.getClass().getSimpleName());
			}
		});
		store.add("a", embedding(0));
		store.search(nearest(embedding(0)).build());
		assertThat(heard).containsExactly("Add", "Search");
	}

	@Test
	void repeatedIdKeepsTheLastEmbedding() {
		RdsEmbeddingStore store = store(documents());
		store.addAll(List.of("a", "a"), List.of(embedding(0), embedding(90)),
				List.of(TextSegment.from("first"), TextSegment.from("last")));
		store.add("b", embedding(0));
		store.addAll(List.of("b"), List.of(embedding(0)), List.of(TextSegment.from("replaced")));
		assertThat(store.search(nearest(embedding(90)).build()).matches())
			.extracting((match) -> match.embeddingId() + " " + match.embedded().text())
			.containsExactly("a last", "b replaced");
	}

	@Test
	void whatCannotBeStoredIsNamedAndNothingIsStored() {
		RdsEmbeddingStore store = store(documents().key("year", KeyType.INTEGER));
		List<Embedding> two = List.of(embedding(0), embedding(1));
		refused(store, Arrays.asList("a", null), two, null,
				"ids[1] for vector table documents must not be null or blank");
		refused(store, List.of("a", " "), two, null, "ids[1] for vector table documents must not be null or blank");
		refused(store, List.of("a", "b"), Arrays.asList(embedding(0), null), null,
				"embeddings[1] (id b) for vector table documents must not be null");
		refused(store, List.of("a", "b"), List.of(embedding(0), Embedding.from(new float[] { 1 })), null,
				"Record 1 (id b) for vector table documents: embedding has 1 dimension");
		refused(store, List.of("a", "b"), List.of(embedding(0), Embedding.from(new float[] { 1, Float.NaN })), null,
				"Record 1 (id b) for vector table documents: embedding ");
		refused(store, List.of("a", "b"), two, segments(new Metadata().put("year", "last")),
				"Record 1 (id b) for vector table documents: metadata at 'year' is a java.lang.String, but must be a java.lang.Integer");
		refused(store, List.of("a", "b"), two, segments(new Metadata().put("more", Double.NaN)),
				"Record 1 (id b) for vector table documents: metadata ");
		refused(store, List.of("a", "b"), two, segments(new Metadata().put("more", "\0")),
				"Record 1 (id b) for vector table documents: metadata ");
		assertThat(store.repository().count()).isZero();
	}

	@Test
	void manyEmbeddingsAreStoredUnderNewIdsOrNone() {
		RdsEmbeddingStore store = store(documents());
		List<Embedding> embeddings = new ArrayList<>(
				IntStream.range(0, 1000).mapToObj((i) -> embedding(i / 10.0)).toList());
		List<TextSegment> segments = IntStream.range(0, 1000)
			.mapToObj((i) -> TextSegment.from("text " + i, new Metadata().put("n", i)))
			.toList();
		List<String> ids = store.addAll(embeddings, segments);
		assertThat(ids).doesNotHaveDuplicates().hasSize(1000);
		assertThat(store.search(nearest(embedding(50)).maxResults(1).build()).matches()).singleElement()
			.satisfies((match) -> {
				assertThat(match.embeddingId()).isEqualTo(ids.get(500));
				assertThat(match.embedded()).isEqualTo(segments.get(500));
			});
		embeddings.set(900, Embedding.from(new float[] { 1 }));
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> store.addAll(embeddings, segments))
			.withMessageStartingWith("Record 900 (id ");
		assertThat(store.repository().count()).isEqualTo(1000);
	}

	private static List<TextSegment> segments(Metadata second) {
		return List.of(TextSegment.from("first"), TextSegment.from("second", second));
	}

	private static void refused(RdsEmbeddingStore store, List<String> ids, List<Embedding> embeddings,
			List<TextSegment> segments, String message) {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> store.addAll(ids, embeddings, segments))
			.withMessageStartingWith(message);
	}

	@Test
	void tenMegabytesOfTextAreStored() {
		RdsEmbeddingStore store = store(documents());
		String text = "ten chars ".repeat(1 << 20);
		store.addAll(List.of("a"), List.of(embedding(0)), List.of(TextSegment.from(text)));
		assertThat(store.search(nearest(embedding(0)).build()).matches().get(0).embedded().text()).isEqualTo(text);
	}

	@Test
	void textNeedsAColumn() {
		RdsEmbeddingStore store = store(documents().contentColumn(null));
		store.add("a", embedding(0));
		assertThatExceptionOfType(InvalidVectorRecordException.class)
			.isThrownBy(() -> store.addAll(List.of("b"), List.of(embedding(0)), List.of(TextSegment.from("text"))))
			.withMessage(
					"Record 0 (id b) for vector table documents: content is given, but the table has no column for it");
	}

	@Test
	void idsOfUuidRepositoryAreUuids() {
		RdsEmbeddingStore store = store(documents().idType(IdType.UUID));
		String message = "for vector table documents must be a UUID, but is '%s': pass the text of one, or declare ids of type text";
		for (String id : List.of("a", "1-1-1-1-1")) {
			assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> store.add(id, embedding(0)))
				.withMessage("ids[0] " + message.formatted(id));
			assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> store.remove(id))
				.withMessage("id " + message.formatted(id));
		}
		store.add("0198C5B2-0000-7000-8000-000000000001", embedding(0));
		assertThat(ids(store, nearest(embedding(0)).build())).containsExactly("0198c5b2-0000-7000-8000-000000000001");
	}

	@Test
	void filterThatCannotBeSaidIsNamed() {
		RdsEmbeddingStore store = store(documents().key("year", KeyType.INTEGER));
		Filter own = new Filter() {
			@Override
			public boolean test(Object metadata) {
				return true;
			}

			@Override
			public String toString() {
				return "always";
			}
		};
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> store.removeAll(own))
			.withMessageStartingWith("filter always is of type " + own.getClass().getName());
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> store.removeAll(MetadataFilterBuilder.metadataKey("year").isEqualTo("last")))
			.withMessageStartingWith(
					"value 'last' of a filter by metadata key 'year' (integer) of vector table documents");
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> store.removeAll(MetadataFilterBuilder.metadataKey("price").isLessThan(Double.NaN)))
			.withMessage("Value for key 'price' must be a finite number, but is NaN");
		Filter deep = MetadataFilterBuilder.metadataKey("a").isEqualTo(1);
		for (int i = 0; i < 20_000; i++) {
			deep = Filter.not(deep);
		}
		Filter tooDeep = deep;
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> store.removeAll(tooDeep))
			.withMessage("filter must be nested at most 100 deep");
	}

	@Test
	void manyConditionsAreJoinedTwoByTwo() {
		RdsEmbeddingStore store = store(documents());
		store.addAll(List.of("a"), List.of(embedding(0)), List.of(TextSegment.from("text", Metadata.from("n", "7"))));
		Filter any = MetadataFilterBuilder.metadataKey("n").isEqualTo("0");
		for (int i = 1; i < 900; i++) {
			any = any.or(MetadataFilterBuilder.metadataKey("n").isEqualTo(String.valueOf(i)));
		}
		assertThat(ids(store, nearest(embedding(0)).filter(any).build())).containsExactly("a");
	}

	@Test
	void tableThatDoesNotFitIsRefused() {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> store(documents().idType(IdType.BIGINT)))
			.withMessageStartingWith("ids of vector table documents are of type bigint");
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> store(VectorTable.builder("bits")
				.embedding(VectorColumn.of("embedding", ElementType.BIT, 8, Distance.HAMMING, VectorIndex.hnsw()))))
			.withMessageStartingWith("column embedding of vector table bits is of type bit");
		RdsEmbeddingStore.Builder hybrid = builder(VectorTable.builder("wordless").dimensions(2))
			.searchMode(SearchMode.HYBRID);
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(hybrid::build)
			.withMessage(
					"vector table wordless is declared without text search, so searches of its embedding store cannot be hybrid");
	}

	@Test
	void nothingIsRemovedByNoIdsAndAllWithoutCondition() {
		RdsEmbeddingStore store = store(documents());
		store.addAll(List.of("a", "b"), List.of(embedding(0), embedding(1)), null);
		store.removeAll((Collection<String>) null);
		store.removeAll(Collections.emptyList());
		assertThat(store.repository().count()).isEqualTo(2);
		store.removeAll();
		assertThat(store.repository().count()).isZero();
	}

}
