package io.rdsboot.langchain4j;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.embedding.pgvector.DefaultMetadataStorageConfig;
import dev.langchain4j.store.embedding.pgvector.MetadataStorageConfig;
import dev.langchain4j.store.embedding.pgvector.MetadataStorageMode;
import dev.langchain4j.store.embedding.pgvector.PgVectorEmbeddingStore;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataType;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.langchain4j.store.embedding.filter.MetadataFilterBuilder.metadataKey;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of tables that LangChain4j's own {@link PgVectorEmbeddingStore} has made: both
 * stores work on them at the same time, and each finds what the other has written.
 */
@LocalRds
class PgVectorEmbeddingStoreTableTests {

	private static final Embedding EMBEDDING = Embedding.from(new float[] { 1, 2 });

	private static final UUID SOURCE = UUID.fromString("0198c5b2-0000-4000-8000-00000000000a");

	private static HikariDataSource database;

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		database = VectorTestDatabase.createWithExtension(cluster);
	}

	@AfterAll
	static void closePool() {
		database.close();
	}

	/**
	 * A way in which LangChain4j stores metadata, and the declaration of such a table.
	 */
	record StorageMode(MetadataStorageConfig config, VectorTable table) {

		@Override
		public String toString() {
			return this.config.storageMode().toString();
		}

	}

	static Stream<StorageMode> modes() {
		return Stream.of(
				new StorageMode(DefaultMetadataStorageConfig.defaultConfig(),
						table("json_mode").metadataType(MetadataType.JSON).build()),
				new StorageMode(DefaultMetadataStorageConfig.builder()
					.storageMode(MetadataStorageMode.COMBINED_JSONB)
					.columnDefinitions(List.of("metadata JSONB NULL"))
					.indexes(List.of("metadata"))
					.indexType("GIN")
					.build(), table("jsonb_mode").build()),
				new StorageMode(
						DefaultMetadataStorageConfig.builder()
							.storageMode(MetadataStorageMode.COLUMN_PER_KEY)
							.columnDefinitions(List.of("kind varchar", "source uuid", "year int", "size bigint",
									"price float", "ratio double precision"))
							.indexes(List.of("year"))
							.build(),
						table("column_mode").key("kind", KeyType.TEXT)
							.key("source", KeyType.UUID)
							.key("year", KeyType.INTEGER)
							.key("size", KeyType.BIGINT)
							.key("price", KeyType.DOUBLE)
							.key("ratio", KeyType.DOUBLE)
							.build()));
	}

	private static VectorTable.Builder table(String name) {
		return VectorTable.builder(name).dimensions(2).idColumn("embedding_id").contentColumn("text").numericText();
	}

	private static PgVectorEmbeddingStore theirs(StorageMode mode) {
		return PgVectorEmbeddingStore.datasourceBuilder()
			.datasource(database)
			.table(mode.table().name())
			.dimension(2)
			.dropTableFirst(true)
			.metadataStorageConfig(mode.config())
			.build();
	}

	private static RdsEmbeddingStore ours(StorageMode mode) {
		new VectorSchema(database).migrate(List.of(mode.table()));
		return RdsEmbeddingStore.builder(JdbcVectorRepository.of(database, mode.table(), UUID.class)).build();
	}

	@ParameterizedTest
	@MethodSource("modes")
	void rowsOfEitherAreFoundByTheOther(StorageMode mode) {
		PgVectorEmbeddingStore theirs = theirs(mode);
		theirs.addAll(ids(0), List.of(EMBEDDING, EMBEDDING, EMBEDDING), segments("theirs"));
		RdsEmbeddingStore ours = ours(mode);
		ours.addAll(ids(3), List.of(EMBEDDING, EMBEDDING, EMBEDDING), segments("ours"));
		for (Filter filter : filters()) {
			Set<String> expected = Set.of("theirs 1", "ours 1");
			assertThat(texts(ours, filter)).as("ours: %s", filter).isEqualTo(expected);
			assertThat(texts(theirs, filter)).as("theirs: %s", filter).isEqualTo(expected);
		}
		for (Filter filter : List.of(metadataKey("year").isNotEqualTo(2021),
				metadataKey("size").isNotIn(5_000_000_001L), Filter.not(metadataKey("kind").isEqualTo("k1")))) {
			Set<String> expected = Set.of("theirs 0", "ours 0", "theirs 2", "ours 2");
			assertThat(texts(ours, filter)).as("ours: %s", filter).isEqualTo(expected);
		}
	}

	@ParameterizedTest
	@MethodSource("modes")
	void metadataOfEitherIsReadByTheOther(StorageMode mode) {
		PgVectorEmbeddingStore theirs = theirs(mode);
		theirs.addAll(ids(0), List.of(EMBEDDING, EMBEDDING, EMBEDDING), segments("theirs"));
		RdsEmbeddingStore ours = ours(mode);
		ours.addAll(ids(3), List.of(EMBEDDING, EMBEDDING, EMBEDDING), segments("ours"));
		for (EmbeddingStore<TextSegment> store : List.of(ours, theirs)) {
			List<EmbeddingMatch<TextSegment>> matches = store.search(request(metadataKey("year").isEqualTo(2021)))
				.matches();
			assertThat(matches).hasSize(2).allSatisfy((match) -> {
				Metadata metadata = match.embedded().metadata();
				assertThat(metadata.getString("kind")).isEqualTo("k1");
				assertThat(metadata.getUUID("source")).isEqualTo(SOURCE);
				assertThat(metadata.getInteger("year")).isEqualTo(2021);
				assertThat(metadata.getLong("size")).isEqualTo(5_000_000_001L);
				assertThat(metadata.getFloat("price")).isEqualTo(1.25F);
				assertThat(metadata.getDouble("ratio")).isEqualTo(0.1);
				assertThat(match.embedding()).isEqualTo(EMBEDDING);
			});
		}
	}

	@ParameterizedTest
	@MethodSource("modes")
	void rowsOfEitherAreReplacedAndRemovedByTheOther(StorageMode mode) {
		PgVectorEmbeddingStore theirs = theirs(mode);
		theirs.addAll(ids(0), List.of(EMBEDDING, EMBEDDING, EMBEDDING), segments("theirs"));
		RdsEmbeddingStore ours = ours(mode);
		ours.addAll(ids(0).subList(0, 1), List.of(EMBEDDING), List.of(TextSegment.from("replaced")));
		ours.removeAll(metadataKey("year").isEqualTo(2021));
		ours.add(ids(5).get(0), EMBEDDING);
		assertThat(texts(theirs, null)).containsExactlyInAnyOrder("replaced", "theirs 2", "null");
		theirs.removeAll(ids(5).subList(0, 1));
		theirs.removeAll(metadataKey("kind").isEqualTo("k2"));
		assertThat(texts(ours, null)).containsExactly("replaced");
	}

	private static List<String> ids(int from) {
		return Stream.iterate(from, (i) -> i + 1).limit(3).map((i) -> new UUID(0, i).toString()).toList();
	}

	private static List<TextSegment> segments(String writer) {
		return Stream.iterate(0, (i) -> i + 1).limit(3).map((i) -> {
			Metadata metadata = new Metadata().put("kind", "k" + i)
				.put("year", 2020 + i)
				.put("size", 5_000_000_000L + i)
				.put("price", 0.25F + i)
				.put("ratio", 0.1 * i);
			// One row has the key, the others lack it.
			return TextSegment.from(writer + " " + i, (i == 1) ? metadata.put("source", SOURCE) : metadata);
		}).toList();
	}

	/**
	 * Filters that hold for the middle one of the three rows.
	 */
	private static List<Filter> filters() {
		return List.of(metadataKey("kind").isEqualTo("k1"), metadataKey("kind").isIn("k1", "k9"),
				metadataKey("source").isEqualTo(SOURCE), metadataKey("year").isEqualTo(2021),
				metadataKey("year").isIn(2021, 2030),
				metadataKey("year").isGreaterThan(2020).and(metadataKey("year").isLessThan(2022)),
				metadataKey("size").isEqualTo(5_000_000_001L),
				metadataKey("size").isBetween(5_000_000_001L, 5_000_000_001L), metadataKey("price").isEqualTo(1.25F),
				metadataKey("price").isGreaterThanOrEqualTo(1.25).and(metadataKey("price").isLessThanOrEqualTo(1.5)),
				metadataKey("ratio").isEqualTo(0.1), metadataKey("ratio").isBetween(0.05, 0.15));
	}

	private static EmbeddingSearchRequest request(Filter filter) {
		return EmbeddingSearchRequest.builder().queryEmbedding(EMBEDDING).maxResults(10).filter(filter).build();
	}

	private static Set<String> texts(EmbeddingStore<TextSegment> store, Filter filter) {
		return store.search(request(filter))
			.matches()
			.stream()
			.map((match) -> (match.embedded() != null) ? match.embedded().text() : "null")
			.collect(Collectors.toSet());
	}

}
