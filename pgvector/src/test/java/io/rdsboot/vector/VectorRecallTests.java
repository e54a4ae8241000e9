package io.rdsboot.vector;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the share of the truly nearest rows that searches by an HNSW index find, on
 * clustered data.
 */
@LocalRds
class VectorRecallTests {

	private static final int ROWS = 5000;

	private static final int DIMENSIONS = 32;

	private static final int CLUSTERS = 20;

	private static final int QUERIES = 20;

	private static final Random RANDOM = new Random(17);

	private static final float[][] CENTERS = new float[CLUSTERS][DIMENSIONS];

	private static HikariDataSource dataSource;

	private static JdbcTemplate jdbc;

	private static VectorRepository<Long> repository;

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		dataSource = VectorTestDatabase.create(cluster);
		jdbc = new JdbcTemplate(dataSource);
		jdbc.execute("CREATE EXTENSION vector");
		VectorTable table = VectorTable.builder("recall")
			.idType(IdType.BIGINT)
			.dimensions(DIMENSIONS)
			.key("cluster", KeyType.INTEGER)
			.key("number", KeyType.INTEGER)
			.build();
		VectorTestTables tables = new VectorTestTables(jdbc);
		tables.create(table);
		repository = JdbcVectorRepository.of(dataSource, table, Long.class);
		for (float[] center : CENTERS) {
			for (int i = 0; i < DIMENSIONS; i++) {
				center[i] = (float) RANDOM.nextGaussian();
			}
		}
		List<VectorRecord<Long>> records = new ArrayList<>();
		for (long i = 0; i < ROWS; i++) {
			int near = RANDOM.nextInt(CLUSTERS);
			records.add(new VectorRecord<>(i, vector(near), null, Map.of("cluster", near, "number", i % 1000)));
		}
		repository.upsert(records);
		tables.index(table);
	}

	@AfterAll
	static void closePool() {
		dataSource.close();
	}

	private static float[] vector(int cluster) {
		float[] vector = new float[DIMENSIONS];
		for (int i = 0; i < DIMENSIONS; i++) {
			vector[i] = CENTERS[cluster][i] + (float) RANDOM.nextGaussian() * 0.5f;
		}
		return vector;
	}

	@Test
	void searchFindsAtLeast95PercentOfTheNearestRows() {
		Map<String, UnaryOperator<VectorSearch>> kinds = new LinkedHashMap<>();
		kinds.put("top 100", (search) -> search.limit(100));
		kinds.put("top 1000", (search) -> search.limit(1000));
		kinds.put("10 %", (search) -> search.where("number < 100"));
		kinds.put("10 %, top 100", (search) -> search.where("number < 100").limit(100));
		kinds.put("1 %", (search) -> search.where("number < 10"));
		Map<String, Double> recalls = new HashMap<>();
		kinds.forEach((kind, search) -> recalls.put(kind, recall((cluster) -> search)));
		recalls.put("correlated", recall((cluster) -> (search) -> search.where("cluster = " + cluster)));
		recalls.put("anti-correlated",
				recall((cluster) -> (search) -> search.where("cluster = " + (cluster + 7) % CLUSTERS)));
		assertThat(recalls).allSatisfy((kind, recall) -> assertThat(recall).as(kind).isGreaterThanOrEqualTo(0.95));
	}

	private static double recall(IntFunction<UnaryOperator<VectorSearch>> kind) {
		double sum = 0;
		for (int i = 0; i < QUERIES; i++) {
			int cluster = i % CLUSTERS;
			VectorSearch search = kind.apply(cluster).apply(VectorSearch.nearest(vector(cluster)));
			Set<Long> exact = ids(repository.search(search.exact()));
			Set<Long> found = ids(byIndex(search));
			assertThat(found).hasSameSizeAs(exact);
			sum += (double) found.stream().filter(exact::contains).count() / exact.size();
		}
		return sum / QUERIES;
	}

	private static List<VectorMatch<Long>> byIndex(VectorSearch search) {
		return Objects
			.requireNonNull(new TransactionTemplate(new JdbcTransactionManager(dataSource)).execute((status) -> {
				jdbc.execute("SET LOCAL enable_seqscan = off");
				jdbc.execute("SET LOCAL enable_bitmapscan = off");
				jdbc.execute("SET LOCAL enable_sort = off");
				return repository.search(search);
			}));
	}

	private static Set<Long> ids(List<VectorMatch<Long>> matches) {
		return matches.stream().map(VectorMatch::id).collect(Collectors.toSet());
	}

}
