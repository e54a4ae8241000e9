package io.rdsboot.vector;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.jdbc.search.NearestSql;
import io.rdsboot.vector.jdbc.search.ScanMode;
import io.rdsboot.vector.jdbc.search.SearchPlan;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.VectorValue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static io.rdsboot.test.QueryPlanAssert.assertThatPlan;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Shows by {@code EXPLAIN} that an index serves every search.
 */
@LocalRds
class VectorSearchPlanTests {

	private static final int ROWS = 3000;

	private static final RandomVectors VECTORS = new RandomVectors(11);

	private static HikariDataSource dataSource;

	private static JdbcTemplate jdbc;

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		dataSource = VectorTestDatabase.create(cluster);
		jdbc = new JdbcTemplate(dataSource);
		jdbc.execute("CREATE SCHEMA \"an Extension's\"");
		jdbc.execute("CREATE EXTENSION vector SCHEMA \"an Extension's\"");
	}

	@AfterAll
	static void closePool() {
		dataSource.close();
	}

	static Stream<VectorColumn> columns() {
		return VectorSearchKinds.columns().stream();
	}

	@ParameterizedTest
	@MethodSource("columns")
	void searchIsServedByTheIndex(VectorColumn column) {
		VectorTable table = VectorSearchKinds.table(column).extensionSchema("an Extension's").build();
		VectorRepository<Long> repository = fill(table);
		VectorSearch search = VectorSearch.nearest(VECTORS.next(column.type(), column.dimensions()));
		Map<String, VectorSearch> searches = new LinkedHashMap<>();
		searches.put("plain", search);
		searches.put("limit", search.limit(60));
		searches.put("threshold", search.within(0.5).withEmbedding());
		if (column.quantization() != Quantization.BINARY) {
			searches.put("typed filter", search.where("half = true"));
			searches.put("similarity", search.where("half = true").minSimilarity(0.5).withoutContent());
			// Many candidates are a good part of so small a table.
			assertThatPlan(repository.explain(search.hybrid("w1 or w2")))
				.isOrderedByIndex("searched_%s_index".formatted(column.name()));
			searches.put("page", search.candidates(20).after(new SearchPosition(-100, 1L, 10)));
		}
		searches.put("row", VectorSearch.nearestTo(1L).withoutMetadata());
		String index = table.name() + "_" + column.name() + "_index";
		searches.forEach((kind, each) -> assertThatPlan(repository.explain(each)).as(kind)
			.isOrderedByIndex(index)
			.doesNotScanSequentially(table.name()));
		assertThatPlan(repository.explain(search.hybrid("w1 or w2"))).as("words")
			.usesIndex(table.name() + "_content_words_idx");
		SqlStatement several = new NearestSql(table, column, search.settings(), null).statement(List
			.of(VECTORS.next(column.type(), column.dimensions()), VECTORS.next(column.type(), column.dimensions())),
				SearchPlan.of(ScanMode.ITERATIVE));
		assertThatPlan(plan(several)).as("several").isOrderedByIndex(index).doesNotScanSequentially(table.name());
		assertThat(repository.explain(search.exact())).contains("Seq Scan").doesNotContain(index);
		jdbc.execute("DROP TABLE " + table.quotedName());
	}

	/**
	 * PostgreSQL compiles statements that it takes for dearer than 100,000, which takes
	 * longer than such a search.
	 */
	@Test
	void readingMetadataDoesNotMakeASearchDear() {
		VectorColumn column = VectorSearchKinds.columns().get(0);
		VectorTable table = VectorSearchKinds.table(column).extensionSchema("an Extension's").build();
		VectorRepository<Long> repository = fill(table);
		VectorSearch search = VectorSearch.nearest(VECTORS.next(column.type(), column.dimensions())).limit(100);
		String plan = repository.explain(search);
		Matcher cost = Pattern.compile("cost=[0-9.]+[.][.]([0-9.]+)").matcher(plan);
		assertThat(cost.find()).isTrue();
		assertThat(Double.parseDouble(cost.group(1))).as(plan).isLessThan(10_000);
		jdbc.execute("DROP TABLE " + table.quotedName());
	}

	@Test
	void thresholdStandsOutsideTheScan() {
		VectorColumn column = VectorSearchKinds.columns().get(0);
		VectorTable table = VectorSearchKinds.table(column).extensionSchema("an Extension's").build();
		VectorRepository<Long> repository = fill(table);
		VectorSearch search = VectorSearch.nearest(VECTORS.next(column.type(), column.dimensions())).within(0.125);
		assertThat(repository.explain(search).lines().filter((line) -> line.contains("0.125"))).singleElement()
			.asString()
			.contains("Filter: ((m.distance <= '0.125'");
		jdbc.execute("DROP TABLE " + table.quotedName());
	}

	@Test
	void filterWhenFewRowsFulfilItIsServedByItsOwnIndex() {
		VectorColumn column = VectorSearchKinds.columns().get(0);
		VectorTable table = VectorSearchKinds.table(column)
			.extensionSchema("an Extension's")
			.key("number", KeyType.INTEGER)
			.key("tags", KeyType.TEXT_ARRAY)
			.build();
		VectorRepository<Long> repository = fill(table);
		VectorSearch search = VectorSearch.nearest(VECTORS.next(column.type(), column.dimensions()));
		Map<String, String> filters = Map.of("number = 7", "number_idx", "number between 7 and 9", "number_idx",
				"number in (7, 8)", "number_idx", "tags contains 'g7'", "tags_idx", "serial = 7", "metadata_idx",
				"serial in (7, 8)", "metadata_idx", "list contains 7", "metadata_idx", "number = 7 and half = true",
				"number_idx");
		filters.forEach((filter, index) -> assertThatPlan(repository.explain(search.where(filter))).as(filter)
			.usesIndex(table.name() + "_" + index)
			.doesNotScanSequentially(table.name()));
		jdbc.execute("DROP TABLE " + table.quotedName());
	}

	@Test
	void filterWithAHotFiltersConditionIsServedByItsIndex() {
		List<String> hot = List.of("number = 7", "parity = 'it''s \\odd'", "half = true and number < 50",
				"number in (1, 2, 3)");
		for (String filter : hot) {
			VectorColumn column = new VectorColumn("embedding", ElementType.VECTOR, 8, Distance.L2, VectorIndex.hnsw(),
					null, List.of(MetadataFilter.parse(filter)));
			VectorTable table = VectorTable.builder("hot")
				.extensionSchema("an Extension's")
				.idType(IdType.BIGINT)
				.embedding(column)
				.key(new MetadataColumn("number", "number", KeyType.INTEGER, true))
				.key("half", KeyType.BOOLEAN)
				.key("tags", KeyType.TEXT_ARRAY)
				.build();
			VectorRepository<Long> repository = fill(table);
			jdbc.execute("DROP INDEX hot_number_idx, hot_metadata_idx, hot_half_idx");
			VectorSearch search = VectorSearch.nearest(VECTORS.next(ElementType.VECTOR, 8)).limit(3);
			assertThatPlan(repository.explain(search.where(filter))).as(filter).isOrderedByIndex("hot_embedding_hot");
			assertThatPlan(repository.explain(search.where("tags exists and " + "(" + filter + ")"))).as(filter)
				.isOrderedByIndex("hot_embedding_hot");
			assertThatPlan(repository.explain(search.where("number >= 0"))).isOrderedByIndex("hot_embedding_index");
			jdbc.execute("DROP TABLE hot");
		}
	}

	private static VectorRepository<Long> fill(VectorTable table) {
		VectorTestTables tables = new VectorTestTables(jdbc);
		tables.create(table);
		VectorRepository<Long> repository = JdbcVectorRepository.of(dataSource, table, Long.class);
		List<VectorRecord<Long>> records = new ArrayList<>();
		for (long i = 0; i < ROWS; i++) {
			Map<String, Object> metadata = new LinkedHashMap<>(Map.of("half", i % 2 == 0, "parity",
					(i % 2 == 0) ? "even" : "it's \\odd", "serial", i, "list", List.of(i, -i)));
			if (table.key("tags").isPresent()) {
				metadata.put("number", i % 1000);
				metadata.put("tags", List.of("g" + i, "all"));
			}
			VectorValue vector = VECTORS.next(table.embedding().type(), table.embedding().dimensions());
			records.add(new VectorRecord<>(i, vector, "w%d and w%d".formatted(i % 500, i % 700), metadata));
		}
		repository.upsert(records);
		tables.index(table);
		return repository;
	}

	private static String plan(SqlStatement statement) {
		return new VectorConnections(dataSource).query(null, statement.explained(), (rows) -> {
			List<String> lines = new ArrayList<>();
			while (rows.next()) {
				lines.add(rows.getString(1));
			}
			return String.join("\n", lines);
		});
	}

}
