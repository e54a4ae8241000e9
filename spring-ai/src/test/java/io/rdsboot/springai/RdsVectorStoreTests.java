package io.rdsboot.springai;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.chat.messages.MessageType;
import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;
import org.springframework.ai.vectorstore.filter.FilterExpressionTextParser.FilterExpressionParseException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link RdsVectorStore}: what the tests of {@code PgVectorStore} in Spring
 * AI's own build ask for, with a model that needs no key, and more.
 */
@LocalRds
class RdsVectorStoreTests {

	private static final String WORLD = "The World is Big and Salvation Lurks Around the Corner";

	private static TestStores stores;

	private final List<Document> documents = List.of(
			new Document("Spring AI rocks and makes applications intelligent", Map.of("meta1", "meta1")),
			new Document("Time Shelter is a novel about the past"),
			new Document("The Great Depression was an economic shock", Map.of("meta2", "meta2")));

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		stores = new TestStores(cluster);
	}

	@AfterAll
	static void closeDatabase() {
		stores.close();
	}

	@ParameterizedTest
	@EnumSource(names = { "COSINE", "L2", "INNER_PRODUCT", "L1" })
	void documentsAreFoundAndDeleted(Distance distance) {
		RdsVectorStore store = stores.store((table) -> table.distance(distance).index(VectorIndex.none()));
		store.add(this.documents);
		List<Document> found = store
			.similaritySearch(SearchRequest.builder().query("What is Great Depression").topK(1).build());
		assertThat(found).hasSize(1);
		assertThat(found.get(0).getId()).isEqualTo(this.documents.get(2).getId());
		assertThat(found.get(0).getText()).isEqualTo(this.documents.get(2).getText());
		assertThat(found.get(0).getMetadata()).containsEntry("meta2", "meta2").containsKey("distance");
		store.delete(this.documents.stream().map(Document::getId).toList());
		assertThat(store.similaritySearch("Great Depression")).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "COSINE", "L2", "INNER_PRODUCT" })
	void scoreIsTheCosineByEachDistanceAndThresholdIsTheLeastScore(Distance distance) {
		RdsVectorStore store = stores.store((table) -> table.distance(distance).index(VectorIndex.none()));
		store.add(this.documents);
		SearchRequest request = SearchRequest.builder().query("Time Shelter").topK(5).similarityThresholdAll().build();
		List<Document> all = store.similaritySearch(request);
		assertThat(all).hasSize(3).isSortedAccordingTo(Comparator.comparing(RdsVectorStoreTests::score).reversed());
		HashingModel model = new HashingModel();
		for (Document document : all) {
			float[] first = model.vector("Time Shelter");
			float[] second = model.embed(document);
			double cosine = 0;
			for (int i = 0; i < first.length; i++) {
				cosine += first[i] * second[i];
			}
			assertThat(score(document)).isCloseTo(cosine, within(1e-5));
		}
		double between = (score(all.get(0)) + score(all.get(1))) / 2;
		assertThat(store.similaritySearch(SearchRequest.from(request).similarityThreshold(between).build()))
			.extracting(Document::getId)
			.containsExactly(this.documents.get(1).getId());
		double ofSecond = score(all.get(1));
		assertThat(store.similaritySearch(SearchRequest.from(request).similarityThreshold(ofSecond).build()))
			.extracting(Document::getScore)
			.contains(ofSecond)
			.allSatisfy((score) -> assertThat(score).isGreaterThanOrEqualTo(ofSecond));
		assertThat(
				store.similaritySearch(SearchRequest.from(request).similarityThreshold(Math.nextUp(ofSecond)).build()))
			.hasSize(1);
	}

	private static double score(Document document) {
		return Optional.ofNullable(document.getScore()).orElseThrow();
	}

	@Test
	void withoutThresholdDocumentsThatPointAwayAreFoundToo() {
		RdsVectorStore store = RdsVectorStore
			.builder(stores.repository((table) -> table.dimensions(2)), new HashingModel(2) {
				@Override
				float[] vector(String text) {
					return text.equals("away") ? new float[] { -1, 0 } : new float[] { 1, 0 };
				}
			})
			.build();
		store.add(List.of(new Document("away")));
		assertThat(store.similaritySearch("near")).singleElement()
			.satisfies((document) -> assertThat(document.getScore()).isEqualTo(-1));
	}

	@ParameterizedTest
	@EnumSource(names = { "COSINE", "L2", "INNER_PRODUCT" })
	void filtersHoldAsWithPgVectorStore(Distance distance) {
		RdsVectorStore store = stores.store((table) -> table.distance(distance).index(VectorIndex.none()));
		Document bulgaria = new Document(WORLD, Map.of("country", "BG", "year", 2020, "foo bar 1", "bar.foo"));
		Document netherlands = new Document(WORLD, Map.of("country", "NL"));
		Document bulgariaLater = new Document(WORLD, Map.of("country", "BG", "year", 2023));
		store.add(List.of(bulgaria, netherlands, bulgariaLater));
		assertFound(store, "country == 'NL'", netherlands);
		assertFound(store, "country == 'BG'", bulgaria, bulgariaLater);
		assertFound(store, "country == 'BG' && year == 2020", bulgaria);
		assertFound(store, "(country == 'BG' && year == 2020) || (country == 'NL')", bulgaria, netherlands);
		assertFound(store, "NOT((country == 'BG' && year == 2020) || (country == 'NL'))", bulgariaLater);
		assertFound(store, "\"foo bar 1\" == 'bar.foo'", bulgaria);
		assertFound(store, "country in ['BG','NL']", bulgaria, netherlands, bulgariaLater);
		assertFound(store, "year in [2020]", bulgaria);
		assertFound(store, "country not in ['BG']", netherlands);
		assertFound(store, "year not in [2020]", netherlands, bulgariaLater);
		assertFound(store, "year != 2020", bulgariaLater);
		assertFound(store, "year IS NULL", netherlands);
		assertFound(store, "year IS NOT NULL", bulgaria, bulgariaLater);
		assertThatExceptionOfType(FilterExpressionParseException.class)
			.isThrownBy(() -> assertFound(store, "country == NL"))
			.withMessageContaining("Line: 1:17, Error: no viable alternative at input 'NL'");
	}

	private static void assertFound(RdsVectorStore store, String filter, Document... expected) {
		assertThat(store
			.similaritySearch(SearchRequest.builder().query("The World").topK(5).filterExpression(filter).build()))
			.as(filter)
			.extracting(Document::getId)
			.containsExactlyInAnyOrder(Stream.of(expected).map(Document::getId).toArray(String[]::new));
	}

	@Test
	void filtersOnDeclaredKeysOfEachTypeAreFoundByTheirColumns() {
		RdsVectorStore store = stores.store((table) -> table.key("country", KeyType.TEXT)
			.key("year", KeyType.INTEGER)
			.key("tags", KeyType.TEXT_ARRAY)
			.key("at", KeyType.TIMESTAMPTZ)
			.key("open", KeyType.BOOLEAN));
		Date date = new Date(1_700_000_000_000L);
		Document full = new Document(WORLD,
				Map.of("country", "BG", "year", 2020, "tags", List.of("a", "b"), "at", date, "open", true));
		Document empty = new Document(WORLD);
		store.add(List.of(full, empty));
		assertFound(store, "country == 'BG' && year >= 2020 && year < 2021", full);
		assertFound(store, "tags == 'b'", full);
		assertFound(store, "tags in ['x', 'a']", full);
		assertFound(store, "tags not in ['x', 'a']", empty);
		assertFound(store, "at == '2023-11-14T22:13:20Z'", full);
		assertFound(store, "at > '2023-11-14T22:13:19Z' && open == true", full);
		assertFound(store, "year not in [2020]", empty);
		assertFound(store, "country != 'NL'", full);
		assertFound(store, "country IS NULL", empty);
	}

	@Test
	void datesAreFoundAsDatesAndAsTexts() {
		RdsVectorStore store = stores.store();
		Document early = new Document(WORLD, Map.of("at", new Date(1_700_000_000_000L)));
		Document late = new Document(WORLD, Map.of("at", new Date(1_700_000_000_001L)));
		store.add(List.of(early, late));
		assertFound(store, "at == '2023-11-14T22:13:20Z'", early);
		assertFound(store, "at in ['2023-11-14T22:13:20.001Z']", late);
		assertFound(store, "at > '2023-11-14T22:13:20Z'", late);
		assertFound(store, "at <= '2023-11-14T22:13:20.001Z'", early, late);
		FilterExpressionBuilder filters = new FilterExpressionBuilder();
		assertThat(store.similaritySearch(SearchRequest.builder()
			.query("World")
			.filterExpression(filters.eq("at", new Date(1_700_000_000_001L)).build())
			.build())).extracting(Document::getId).containsExactly(late.getId());
	}

	@Test
	void documentReplacesTheOneWithItsId() {
		RdsVectorStore store = stores.store();
		String id = UUID.randomUUID().toString();
		store.add(List.of(new Document(id, "Spring AI rocks!!", Map.of("meta1", "meta1"))));
		store.add(List.of(new Document(id, WORLD, Map.of("meta2", "meta2"))));
		Document found = store.similaritySearch(SearchRequest.builder().query("FooBar").topK(5).build()).get(0);
		assertThat(found.getText()).isEqualTo(WORLD);
		assertThat(found.getMetadata()).containsOnlyKeys("meta2", "distance");
	}

	@Test
	void ofDocumentsWithOneIdTheLastIsStored() {
		RdsVectorStore store = stores.store((table) -> table.idType(IdType.TEXT));
		store.add(List.of(new Document("a", "first", Map.of()), new Document("a", "second", Map.of())));
		assertThat(store.similaritySearch("first")).extracting(Document::getText).containsExactly("second");
	}

	@ParameterizedTest
	@CsvSource({ "UUID, 2f1e9a4c-8b3d-4f6e-9a51-0123456789ab", "TEXT, 'NOT_UUID \uD83D\uDC18'",
			"BIGINT, -9223372036854775808", "INTEGER, 2147483647" })
	void documentsKeepTheirIds(IdType type, String id) {
		RdsVectorStore store = stores.store((table) -> table.idType(type));
		store.add(List.of(new Document(id, "TEXT", Map.of())));
		assertThat(store.similaritySearch("TEXT")).extracting(Document::getId).containsExactly(id);
		store.delete(List.of(id));
		assertThat(store.similaritySearch("TEXT")).isEmpty();
	}

	@Test
	void metadataOfEachKindComesBack() {
		RdsVectorStore store = stores.store();
		Map<String, Object> metadata = new HashMap<>();
		metadata.put("text", "a\"b\\c\n\uD83D\uDC18");
		metadata.put("integer", Integer.MIN_VALUE);
		metadata.put("long", 1746714878034235396L);
		metadata.put("double", 0.1);
		metadata.put("boolean", false);
		metadata.put("list", List.of("a", 1, Map.of("b", 2)));
		metadata.put("enum", MessageType.USER);
		store.add(List.of(new Document(WORLD, metadata)));
		metadata.put("enum", "USER");
		Map<String, Object> found = new HashMap<>(store.similaritySearch("World").get(0).getMetadata());
		assertThat(found.remove("distance")).isInstanceOf(Float.class);
		assertThat(found).isEqualTo(metadata);
	}

	@Test
	void manyDocumentsAreStoredAndDeletedAtOnce() {
		RdsVectorStore store = stores.store((table) -> table.idType(IdType.TEXT));
		List<Document> many = new ArrayList<>();
		for (int i = 0; i < 2_000; i++) {
			many.add(new Document("id " + i, "text " + i, Map.of("number", i)));
		}
		store.add(many);
		assertThat(store.similaritySearch(
				SearchRequest.builder().query("text").topK(3_000).filterExpression("number < 1500").build()))
			.hasSize(1_500);
		store.delete(many.stream().map(Document::getId).toList());
		assertThat(store.similaritySearch("text")).isEmpty();
	}

	@Test
	void documentsAreDeletedByFilter() {
		RdsVectorStore store = stores.store();
		Document old = new Document(WORLD, Map.of("year", 2020));
		Document later = new Document(WORLD, Map.of("year", 2023));
		Document without = new Document(WORLD);
		store.add(List.of(old, later, without));
		store.delete("year != 2020");
		assertFound(store, "year IS NULL OR year IS NOT NULL", old, without);
		store.delete(new FilterExpressionBuilder().isNull("year").build());
		assertFound(store, "year IS NULL OR year IS NOT NULL", old);
	}

	@Test
	void nothingIsAddedDeletedOrFoundWhereNothingIsAskedFor() {
		RdsVectorStore store = stores.store();
		store.add(List.of());
		store.delete(List.of());
		store.add(this.documents);
		assertThat(store.similaritySearch(SearchRequest.builder().query("World").topK(0).build())).isEmpty();
		assertThat(store.similaritySearch("World")).hasSize(3);
	}

	@Test
	void documentsTakePartInTheTransactionOfTheCaller() {
		RdsVectorStore store = stores.store();
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(stores.database()));
		transaction.executeWithoutResult((status) -> {
			store.add(this.documents);
			assertThat(store.similaritySearch("World")).hasSize(3);
			status.setRollbackOnly();
		});
		assertThat(store.similaritySearch("World")).isEmpty();
	}

	@Test
	void rowWithoutTextIsADocumentOfEmptyText() {
		VectorRepository<?> repository = stores.repository((table) -> table);
		RdsVectorStore store = RdsVectorStore.builder(repository, new HashingModel()).build();
		store.add(List.of(new Document("text")));
		stores.jdbc()
			.update("UPDATE " + repository.table().quotedName() + " SET content = NULL, metadata = '{\"a\": null}'");
		assertThat(store.similaritySearch("text")).singleElement()
			.satisfies((document) -> assertThat(document.getText()).isEmpty());
	}

	@Test
	void customNamesAreThoseOfTheRepository() {
		stores.jdbc().execute("CREATE SCHEMA IF NOT EXISTS \"Search\"");
		RdsVectorStore store = stores.store((table) -> named().schema("Search")
			.idColumn("Chunk Id")
			.contentColumn("body")
			.metadataColumn("meta \"data\"")
			.embeddingColumn("vec;tor"));
		Document document = new Document(WORLD, Map.of("country", "BG"));
		store.add(List.of(document));
		assertFound(store, "country == 'BG'", document);
		assertThat(stores.jdbc().queryForObject("SELECT body FROM \"Search\".\"Docu'ments; --\"", String.class))
			.isEqualTo(WORLD);
	}

	private static VectorTable.Builder named() {
		return VectorTable.builder("Docu'ments; --").dimensions(HashingModel.DIMENSIONS);
	}

	@Test
	void nativeClientIsTheTemplateThatTheStoreWasBuiltWith() {
		VectorRepository<?> repository = stores.repository((table) -> table);
		JdbcTemplate jdbc = stores.jdbc();
		Optional<JdbcTemplate> client = RdsVectorStore.builder(repository, new HashingModel())
			.jdbcTemplate(jdbc)
			.build()
			.getNativeClient();
		assertThat(client).containsSame(jdbc);
		assertThat(RdsVectorStore.builder(repository, new HashingModel()).build().getNativeClient()).isEmpty();
	}

	@Test
	void storeHasAName() {
		assertThat(stores.store().getName()).isEqualTo("RdsVectorStore");
	}

}
