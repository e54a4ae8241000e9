package io.rdsboot.vector;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.SearchLimits.LargeExactSearch;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.VectorValue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for the limit of the rows that a search compares one by one.
 */
@LocalRds
@ExtendWith(OutputCaptureExtension.class)
class ExactSearchLimitTests {

	private static final int ROWS = 4000;

	private static final int LIMIT = 1000;

	/** No index serves it, and four rows fulfil it. */
	private static final String RARE = "rest > 776.5 and rest < 777.5";

	private static final String MENDS = " Declare an index of the vectors and of the keys of the filter, or raise the "
			+ "limit: rds.vector.search.max-exact-rows, or maxExactRows of the search";

	private static HikariDataSource dataSource;

	private static VectorTable table;

	private static VectorRepository<Long> repository;

	private final VectorSearch search = VectorSearch.nearest(new float[] { 1, 0 }).limit(10);

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		dataSource = VectorTestDatabase.createWithExtension(cluster);
		table = VectorTable.builder("large")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.vector(VectorColumn.of("plain", ElementType.VECTOR, 2, Distance.COSINE, new VectorIndex.None()))
			.key("part", KeyType.INTEGER)
			.build();
		VectorTestTables tables = new VectorTestTables(new JdbcTemplate(dataSource));
		tables.create(table);
		repository = repository(LargeExactSearch.REFUSE);
		repository.insert(LongStream.range(0, ROWS)
			.mapToObj((id) -> new VectorRecord<>(id, VectorValue.of(1, id / 100F), "text",
					Map.of("part", (int) (id % 80), "rest", (int) (id % 1000)), Map.of("plain", VectorValue.of(id, 1))))
			.toList());
		tables.index(table);
	}

	@AfterAll
	static void closePool() {
		dataSource.close();
	}

	private static VectorRepository<Long> repository(LargeExactSearch large) {
		return JdbcVectorRepository.builder(dataSource, table, Long.class)
			.searchLimits(SearchLimits.DEFAULTS.withMaxExactRows(LIMIT).withLargeExactSearch(large))
			.build();
	}

	@Test
	void searchOfAllRowsIsRefused() {
		assertRefused(this.search.exact(), "it uses no vector index.");
		assertRefused(this.search.paged(),
				"a page is exact, unless efSearch, probes or candidates ask for the vector index.");
		assertRefused(this.search.in("plain"), "vector column plain has no index.");
		assertRefused(this.search.exact().where("rest < 500"), "it uses no vector index.");
		assertThatExceptionOfType(ExactSearchLimitException.class)
			.isThrownBy(() -> repository.searchAll(List.of(this.search.exact(), this.search.exact().limit(10))));
	}

	@Test
	void searchThatWouldFindTooLittleIsRefused() {
		assertRefused(this.search.where(RARE),
				"the vector index found 4 of 10 rows, and others can only be found without it.");
		assertThatExceptionOfType(ExactSearchLimitException.class)
			.isThrownBy(() -> repository.searchAll(List.of(this.search.where(RARE), this.search.where(RARE))));
	}

	@Test
	void searchOfFewRowsIsNotRefused() {
		assertThat(repository.search(this.search)).hasSize(10);
		assertThat(repository.search(this.search.where("rest < 500"))).hasSize(10);
		assertThat(repository.search(this.search.exact().where("part = 7"))).hasSize(10);
		assertThat(repository.search(this.search.limit(100).where("part = 7"))).hasSize(50);
		assertThat(repository.search(this.search.where("part = 1234567"))).isEmpty();
		assertThat(repository.search(this.search.paged().efSearch(100))).hasSize(10);
		assertThat(repository.search(this.search.exact().maxExactRows(ROWS + 100))).hasSize(10);
		assertThat(repository.search(this.search.where(RARE).maxExactRows(ROWS + 100))).hasSize(4);
	}

	@Test
	void searchIsWarnedOfOnceForEachKind(CapturedOutput output) {
		VectorRepository<Long> warning = repository(LargeExactSearch.WARN);
		for (int i = 0; i < 3; i++) {
			assertThat(warning.search(this.search.exact())).hasSize(10);
			assertThat(warning.search(this.search.where("rest > %d.5 and rest < %d.5".formatted(i, i + 1)))).hasSize(4);
		}
		assertThat(output.getOut()).containsOnlyOnce(
				"Slow search: exact search of vector table large reads about 4000 rows, more than its limit of 1000: "
						+ "it uses no vector index." + MENDS);
		assertThat(output.getOut().lines().filter((line) -> line.contains("Slow search"))).hasSize(2);
	}

	@Test
	void limitOfNoRowsIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.search.maxExactRows(0))
			.withMessage("maxExactRows of a vector search must be at least 1, but is 0");
	}

	private static void assertRefused(VectorSearch search, String reason) {
		assertThatExceptionOfType(ExactSearchLimitException.class).isThrownBy(() -> repository.search(search))
			.withMessage("exact search of vector table large reads about 4000 rows, more than its limit of 1000: "
					+ reason + MENDS)
			.satisfies((refusal) -> {
				assertThat(refusal.estimatedRows()).isEqualTo(ROWS);
				assertThat(refusal.maxExactRows()).isEqualTo(LIMIT);
			});
	}

}
