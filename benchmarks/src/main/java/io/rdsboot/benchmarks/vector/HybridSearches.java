package io.rdsboot.benchmarks.vector;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Ratios;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.benchmarks.vector.contender.LibraryContender;
import io.rdsboot.benchmarks.vector.contender.VectorDatabase;
import io.rdsboot.benchmarks.vector.data.DataShape;
import io.rdsboot.benchmarks.vector.data.Query;
import io.rdsboot.benchmarks.vector.data.Search;
import io.rdsboot.benchmarks.vector.data.SearchFunction;
import io.rdsboot.benchmarks.vector.data.VectorData;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorTable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Program that compares hybrid searches with searches by vector alone, and what they find
 * with what they find without a limit of the rows that are ranked by their words: with
 * the index of words alone, and with that of repeated words too. Takes some minutes with
 * 100,000 rows, and half an hour with 1,000,000 ({@code -Dsearch.rows=1000000}):
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-hybrid-searches
 * </pre>
 */
public final class HybridSearches {

	private static final double MOST_TIME = 10;

	private static final double MOST_MISSING = 0.1;

	private static final int INTRINSIC_DIMENSIONS = 24;

	private static final int QUERIES = 40;

	private static final int LIMIT = 10;

	private static final int ROUNDS = 5;

	private static final TextSearch TEXT_SEARCH = TextSearch.of("english");

	private final VectorRepository<UUID> repository;

	private final List<Figure> figures;

	private HybridSearches(VectorRepository<UUID> repository, List<Figure> figures) {
		this.repository = repository;
		this.figures = figures;
	}

	/**
	 * Loads the rows and searches.
	 * @param args none
	 * @throws Exception if a search fails
	 */
	public static void main(String[] args) throws Exception {
		int rows = Integer.getInteger("search.rows", 100_000);
		VectorData data = new VectorData(DataShape.SMALL.withRows(rows).withIntrinsicDimensions(INTRINSIC_DIMENSIONS));
		List<Figure> figures = new ArrayList<>();
		try (VectorDatabase database = VectorDatabase.startAsRds(); HikariDataSource pool = database.pool()) {
			VectorTable table = table(data, TEXT_SEARCH);
			new VectorSchema(new JdbcTemplate(pool)).migrate(table);
			VectorRepository<UUID> repository = JdbcVectorRepository.of(pool, table, UUID.class);
			repository.load(data.rows().map(LibraryContender::record), LoadOptions.insert());
			index(pool, table);
			HybridSearches searches = new HybridSearches(repository, figures);
			searches.measure("common words", data.queries(QUERIES), Double.POSITIVE_INFINITY);
			searches.measure("rarer words", data.rarerQueries(QUERIES), MOST_MISSING);
			VectorTable indexed = table(data, TEXT_SEARCH.withRepeatedWordsIndexed());
			index(pool, indexed);
			new HybridSearches(JdbcVectorRepository.of(pool, indexed, UUID.class), figures)
				.measure("common words, repeated ones indexed", data.queries(QUERIES), MOST_MISSING);
			new Report("Hybrid searches of %s".formatted(data.shape()), figures).publish();
		}
	}

	private static VectorTable table(VectorData data, TextSearch textSearch) {
		return VectorTable.builder("hybrid")
			.dimensions(data.shape().dimensions())
			.key("category", KeyType.TEXT)
			.key("author", KeyType.INTEGER)
			.key("document", KeyType.TEXT)
			.textSearch(textSearch)
			.build();
	}

	private static void index(DataSource dataSource, VectorTable table) throws InterruptedException {
		try (VectorIndexManager manager = new VectorIndexManager(dataSource, List.of(table))) {
			manager.start();
			manager.awaitReady(Duration.ofHours(2));
		}
		new JdbcTemplate(dataSource).execute("VACUUM ANALYZE " + table.quotedName());
	}

	private void measure(String words, List<Query> queries, double mostMissing) throws Exception {
		List<Search> searches = queries.stream().map((query) -> new Search(query, LIMIT, null)).toList();
		Map<String, SearchFunction> subjects = new LinkedHashMap<>();
		subjects.put("vector", (search) -> find(search, (vector) -> vector));
		subjects.put("hybrid", (search) -> find(search, (vector) -> vector.hybrid(search.query().text())));
		SearchComparison.Outcome outcome = new SearchComparison(subjects, searches).run(1, ROUNDS);
		Ratios ratios = outcome.ratios("hybrid", "vector", SearchBlock.Times::p50);
		this.figures.add(new Figure(words + ", p50, ratio to the vector alone", ratios.median(), MOST_TIME,
				"%s; %s; against %s".formatted(ratios, outcome.describe("hybrid"), outcome.describe("vector"))));
		this.figures.add(missing(words, searches, mostMissing));
	}

	private Figure missing(String words, List<Search> searches, double mostMissing) throws SQLException {
		int expected = 0;
		int found = 0;
		long start = System.nanoTime();
		for (Search search : searches) {
			List<UUID> best = find(search,
					(vector) -> vector.hybrid(search.query().text()).maxRankedRows(Integer.MAX_VALUE));
			expected += best.size();
			found += (int) find(search, (vector) -> vector.hybrid(search.query().text())).stream()
				.filter(best::contains)
				.count();
		}
		double milliseconds = (System.nanoTime() - start) / 1e6 / searches.size();
		return new Figure(words + ", share of the ten best without limit that is not found",
				1 - (double) found / expected, mostMissing,
				String.format(Locale.ROOT, "both together take %.0f ms on average", milliseconds));
	}

	private List<UUID> find(Search search, UnaryOperator<VectorSearch> change) {
		VectorSearch vector = VectorSearch.nearest(search.query().vector()).limit(search.limit());
		return this.repository.search(change.apply(vector)).stream().map((match) -> match.id()).toList();
	}

}
