package io.rdsboot.langchain4j;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.embedding.filter.comparison.ContainsString;
import dev.langchain4j.store.embedding.filter.comparison.IsEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThan;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsIn;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThan;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsNotEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsNotIn;
import dev.langchain4j.store.embedding.filter.logical.And;
import dev.langchain4j.store.embedding.filter.logical.Not;
import dev.langchain4j.store.embedding.filter.logical.Or;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that filters find the rows for which LangChain4j's own {@link Filter#test} holds:
 * all kinds of filters, made by chance, over rows that lack some of the keys, in a table
 * that declares none of them and in one that declares all.
 */
@LocalRds
class FilterMeaningTests {

	private static final int ROWS = 200;

	private static final int FILTERS = 300;

	private static final Embedding EMBEDDING = Embedding.from(new float[] { 1, 2 });

	/**
	 * Text of one length in lower case, so that every collation has the order of Java;
	 * with the wildcards of {@code LIKE}.
	 */
	private static final List<String> TEXTS = List.of("abc", "abd", "acd", "a%c", "a_c", "a\\c", "bcd", "bb%");

	private static final List<String> PARTS = List.of("", "a", "b", "%", "_", "\\", "bc", "a%", "z");

	private static final List<UUID> UUIDS = IntStream.range(0, 5).mapToObj((i) -> new UUID(i, 7)).toList();

	private static HikariDataSource database;

	private final Random random = new Random(1);

	private final Map<String, Supplier<Object>> values = Map.of("text", () -> pick(TEXTS), "uuid", () -> pick(UUIDS),
			"int", () -> this.random.nextInt(7) - 3, "long", () -> Long.MAX_VALUE - this.random.nextInt(5), "float",
			() -> this.random.nextInt(7) / 4F, "double", () -> 1 / (1.0 + this.random.nextInt(5)));

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		database = VectorTestDatabase.create(cluster);
	}

	@AfterAll
	static void closePool() {
		database.close();
	}

	static Stream<VectorTable> tables() {
		return Stream.of(VectorTable.builder("undeclared").dimensions(2).idType(IdType.TEXT).build(),
				VectorTable.builder("declared")
					.dimensions(2)
					.idType(IdType.TEXT)
					.metadataColumn(null)
					.key("text", KeyType.TEXT)
					.key("uuid", KeyType.UUID)
					.key("int", KeyType.INTEGER)
					.key("long", KeyType.BIGINT)
					.key("float", KeyType.NUMERIC)
					.key("double", KeyType.NUMERIC)
					.build());
	}

	@ParameterizedTest
	@MethodSource("tables")
	void filterFindsWhatItHoldsFor(VectorTable table) {
		new VectorSchema(database).migrate(List.of(table));
		RdsEmbeddingStore store = RdsEmbeddingStore.builder(JdbcVectorRepository.of(database, table, String.class))
			.build();
		List<Metadata> rows = Stream.generate(this::metadata).limit(ROWS).toList();
		store.addAll(IntStream.range(0, ROWS).mapToObj(Integer::toString).toList(),
				Collections.nCopies(ROWS, EMBEDDING),
				rows.stream().map((row) -> TextSegment.from("text", row)).toList());
		for (int i = 0; i < FILTERS; i++) {
			Filter filter = filter(3);
			List<String> expected = IntStream.range(0, ROWS)
				.filter((row) -> filter.test(rows.get(row)))
				.mapToObj(Integer::toString)
				.toList();
			EmbeddingSearchRequest request = EmbeddingSearchRequest.builder()
				.queryEmbedding(EMBEDDING)
				.maxResults(ROWS)
				.filter(filter)
				.build();
			assertThat(store.search(request).matches()).as("%s", filter)
				.extracting(EmbeddingMatch::embeddingId)
				.containsExactlyInAnyOrderElementsOf(expected);
		}
	}

	private Metadata metadata() {
		Metadata metadata = new Metadata();
		this.values.forEach((key, value) -> {
			if (this.random.nextInt(3) > 0) {
				metadata.putAll(Map.of(key, value.get()));
			}
		});
		return metadata;
	}

	private Filter filter(int depth) {
		if (depth == 0 || this.random.nextInt(4) == 0) {
			return comparison();
		}
		return switch (this.random.nextInt(3)) {
			case 0 -> new And(filter(depth - 1), filter(depth - 1));
			case 1 -> new Or(filter(depth - 1), filter(depth - 1));
			default -> new Not(filter(depth - 1));
		};
	}

	private Filter comparison() {
		String key = pick(List.copyOf(this.values.keySet()));
		Supplier<Object> value = this.values.get(key);
		// UUIDs have another order in Java than their texts.
		return switch (this.random.nextInt(key.equals("uuid") ? 4 : 9)) {
			case 0 -> new IsEqualTo(key, value.get());
			case 1 -> new IsNotEqualTo(key, value.get());
			case 2 -> new IsIn(key, Stream.generate(value).limit(2).toList());
			case 3 -> new IsNotIn(key, Stream.generate(value).limit(2).toList());
			case 4 -> new IsGreaterThan(key, (Comparable<?>) value.get());
			case 5 -> new IsGreaterThanOrEqualTo(key, (Comparable<?>) value.get());
			case 6 -> new IsLessThan(key, (Comparable<?>) value.get());
			case 7 -> new IsLessThanOrEqualTo(key, (Comparable<?>) value.get());
			default -> new ContainsString("text", pick(PARTS));
		};
	}

	private <T> T pick(List<T> list) {
		return list.get(this.random.nextInt(list.size()));
	}

}
