package io.rdsboot.vector;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static io.rdsboot.vector.filter.MetadataFilter.eq;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for filtered searches whose statement the server keeps, with or without a plan
 * for all values.
 */
@LocalRds
class PreparedSearchTests {

	private static final int ROWS = 20_000;

	private static final int FREQUENT = 1_000;

	/** More than the driver and the server wait before they keep something. */
	private static final int OFTEN = 15;

	private static HikariDataSource database;

	/** One connection, so that all searches prepare the same statements. */
	private static HikariDataSource dataSource;

	private static JdbcTemplate jdbc;

	private static VectorTable table;

	private VectorRepository<Long> repository;

	@BeforeAll
	static void createTable(LocalRdsCluster cluster) {
		database = VectorTestDatabase.createWithExtension(cluster);
		HikariConfig config = new HikariConfig();
		database.copyStateTo(config);
		config.setPoolName("prepared");
		config.setMaximumPoolSize(1);
		dataSource = new HikariDataSource(config);
		jdbc = new JdbcTemplate(dataSource);
		table = VectorTable.builder("prepared")
			.idType(IdType.BIGINT)
			.dimensions(4)
			.index(VectorIndex.hnsw())
			.key("bucket", KeyType.INTEGER)
			.key("other", KeyType.INTEGER)
			.key("skewed", KeyType.INTEGER)
			.key("few", KeyType.INTEGER)
			.build();
		new VectorTestTables(jdbc).create(table);
		Random random = new Random(5);
		JdbcVectorRepository.of(dataSource, table, Long.class)
			.load(IntStream.range(0, ROWS)
				.mapToObj((i) -> new VectorRecord<>((long) i, vector(random), null, Map.of("bucket", i % 200, "other",
						i % 300, "skewed", Math.max(0, i - FREQUENT), "few", (i % 100 == 0) ? 9 : i % 4))),
					LoadOptions.insert());
		new VectorTestTables(jdbc).index(table);
	}

	@AfterAll
	static void closePools() {
		dataSource.close();
		database.close();
	}

	@BeforeEach
	void forgetStatements() {
		dataSource.getHikariPoolMXBean().softEvictConnections();
		this.repository = JdbcVectorRepository.of(dataSource, table, Long.class);
	}

	private static float[] vector(Random random) {
		return new float[] { random.nextFloat(), random.nextFloat(), random.nextFloat(), random.nextFloat() };
	}

	private void search(MetadataFilter filter, long rows) {
		VectorSearch search = VectorSearch.nearest(vector(new Random(6))).where(filter);
		assertThat(this.repository.search(search)).hasSize((int) Math.min(10, rows));
	}

	/**
	 * Returns how often a plan for all values was taken, for each statement that is kept.
	 */
	private static List<Long> kept() {
		return jdbc.queryForList("SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE '%<=>%'",
				Long.class);
	}

	@Test
	void planOfAFilterByOneKeyIsKept() {
		for (int i = 0; i < OFTEN; i++) {
			search(eq("bucket", i), ROWS / 200);
		}
		assertThat(kept()).singleElement().satisfies((plans) -> assertThat(plans).isPositive());
	}

	@Test
	void filterByTwoKeysIsPlannedAnew() {
		for (int i = 0; i < OFTEN; i++) {
			search(eq("bucket", i).and(eq("other", i)), ROWS / 600);
		}
		assertThat(kept()).isEmpty();
	}

	@Test
	void keptPlanOfFrequentValuesFindsRareOnesByTheIndex() {
		for (int i = 0; i < OFTEN; i++) {
			search(eq("skewed", 0), FREQUENT);
		}
		long before = sequentialScans();
		for (int i = 1; i <= OFTEN; i++) {
			search(eq("skewed", i), 1);
			search(eq("skewed", 0), FREQUENT);
		}
		assertThat(sequentialScans()).isEqualTo(before);
	}

	@Test
	void keptPlanOfRareValuesFindsFrequentOnesByTheIndex() {
		for (int i = 1; i <= OFTEN; i++) {
			search(eq("skewed", i), 1);
		}
		long before = sequentialScans();
		for (int i = 1; i <= OFTEN; i++) {
			search(eq("skewed", 0), FREQUENT);
		}
		assertThat(sequentialScans()).isEqualTo(before);
	}

	@Test
	void searchOfTheRareOneOfFewValuesReadsNoOtherRows() {
		search(eq("few", 9), ROWS / 100);
		long before = sequentialScans();
		for (int i = 0; i < 2 * OFTEN; i++) {
			search(eq("few", 9), ROWS / 100);
			search(MetadataFilter.in("few", 9, 10 + i), ROWS / 100);
		}
		assertThat(sequentialScans()).isEqualTo(before);
	}

	@Test
	void boundOfAKeptPlanEndsTheScan() {
		String plan = this.repository.explain(VectorSearch.nearest(vector(new Random(6))).where(eq("bucket", 1)));
		assertThat(plan).contains("Run Condition");
	}

	private static long sequentialScans() {
		jdbc.queryForList("SELECT pg_stat_force_next_flush()");
		jdbc.queryForList("SELECT pg_stat_clear_snapshot()");
		return jdbc.queryForObject("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'prepared'", Long.class);
	}

}
