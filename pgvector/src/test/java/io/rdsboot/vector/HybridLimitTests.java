package io.rdsboot.vector;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the limit of the rows that a hybrid search ranks by their words. Of each 1000
 * rows all have the word {@code every}, 500 {@code half}, 10 {@code hundredth} and 1
 * {@code thousandth}.
 */
@LocalRds
class HybridLimitTests {

	private static final int ROWS = 6000;

	private static final int LIMIT = 300;

	private static HikariDataSource dataSource;

	private static VectorTestTables tables;

	private static VectorTable table;

	private static VectorRepository<Long> repository;

	private static VectorRepository<Long> unlimited;

	private final VectorSearch search = VectorSearch.nearest(new float[] { 1, 0 }).limit(20);

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		dataSource = VectorTestDatabase.createWithExtension(cluster);
		tables = new VectorTestTables(new JdbcTemplate(dataSource));
		table = table("limited");
		tables.create(table);
		unlimited = JdbcVectorRepository.of(dataSource, table, Long.class);
		unlimited.insert(records());
		tables.index(table);
		repository = limited(table);
	}

	@AfterAll
	static void closePool() {
		dataSource.close();
	}

	private static VectorTable table(String name) {
		return table(name, TextSearch.of("english"));
	}

	private static VectorTable table(String name, TextSearch textSearch) {
		return VectorTable.builder(name)
			.idType(IdType.BIGINT)
			.dimensions(2)
			.key("part", KeyType.INTEGER)
			.textSearch(textSearch)
			.build();
	}

	private static VectorRepository<Long> limited(VectorTable table) {
		return JdbcVectorRepository.builder(dataSource, table, Long.class)
			.searchLimits(SearchLimits.DEFAULTS.withMaxRankedRows(LIMIT))
			.build();
	}

	private static List<VectorRecord<Long>> records() {
		return LongStream.range(0, ROWS).mapToObj((id) -> {
			StringBuilder content = new StringBuilder("every ".repeat((id * 7919 % 1009 == 0) ? 9 : 1));
			content.append((id % 2 == 0) ? "half " : "");
			content.append((id % 100 == 7) ? "hundredth " : "");
			content.append((id % 1000 == 500) ? "thousandth " : "");
			return new VectorRecord<>(id, new float[] { 1, id / 1000F }, content.toString(),
					Map.of("part", (int) (id % 60)));
		}).toList();
	}

	@ParameterizedTest
	@ValueSource(strings = { "thousandth", "hundredth", "thousandth hundredth", "unheard", "the" })
	void rareWordsFindWhatTheyFindWithoutLimit(String words) {
		assertThat(ids(repository, words)).isEqualTo(ids(unlimited, words));
	}

	@Test
	void rareWordChoosesRowsAndFrequentOnesCountInTheirRank() {
		List<Long> found = ids(repository, "every hundredth thousandth");
		assertThat(found).hasSize(20).allMatch((id) -> id % 100 == 7 || id % 1000 == 500);
		assertThat(ids(repository, "half thousandth").subList(0, 6))
			.isEqualTo(ids(unlimited, "half thousandth").subList(0, 6));
	}

	@Test
	void tableIsSampledForWordsThatTooManyRowsHave() {
		VectorSearch frequent = this.search.hybrid("every half");
		assertThat(repository.explain(frequent)).contains("Sample Scan", "system ('5'");
		assertThat(unlimited.explain(frequent)).doesNotContain("Sample Scan");
		assertThat(repository.explain(frequent.maxRankedRows(ROWS))).doesNotContain("Sample Scan");
		List<VectorMatch<Long>> found = repository.search(frequent);
		assertThat(found).hasSize(20).isEqualTo(repository.search(frequent));
		assertThat(repository.search(frequent.within(1))).hasSize(20).allMatch((match) -> match.distance() <= 1);
	}

	@Test
	void nearRowsRankAmongAllRowsByTheirWords() {
		// One row of the sample stands for twenty, so none of them ranks first.
		assertThat(repository.search(this.search.hybrid("every half"))).hasSize(20)
			.allMatch((match) -> match.id() < 50);
	}

	@Test
	void rowsThatFulfilAFilterAreRankedWhereTheyAreFew() {
		VectorSearch filtered = this.search.where("part = 20").hybrid("every half", 0, 1);
		assertThat(repository.explain(filtered)).doesNotContain("Sample Scan");
		assertThat(repository.search(filtered)).hasSize(20).isEqualTo(unlimited.search(filtered));
		assertThat(repository.search(this.search.where("part < 50").hybrid("every half"))).hasSize(20)
			.allMatch((match) -> match.id() % 60 < 50);
	}

	@Test
	void tableThatWasNeverAnalyzedIsLimitedToo() {
		VectorTable fresh = table("fresh");
		tables.create(fresh);
		VectorRepository<Long> limited = limited(fresh);
		limited.insert(records());
		assertThat(ids(limited, "every half")).hasSize(20);
		assertThat(ids(limited, "thousandth")).isEqualTo(ids(unlimited, "thousandth"));
		assertThat(limited.search(this.search.hybrid("every", 0, 1).maxRankedRows(10)))
			.filteredOn((match) -> match.score() > 0)
			.hasSize(10);
	}

	@Test
	void rowsThatRepeatFrequentWordsAreFoundByAnIndexOfTheirOwn() throws InterruptedException {
		VectorTable repeating = table("repeating", TextSearch.of("english").withRepeatedWordsIndexed());
		tables.create(repeating);
		VectorRepository<Long> limited = limited(repeating);
		limited.insert(records());
		limited.insert(List.of(new VectorRecord<>(-1L, new float[] { 1, 99 }, "half every half every"),
				new VectorRecord<>(-2L, new float[] { 1, 99 }, "o''clock '' \\ half: 'every'; half-every")));
		VectorSearch frequent = this.search.hybrid("every half", 0, 1);
		assertThat(limited.explain(frequent)).doesNotContain("regexp_replace");
		for (int start = 0; start < 2; start++) {
			try (VectorIndexManager manager = new VectorIndexManager(dataSource, List.of(repeating))) {
				manager.start();
				manager.awaitReady(Duration.ofSeconds(60));
			}
		}
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		assertThat(jdbc.queryForList("SELECT indexdef FROM pg_indexes WHERE tablename = 'repeating'", String.class))
			.filteredOn((index) -> index.contains("content_words"))
			.hasSize(2);
		jdbc.execute("VACUUM ANALYZE repeating");
		VectorRepository<Long> indexed = limited(repeating);
		assertThat(indexed.explain(frequent)).containsPattern("Bitmap Index Scan on \\S+ .*\\R.*regexp_replace");
		List<Long> found = ids(indexed, "every half");
		assertThat(found).hasSize(20).startsWith(-1L, -2L);
		assertThat(ids(indexed, "every")).hasSize(20)
			.startsWith(ids(JdbcVectorRepository.of(dataSource, repeating, Long.class), "every").subList(0, 7)
				.toArray(new Long[0]));
	}

	private List<Long> ids(VectorRepository<Long> repository, String words) {
		return new ArrayList<>(
				repository.search(this.search.hybrid(words, 0, 1)).stream().map(VectorMatch::id).toList());
	}

}
