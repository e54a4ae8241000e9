package io.rdsboot.vector;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.schema.VectorSchema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Shows by {@code EXPLAIN} that an index serves every search.
 */
@LocalRds
class VectorSearchPlanTests {

	private static final int ROWS = 5000;

	private static final List<Distance> DISTANCES = List.of(Distance.COSINE, Distance.L2, Distance.INNER_PRODUCT);

	private static HikariDataSource dataSource;

	private static JdbcTemplate jdbc;

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		dataSource = VectorTestDatabase.create(cluster);
		jdbc = new JdbcTemplate(dataSource);
		jdbc.execute("CREATE EXTENSION vector");
		for (Distance distance : DISTANCES) {
			for (VectorIndex index : indexes()) {
				createTable(table(distance, index));
			}
		}
	}

	@AfterAll
	static void closePool() {
		dataSource.close();
	}

	static Stream<Arguments> searches() {
		VectorSearch search = VectorSearch.nearest(new float[] { 1, 2, 3 });
		MetadataFilter filter = MetadataFilter.eq("half", true);
		return DISTANCES.stream()
			.flatMap((distance) -> indexes().stream().map((index) -> table(distance, index)))
			.flatMap((table) -> Stream.of(Arguments.of(table, search), Arguments.of(table, search.limit(100)),
					Arguments.of(table, search.where(filter)), Arguments.of(table, search.within(0.5).withEmbedding()),
					Arguments.of(table, search.where(filter.and(filter)).within(0.5))));
	}

	@ParameterizedTest
	@MethodSource("searches")
	void searchIsServedByTheIndex(VectorTable table, VectorSearch search) {
		String plan = VectorRepository.of(dataSource, table, Long.class).explain(search);
		assertThat(plan).contains("Index Scan using " + table.name() + "_index").doesNotContain("Seq Scan");
	}

	private static List<VectorIndex> indexes() {
		return List.of(VectorIndex.hnsw(), new VectorIndex.IvfFlat(10));
	}

	private static VectorTable table(Distance distance, VectorIndex index) {
		return VectorTable.builder((index.getClass().getSimpleName() + "_" + distance).toLowerCase())
			.idType(IdType.BIGINT)
			.dimensions(3)
			.distance(distance)
			.index(index)
			.build();
	}

	private static void createTable(VectorTable table) {
		new VectorSchema(jdbc).migrate(table);
		jdbc.update(
				"INSERT INTO %s SELECT i, ARRAY[random(), random(), random()]::vector, 'text', ".formatted(
						table.quotedName()) + "jsonb_build_object('half', i % 2 = 0) FROM generate_series(1, ?) i",
				ROWS);
		Map<Class<?>, String> methods = Map.of(VectorIndex.Hnsw.class, "hnsw", VectorIndex.IvfFlat.class, "ivfflat");
		jdbc.execute("CREATE INDEX %s_index ON %s USING %s (embedding %s)".formatted(table.name(), table.quotedName(),
				methods.get(table.embedding().index().getClass()),
				new VectorExpressions(table, table.embedding()).operatorClass()));
		jdbc.execute("ANALYZE " + table.quotedName());
	}

}
