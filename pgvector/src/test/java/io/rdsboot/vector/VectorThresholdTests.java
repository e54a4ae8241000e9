package io.rdsboot.vector;

import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.BitVector;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.VectorValue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the edges of {@link VectorSearch#minSimilarity} and
 * {@link VectorSearch#within}: a row is found by the very similarity and distance that it
 * is shown with.
 */
@LocalRds
class VectorThresholdTests {

	private static final int ROWS = 60;

	private static HikariDataSource dataSource;

	private static VectorTestTables tables;

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		dataSource = VectorTestDatabase.createWithExtension(cluster);
		tables = new VectorTestTables(new JdbcTemplate(dataSource));
	}

	@AfterAll
	static void closePool() {
		dataSource.close();
	}

	static List<VectorColumn> columns() {
		return VectorSearchKinds.columns()
			.stream()
			.filter((column) -> column.quantization() == Quantization.NONE
					&& column.index() instanceof VectorIndex.Hnsw)
			.toList();
	}

	@ParameterizedTest
	@MethodSource("columns")
	void thresholdAtTheSimilarityOfARowIncludesIt(VectorColumn column) {
		VectorRepository<Long> repository = repository(VectorSearchKinds.table(column));
		RandomVectors random = new RandomVectors(7);
		for (long id = 0; id < ROWS; id++) {
			repository.upsert(new VectorRecord<>(id, random.next(column.type(), column.dimensions()), "word",
					Map.of("half", true)));
		}
		VectorSearch search = VectorSearch.nearest(random.next(column.type(), column.dimensions())).limit(ROWS).exact();
		List<VectorMatch<Long>> all = repository.search(search);
		for (VectorMatch<Long> match : all) {
			assertFound(repository, search, all, match.similarity());
			assertFound(repository, search, all, Math.nextUp(match.similarity()));
			assertFound(repository, search, all, Math.nextDown(match.similarity()));
			assertThat(repository.search(search.within(match.distance()))).extracting(VectorMatch::id)
				.containsExactlyElementsOf(all.stream()
					.filter((other) -> other.distance() <= match.distance())
					.map(VectorMatch::id)
					.toList());
		}
		assertFound(repository, search, all, -2);
		assertFound(repository, search, all, Double.NEGATIVE_INFINITY);
		assertFound(repository, search, all, 0);
		assertFound(repository, search, all, Double.POSITIVE_INFINITY);
		assertThat(repository.search(search.hybrid("word").minSimilarity(all.get(20).similarity())))
			.allSatisfy((match) -> assertThat(match.similarity()).isGreaterThanOrEqualTo(all.get(20).similarity()));
	}

	private static void assertFound(VectorRepository<Long> repository, VectorSearch search, List<VectorMatch<Long>> all,
			double similarity) {
		assertThat(repository.search(search.minSimilarity(similarity))).as("at least %s", similarity)
			.extracting(VectorMatch::id)
			.containsExactlyElementsOf(
					all.stream().filter((match) -> match.similarity() >= similarity).map(VectorMatch::id).toList());
	}

	@Test
	void bitsThatShareNineOfTenAreFoundByThatSimilarity() {
		VectorRepository<Long> repository = repository(VectorTable.builder("bits")
			.idType(IdType.BIGINT)
			.embedding(new VectorColumn("embedding", ElementType.BIT, 10, Distance.HAMMING, VectorIndex.hnsw(),
					Quantization.NONE, List.of())));
		for (int differing = 0; differing <= 10; differing++) {
			repository.upsert(new VectorRecord<>((long) differing, bits(differing), null, Map.of()));
		}
		tables.index(repository.table());
		VectorSearch search = VectorSearch.nearest(bits(0)).limit(11);
		for (int same = 0; same <= 10; same++) {
			assertThat(repository.search(search.minSimilarity(same / 10.0))).as("%d of 10 bits", same)
				.hasSize(11 - same);
		}
	}

	private static VectorValue bits(int differing) {
		boolean[] bits = new boolean[10];
		for (int i = 0; i < differing; i++) {
			bits[i] = true;
		}
		return BitVector.of(bits);
	}

	@Test
	void wordsOfAHybridSearchAreLookedForAmongRowsWithinTheThreshold() {
		VectorRepository<Long> repository = repository(VectorTable.builder("worded")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.distance(Distance.L2)
			.textSearch(TextSearch.of("simple")));
		// Better by the words, but too far away, and more of them than are fused.
		for (long id = 0; id < 100; id++) {
			repository.upsert(new VectorRecord<>(id, new float[] { 1000, id }, "rare rare rare"));
		}
		for (long id = 100; id < 200; id++) {
			repository.upsert(new VectorRecord<>(id, new float[] { 0, id / 1000f }, (id == 199) ? "rare" : "other"));
		}
		assertThat(repository.search(VectorSearch.nearest(new float[] { 0, 0 }).hybrid("rare", 0, 1).within(10)))
			.extracting(VectorMatch::id)
			.startsWith(199L);
	}

	private static VectorRepository<Long> repository(VectorTable.Builder builder) {
		VectorTable table = builder.build();
		tables.create(table);
		return JdbcVectorRepository.of(dataSource, table, Long.class);
	}

}
