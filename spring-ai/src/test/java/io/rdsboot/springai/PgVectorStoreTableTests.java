package io.rdsboot.springai;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.MetadataType;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.Expression;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore.PgDistanceType;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore.PgIdType;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for tables that Spring AI's {@code PgVectorStore} has made and goes on using,
 * beside a {@link RdsVectorStore}.
 */
@LocalRds
class PgVectorStoreTableTests {

	private static final int FILTERS = 400;

	private static TestStores stores;

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		stores = new TestStores(cluster);
	}

	@AfterAll
	static void closeDatabase() {
		stores.close();
	}

	private static RdsVectorStore adopt(String name, IdType idType, Distance distance, MetadataType metadata) {
		VectorTable table = VectorTable.builder(name)
			.idType(idType)
			.dimensions(HashingModel.DIMENSIONS)
			.distance(distance)
			.metadataType(metadata)
			.build();
		new VectorSchema(stores.database()).validate(table);
		VectorRepository<?> repository = JdbcVectorRepository.of(stores.database(), table, idType.javaType());
		return RdsVectorStore.builder(repository, new HashingModel()).build();
	}

	@ParameterizedTest
	@CsvSource({ "UUID, UUID, 5c9d4b1e-0f5e-4f26-9d4e-1e2d3c4b5a69, 5c9d4b1e-0f5e-4f26-9d4e-1e2d3c4b5a70",
			"TEXT, TEXT, their own, my own", "INTEGER, INTEGER, 1, 2", "SERIAL, INTEGER, 1, 2",
			"BIGSERIAL, BIGINT, 1, 2" })
	void tableIsAdoptedWithIdsOfEachType(PgIdType theirType, IdType ourType, String theirId, String ourId) {
		String name = stores.newName();
		PgVectorStore theirs = stores.pgVectorStore(name, (store) -> store.idType(theirType));
		theirs.add(List.of(new Document(theirId, "from them", Map.of("by", "them"))));
		RdsVectorStore ours = adopt(name, ourType, Distance.COSINE, MetadataType.JSON);
		ours.add(List.of(new Document(ourId, "from us", Map.of("by", "us"))));
		for (VectorStore store : List.of(theirs, ours)) {
			assertThat(found(store, "by == 'them'")).containsExactly(theirId);
			assertThat(found(store, "by == 'us'")).containsExactly(ourId);
		}
		ours.add(List.of(new Document(theirId, "replaced by us", Map.of("by", "us again"))));
		theirs.add(List.of(new Document(ourId, "replaced by them", Map.of("by", "them again"))));
		assertThat(theirs.similaritySearch("replaced by us").get(0).getText()).isEqualTo("replaced by us");
		assertThat(found(ours, "by == 'them again'")).containsExactly(ourId);
		ours.delete(List.of(theirId));
		theirs.delete(List.of(ourId));
		assertThat(ours.similaritySearch("by")).isEmpty();
		assertThat(theirs.similaritySearch("by")).isEmpty();
	}

	private static List<String> found(VectorStore store, String filter) {
		return found(store, "from", filter);
	}

	private static List<String> found(VectorStore store, String query, String filter) {
		return store.similaritySearch(SearchRequest.builder().query(query).topK(100).filterExpression(filter).build())
			.stream()
			.map(Document::getId)
			.toList();
	}

	@ParameterizedTest
	@CsvSource({ "COSINE_DISTANCE, COSINE", "EUCLIDEAN_DISTANCE, L2", "NEGATIVE_INNER_PRODUCT, INNER_PRODUCT" })
	void documentsComeBackAlike(PgDistanceType theirDistance, Distance ourDistance) {
		String name = stores.newName();
		PgVectorStore theirs = stores.pgVectorStore(name, (store) -> store.distanceType(theirDistance));
		RdsVectorStore ours = adopt(name, IdType.UUID, ourDistance, MetadataType.JSON);
		for (VectorStore store : List.of(theirs, ours)) {
			store.add(List.of(new Document("one of these documents",
					Map.of("text", "Ü\"\\\n\uD83D\uDC18", "integer", 7, "long", 1746714878034235396L, "double", 0.1,
							"boolean", true, "list", List.of("a", 1), "map", Map.of("b", 2.5), "date",
							new Date(1_700_000_000_000L)))));
		}
		List<Document> byThem = theirs.similaritySearch("one of these documents");
		List<Document> byUs = ours.similaritySearch("one of these documents");
		assertThat(byThem).hasSize(2);
		assertThat(byUs).hasSize(2);
		Map<String, Object> first = byThem.get(0).getMetadata();
		assertThat(Stream.concat(byThem.stream(), byUs.stream())).allSatisfy((document) -> {
			assertThat(document.getText()).isEqualTo("one of these documents");
			assertThat(document.getMetadata()).isEqualTo(first);
		});
		assertThat(byUs).extracting(Document::getId)
			.containsExactlyInAnyOrderElementsOf(byThem.stream().map(Document::getId).toList());
		if (ourDistance != Distance.L2) {
			assertThat(byUs.get(0).getScore()).isCloseTo(byThem.get(0).getScore(), within(1e-6));
		}
		for (VectorStore store : List.of(theirs, ours)) {
			assertThat(found(store, "one of these documents", "date == '2023-11-14T22:13:20Z'")).hasSize(2);
			assertThat(found(store, "one of these documents", "list == 'a'")).hasSize(2);
			assertThat(found(store, "one of these documents", "list in [1, 2]")).hasSize(2);
			assertThat(found(store, "one of these documents", "list not in [1, 2]")).isEmpty();
		}
	}

	@ParameterizedTest
	@CsvSource({ "JSON", "JSONB" })
	void randomFiltersFindTheSameRowsInBothStores(MetadataType type) {
		String name = stores.newName();
		PgVectorStore theirs = stores.pgVectorStore(name, (store) -> store);
		if (type == MetadataType.JSONB) {
			new JdbcTemplate(stores.database()).execute("ALTER TABLE " + name + " ALTER COLUMN metadata TYPE jsonb");
		}
		RdsVectorStore ours = adopt(name, IdType.UUID, Distance.COSINE, type);
		Random random = new Random(37);
		List<Document> documents = Stream.generate(() -> new Document("a text", metadata(random))).limit(60).toList();
		theirs.add(documents.subList(0, 30));
		ours.add(documents.subList(30, 60));
		int matches = 0;
		for (int i = 0; i < FILTERS; i++) {
			Expression filter = filter(random, 3, true);
			SearchRequest request = SearchRequest.builder().query("a text").topK(100).filterExpression(filter).build();
			List<String> expected = ids(theirs.similaritySearch(request));
			assertThat(ids(ours.similaritySearch(request))).as(filter.toString()).isEqualTo(expected);
			matches += expected.size();
		}
		assertThat(matches).isBetween(FILTERS * 5, FILTERS * 55);
	}

	private static List<String> ids(List<Document> documents) {
		return documents.stream().map(Document::getId).sorted(Comparator.naturalOrder()).toList();
	}

	private static Map<String, Object> metadata(Random random) {
		Map<String, Object> metadata = new HashMap<>();
		putSometimes(random, metadata, "text", List.of("a", "b", "c", "a'b", "a\"b\\").get(random.nextInt(5)));
		putSometimes(random, metadata, "a number", random.nextInt(4));
		putSometimes(random, metadata, "dotted.decimal", random.nextInt(4) / 2.0);
		putSometimes(random, metadata, "flag", random.nextBoolean());
		putSometimes(random, metadata, "date", new Date(1_700_000_000_000L + random.nextInt(3)));
		return metadata;
	}

	private static void putSometimes(Random random, Map<String, Object> metadata, String key, Object value) {
		if (random.nextInt(3) > 0) {
			metadata.put(key, value);
		}
	}

	/**
	 * Spring AI's own converter loses one of two negations within each other.
	 * @param negatable whether there may be one
	 */
	private static Expression filter(Random random, int depth, boolean negatable) {
		if (depth > 0 && random.nextInt(3) > 0) {
			if (negatable && random.nextInt(3) == 0) {
				return new Expression(ExpressionType.NOT, new Filter.Group(filter(random, depth - 1, false)));
			}
			return new Expression(random.nextBoolean() ? ExpressionType.AND : ExpressionType.OR,
					new Filter.Group(filter(random, depth - 1, negatable)),
					new Filter.Group(filter(random, depth - 1, negatable)));
		}
		Map<String, Object> values = new HashMap<>();
		while (values.isEmpty()) {
			values = metadata(random);
		}
		List<String> keys = new ArrayList<>(values.keySet());
		String key = keys.get(random.nextInt(keys.size()));
		ExpressionType type = List
			.of(ExpressionType.EQ, ExpressionType.NE, ExpressionType.GT, ExpressionType.GTE, ExpressionType.LT,
					ExpressionType.LTE, ExpressionType.IN, ExpressionType.NIN)
			.get(key.equals("flag") ? random.nextInt(2) : random.nextInt(8));
		Object value = values.get(key);
		if (type == ExpressionType.IN || type == ExpressionType.NIN) {
			Object other = metadata(random).getOrDefault(key, value);
			return new Expression(type, new Filter.Key(key), new Filter.Value(List.of(value, other)));
		}
		return new Expression(type, new Filter.Key(key), new Filter.Value(value));
	}

	@Test
	void tableGoesOnAfterItsMetadataWasMadeJsonb() {
		String name = stores.newName();
		PgVectorStore theirs = stores.pgVectorStore(name, (store) -> store);
		theirs.add(List.of(new Document("before", Map.of("by", "them"))));
		stores.jdbc().execute("ALTER TABLE %s ALTER COLUMN metadata TYPE jsonb".formatted(name));
		RdsVectorStore ours = adopt(name, IdType.UUID, Distance.COSINE, MetadataType.JSONB);
		theirs.add(List.of(new Document("after", Map.of("by", "them"))));
		ours.add(List.of(new Document(UUID.randomUUID().toString(), "after", Map.of("by", "us"))));
		assertThat(found(ours, "by == 'them'")).hasSize(2);
		assertThat(found(theirs, "by == 'us'")).hasSize(1);
	}

}
