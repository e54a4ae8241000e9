package io.rdsboot.vector;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.schema.VectorSchemaException;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyPlace;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.MetadataType;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;

import static io.rdsboot.vector.filter.MetadataFilter.and;
import static io.rdsboot.vector.filter.MetadataFilter.contains;
import static io.rdsboot.vector.filter.MetadataFilter.eq;
import static io.rdsboot.vector.filter.MetadataFilter.exists;
import static io.rdsboot.vector.filter.MetadataFilter.gt;
import static io.rdsboot.vector.filter.MetadataFilter.in;
import static io.rdsboot.vector.filter.MetadataFilter.isNull;
import static io.rdsboot.vector.filter.MetadataFilter.key;
import static io.rdsboot.vector.filter.MetadataFilter.like;
import static io.rdsboot.vector.filter.MetadataFilter.ne;
import static io.rdsboot.vector.filter.MetadataFilter.not;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for tables whose metadata is {@code json}, which they are read and written with
 * as they are.
 */
class JsonMetadataTests extends AbstractVectorDatabaseTests {

	private final VectorTable table = table().build();

	private VectorRepository<String> repository;

	private static VectorTable.Builder table() {
		return VectorTable.builder("documents")
			.idType(IdType.TEXT)
			.dimensions(2)
			.metadataType(MetadataType.JSON)
			.textSearch(TextSearch.of("english"));
	}

	@BeforeEach
	void createTable() {
		jdbc.execute("DROP TABLE IF EXISTS documents");
		new VectorSchema(dataSource).migrate(this.table);
		this.repository = JdbcVectorRepository.of(dataSource, this.table, String.class);
	}

	private static VectorRecord<String> record(String id, Map<String, Object> metadata) {
		return new VectorRecord<>(id, new float[] { 1, id.length() }, "word " + id, metadata);
	}

	@Test
	void recordsAreWrittenByEachWayAndComeBack() {
		Map<String, Object> metadata = Map.of("text", "Ü\"\\ \uD83D\uDC18", "number", 1746714878034235396L, "list",
				List.of(1, "a"), "nested", Map.of("a", 0.5));
		this.repository.upsert(record("a", metadata));
		this.repository.upsert(record("a", metadata));
		this.repository.insert(record("bb", metadata));
		this.repository.load(Stream.of(record("ccc", metadata)), LoadOptions.upsert());
		this.repository.load(Stream.of(record("dddd", metadata)), LoadOptions.insert());
		assertThat(jdbc.queryForObject("SELECT pg_typeof(metadata)::text FROM documents LIMIT 1", String.class))
			.isEqualTo("json");
		assertThat(this.repository.findAllById(List.of("a", "bb", "ccc", "dddd"))).hasSize(4)
			.allSatisfy((found) -> assertThat(found.metadata()).isEqualTo(metadata));
		ByteArrayOutputStream lines = new ByteArrayOutputStream();
		this.repository.exportTo(lines, RecordQuery.all());
		this.repository.load(new ByteArrayInputStream(lines.toByteArray()), LoadOptions.replace());
		try (Stream<VectorRecord<String>> all = this.repository.stream(RecordQuery.all())) {
			assertThat(all).hasSize(4).allSatisfy((found) -> assertThat(found.metadata()).isEqualTo(metadata));
		}
	}

	@Test
	void filtersOfEachKindHoldAsOnJsonb() {
		this.repository.upsert(List.of(
				record("a",
						Map.of("year", 2020, "city", "Bonn", "tags", List.of("x", "y"), "at", "2024-01-01T00:00:00Z",
								"nested", Map.of("a", 1))),
				record("b", Map.of("year", 2023, "city", "Berlin")), record("c", Map.of())));
		assertFound(eq("year", 2020), "a");
		assertFound(ne("year", 2020), "b");
		assertFound(not(eq("year", 2020)), "b", "c");
		assertFound(gt("year", 2020), "b");
		assertFound(in("city", "Bonn", "Berlin"), "a", "b");
		assertFound(contains("tags", "y"), "a");
		assertFound(like("city", "B%n"), "a", "b");
		assertFound(exists("tags"), "a");
		assertFound(isNull("tags"), "b", "c");
		assertFound(key("nested", "a").eq(1), "a");
		assertFound(key("city").ignoringCase().eq("BONN"), "a");
		assertFound(gt("at", java.time.Instant.EPOCH), "a");
	}

	private void assertFound(MetadataFilter filter, String... ids) {
		VectorSearch search = VectorSearch.nearest(new float[] { 1, 1 }).where(filter);
		assertThat(this.repository.search(search)).as(filter.toString())
			.extracting(VectorMatch::id)
			.containsExactlyInAnyOrder(ids);
		assertThat(this.repository.search(search.exact())).hasSameSizeAs(ids);
		assertThat(this.repository.search(search.hybrid("word"))).hasSameSizeAs(ids);
		assertThat(this.repository.searchAll(List.of(search, search)))
			.allSatisfy((all) -> assertThat(all).hasSameSizeAs(ids));
		assertThat(this.repository.search(search.diversified(0.5, 10))).hasSameSizeAs(ids);
		assertThat(this.repository.search(search.paged())).hasSameSizeAs(ids)
			.allSatisfy((match) -> assertThat(match.metadata())
				.isEqualTo(this.repository.findById(match.id()).orElseThrow().metadata()));
		assertThat(this.repository.count(filter)).isEqualTo(ids.length);
		assertThat(this.repository.find(RecordQuery.all().where(filter)).records()).hasSameSizeAs(ids);
	}

	@Test
	void metadataIsChanged() {
		this.repository.upsert(record("a", Map.of("year", 2020, "city", "Bonn")));
		this.repository.update("a", RecordChange.none().put("year", 2021).remove("city").put("new", List.of(1)));
		assertThat(this.repository.findById("a").orElseThrow().metadata())
			.isEqualTo(Map.of("year", 2021, "new", List.of(1)));
		assertThat(this.repository.update(eq("year", 2021), RecordChange.none().metadata(Map.of("a", 1)))).isOne();
		assertThat(this.repository.delete(eq("a", 1))).isOne();
	}

	@Test
	void declaredKeysHaveColumnsBesideTheJson() {
		VectorTable typed = table().key("year", KeyType.INTEGER).build();
		new VectorSchema(dataSource).migrate(typed);
		VectorRepository<String> years = JdbcVectorRepository.of(dataSource, typed, String.class);
		years.upsert(record("a", Map.of("year", 2020, "city", "Bonn")));
		assertThat(jdbc.queryForObject("SELECT year || metadata::text FROM documents", String.class))
			.isEqualTo("2020{\"city\":\"Bonn\"}");
		assertThat(years.count(and(eq("year", 2020), eq("city", "Bonn")))).isOne();
	}

	@Test
	void keyThatRowsHaveInTheirJsonIsMovedByTheStatementsOfTheError() {
		this.repository.upsert(record("a", Map.of("year", 2020, "tags", List.of("x"))));
		VectorTable typed = table().key("year", KeyType.INTEGER).key("tags", KeyType.TEXT_ARRAY).build();
		VectorSchema schema = new VectorSchema(dataSource);
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> schema.migrate(typed))
			.satisfies((ex) -> ex.getAction()
				.lines()
				.map(String::strip)
				.filter((line) -> line.matches("(ALTER|UPDATE) .*"))
				.forEach(jdbc::execute));
		schema.validate(typed);
		assertThat(JdbcVectorRepository.of(dataSource, typed, String.class).findById("a").orElseThrow().metadata())
			.isEqualTo(Map.of("year", 2020, "tags", List.of("x")));
	}

	@Test
	void jsonThatCannotBeJsonbIsReadAsFarAsItCanBe() {
		jdbc.execute("INSERT INTO documents (id, embedding, metadata) VALUES "
				+ "('a', '[1,2]', '{\"a\": 1, \"a\": 2, \"b\": 1e999999}'), ('b', '[1,2]', '{\"a\": \"\\u0000\"}'), ('c', '[1,2]', '[1]')");
		List<VectorMatch<String>> found = this.repository.search(VectorSearch.nearest(new float[] { 1, 2 }));
		assertThat(found).hasSize(3);
		assertThat(this.repository.findById("a").orElseThrow().metadata()).containsEntry("a", 2);
		assertThat(this.repository.findById("c").orElseThrow().metadataProblems()).isNotEmpty();
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> this.repository.count(eq("a", 2)));
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> this.repository.update("b", RecordChange.none().put("c", 1)));
		assertThat(jdbc.queryForObject("SELECT metadata::text FROM documents WHERE id = 'b'", String.class))
			.isEqualTo("{\"a\": \"\\u0000\"}");
	}

	@Test
	void otherTypeIsReportedWithBothWaysOut() {
		VectorTable binary = table().metadataType(MetadataType.JSONB).build();
		VectorSchema schema = new VectorSchema(dataSource);
		this.repository.upsert(record("a", Map.of("year", 2020)));
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> schema.validate(binary))
			.satisfies((ex) -> assertThat(ex).hasMessageContaining("metadata is declared as jsonb, but is json"))
			.satisfies((ex) -> assertThat(ex.getAction()).contains("declare the metadata's type as json",
					"ALTER TABLE \"documents\" ALTER COLUMN \"metadata\" TYPE jsonb USING \"metadata\"::jsonb"));
		jdbc.execute("ALTER TABLE documents ALTER COLUMN metadata TYPE jsonb USING metadata::jsonb");
		schema.validate(binary);
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> schema.validate(this.table))
			.withMessageContaining("metadata is declared as json, but is jsonb");
	}

	@Test
	void indexOfTheMetadataServesFilters() throws Exception {
		this.repository.upsert(record("a", Map.of("year", 2020)));
		try (VectorIndexManager manager = VectorIndexManager.builder(dataSource, List.of(this.table)).build()) {
			manager.start();
			manager.awaitReady(java.time.Duration.ofMinutes(2));
		}
		assertThat(jdbc.queryForList("SELECT indexdef FROM pg_indexes WHERE tablename = 'documents'", String.class))
			.anyMatch((index) -> index.contains("USING gin (((metadata)::jsonb) jsonb_path_ops)"));
		jdbc.execute("INSERT INTO documents (id, embedding, metadata) SELECT 'many' || i, '[1,2]', "
				+ "json_build_object('year', i) FROM generate_series(3000, 9000) i");
		jdbc.execute("ANALYZE documents");
		assertThat(this.repository.explain(RecordQuery.all().where(eq("year", 2020)))).contains("Bitmap Index Scan");
	}

	@Test
	void keysOfJsonCannotBeMoved() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> table()
				.key(MetadataColumn.of("year", KeyType.INTEGER).formerly(new KeyPlace(KeyType.JSON, "year")))
				.build())
			.withMessageContaining("make it jsonb first");
	}

}
