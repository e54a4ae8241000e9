package io.rdsboot.vector;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.Test;

import static io.rdsboot.vector.filter.MetadataFilter.key;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for filters by members of nested objects, without case, and by values that are
 * absent or null: what they find, in tables of others too, and which index serves them.
 */
class VectorFilterKeysTests extends AbstractVectorDatabaseTests {

	@Test
	void memberOfANestedObjectIsFoundAndTheKeyWithADotToo() {
		VectorRepository<Long> repository = repository("nested");
		repository.upsert(List.of(row(1, Map.of("address", Map.of("city", "Berlin", "zip", 10115))),
				row(2, Map.of("address", Map.of("city", "Bonn"))), row(3, Map.of("address.city", "Berlin")),
				row(4, Map.of("address", "Berlin")), row(5, Map.of("address", List.of(Map.of("city", "Berlin")))),
				row(6, Map.of("address", Collections.singletonMap("city", null))), row(7, Map.of())));
		assertFound(repository, "address.city = 'Berlin'", 1);
		assertFound(repository, "\"address.city\" = 'Berlin'", 3);
		assertFound(repository, "address.city in ('Berlin', 'Bonn')", 1, 2);
		assertFound(repository, "address.city like 'B%n' and address.zip between 10000 and 10999", 1);
		assertFound(repository, "address.city > 'Berlin'", 2);
		assertFound(repository, "address.city exists", 1, 2);
		assertFound(repository, "address.city is null", 3, 4, 5, 6, 7);
		assertFound(repository, "address.city is absent", 3, 4, 5, 7);
		assertFound(repository, "address.city is json null", 6);
		assertFound(repository, "address.city != 'Berlin'", 2);
		assertFound(repository, "not address.city = 'Berlin'", 2, 3, 4, 5, 6, 7);
		assertFound(repository, "lower(address.city) = 'BERLIN'", 1);
		assertThat(found(repository, key("address", "city").eq("Berlin"))).containsExactly(1L);
		assertThat(found(repository, MetadataFilter.eq("address.city", "Berlin"))).containsExactly(3L);
	}

	@Test
	void absentAndNullAreToldApartInATableOfOthers() {
		jdbc.execute("CREATE TABLE theirs (pk bigint PRIMARY KEY, vec vector(2) NOT NULL, doc jsonb)");
		jdbc.execute("""
				INSERT INTO theirs VALUES (1, '[1,1]', '{"a": null, "n": {"b": null}}'), (2, '[1,2]', '{"n": {}}'),
				(3, '[1,3]', '{"a": 1, "n": {"b": "X"}}'), (4, '[1,4]', NULL), (5, '[1,5]', '[]')""");
		VectorTable table = VectorTable.builder("theirs")
			.idType(IdType.BIGINT)
			.idColumn("pk")
			.embeddingColumn("vec")
			.dimensions(2)
			.contentColumn(null)
			.metadataColumn("doc")
			.build();
		VectorRepository<Long> repository = JdbcVectorRepository.of(dataSource, table, Long.class);
		assertFound(repository, "a is absent", 2, 4, 5);
		assertFound(repository, "a is json null", 1);
		assertFound(repository, "a is null", 1, 2, 4, 5);
		assertFound(repository, "a is not absent", 1, 3);
		assertFound(repository, "a is not json null", 2, 3, 4, 5);
		assertFound(repository, "a is not null", 3);
		assertFound(repository, "n.b is json null", 1);
		assertFound(repository, "n.b is absent", 2, 4, 5);
		assertFound(repository, "lower(n.b) in ('x')", 3);
		assertFound(repository, "a != 2", 3);
		assertFound(repository, "not a = 2", 1, 2, 3, 4, 5);
		assertFound(repository, "a not in (1)", 1, 2, 4, 5);
	}

	/**
	 * What {@code lower} makes of a letter is the collation's: of a Turkish I a dotless
	 * one.
	 */
	@Test
	void lowerCaseIsThatOfTheColumnsCollation() {
		jdbc.execute("""
						CREATE TABLE collated (id bigint PRIMARY KEY, embedding vector(2) NOT NULL, content text,
						metadata jsonb NOT NULL DEFAULT '{}', city text, sehir text COLLATE "tr-x-icu",
				sehirler text[] COLLATE "tr-x-icu", ascii text COLLATE "C")""");
		VectorTable table = VectorTable.builder("collated")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.key("city", KeyType.TEXT)
			.key("sehir", KeyType.TEXT)
			.key("ascii", KeyType.TEXT)
			.key("sehirler", KeyType.TEXT_ARRAY)
			.build();
		VectorRepository<Long> repository = JdbcVectorRepository.of(dataSource, table, Long.class);
		repository
			.upsert(List.of(
					row(1, Map.of("city", "IRMAK", "sehir", "IRMAK", "sehirler", List.of("IRMAK"), "ascii", "IRMAK",
							"free", "IRMAK")),
					row(2, Map.of("city", "Ömer", "sehir", "Ömer", "ascii", "Ömer", "free", "Ömer"))));
		for (String key : List.of("city", "free", "ascii")) {
			assertThat(found(repository, key(key).ignoringCase().eq("irmak"))).as(key).containsExactly(1L);
			assertThat(found(repository, key(key).ignoringCase().eq("\u0131rmak"))).as(key).isEmpty();
		}
		assertThat(found(repository, key("sehir").ignoringCase().eq("\u0131rmak"))).containsExactly(1L);
		assertThat(found(repository, key("sehir").ignoringCase().eq("irmak"))).isEmpty();
		assertThat(found(repository, key("sehir").ignoringCase().eq("IRMAK"))).containsExactly(1L);
		assertThat(found(repository, key("sehir").ignoringCase().ne("IRMAK"))).containsExactly(2L);
		assertThat(found(repository, key("sehir").ignoringCase().in("x", "IRMAK"))).containsExactly(1L);
		assertThat(found(repository, key("sehir").ignoringCase().in(Collections.nCopies(51, "IRMAK"))))
			.containsExactly(1L);
		assertThat(found(repository, key("sehir").ignoringCase().like("IR%"))).containsExactly(1L);
		assertThat(found(repository, key("sehirler").ignoringCase().contains("IRMAK"))).containsExactly(1L);
		for (String key : List.of("city", "free", "sehir")) {
			assertThat(found(repository, key(key).ignoringCase().in("ömer"))).as(key).containsExactly(2L);
		}
		assertThat(found(repository, key("ascii").ignoringCase().eq("ömer"))).isEmpty();
	}

	@Test
	void indexServesEqualityOfNestedMembersAndComparisonsWithoutCase() {
		VectorTable table = VectorTable.builder("planned")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.index(VectorIndex.none())
			.key("city", KeyType.TEXT)
			.build();
		new VectorTestTables(jdbc).create(table);
		VectorRepository<Long> repository = JdbcVectorRepository.of(dataSource, table, Long.class);
		repository.load(
				LongStream.range(0, 20_000)
					.mapToObj((id) -> new VectorRecord<>(id, new float[] { 1, id }, null,
							Map.<String, Object>of("city", "City" + id, "address", Map.of("city", "City" + id)))),
				LoadOptions.replace());
		new VectorTestTables(jdbc).index(table);
		jdbc.execute("CREATE INDEX planned_lower ON planned (lower(city))");
		jdbc.execute("CREATE INDEX planned_pattern ON planned (lower(city) text_pattern_ops)");
		jdbc.execute("CREATE INDEX planned_json_lower ON planned (lower(CASE WHEN jsonb_typeof(metadata -> 'address' "
				+ "-> 'city') = 'string' THEN metadata -> 'address' ->> 'city' END))");
		jdbc.execute("ANALYZE planned");
		assertPlan(repository, "address.city = 'City7'", "planned_metadata_idx", 7);
		assertPlan(repository, "lower(city) = 'CITY7'", "planned_", 7);
		assertPlan(repository, "lower(city) in ('CITY7', 'city9')", "planned_", 7, 9);
		assertPlan(repository, "lower(address.city) = 'CITY7'", "planned_json_lower", 7);
		assertPlan(repository, "lower(city) like 'CITY1999_'", "planned_", LongStream.range(19_990, 20_000).toArray());
		List<String> many = LongStream.range(0, 20_000)
			.filter((id) -> id % 2 == 0)
			.mapToObj((id) -> "CITY" + id)
			.toList();
		assertThat(repository.count(key("city").ignoringCase().in(many))).isEqualTo(10_000);
		assertThat(repository
			.explain(RecordQuery.all().where(key("city").ignoringCase().in(many).or(key("city").eq("x")))))
			.contains("hashed SubPlan");
	}

	private static void assertPlan(VectorRepository<Long> repository, String filter, String index, long... ids) {
		assertThat(repository.explain(VectorSearch.nearest(new float[] { 1, 0 }).where(filter))).contains(index);
		assertFound(repository, filter, ids);
	}

	private static VectorRepository<Long> repository(String name) {
		VectorTable table = VectorTable.builder(name).idType(IdType.BIGINT).dimensions(2).build();
		new VectorTestTables(jdbc).create(table);
		return JdbcVectorRepository.of(dataSource, table, Long.class);
	}

	private static VectorRecord<Long> row(long id, Map<String, Object> metadata) {
		return new VectorRecord<>(id, new float[] { 1, id }, null, metadata);
	}

	private static void assertFound(VectorRepository<Long> repository, String filter, long... ids) {
		assertThat(found(repository, MetadataFilter.parse(filter))).as(filter)
			.containsExactlyElementsOf(LongStream.of(ids).boxed().toList());
	}

	private static List<Long> found(VectorRepository<Long> repository, MetadataFilter filter) {
		return repository.search(VectorSearch.nearest(new float[] { 1, 0 }).where(filter))
			.stream()
			.map(VectorMatch::id)
			.sorted()
			.toList();
	}

}
