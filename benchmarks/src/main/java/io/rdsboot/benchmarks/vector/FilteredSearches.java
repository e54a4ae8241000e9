package io.rdsboot.benchmarks.vector;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.function.Function;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Ratios;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.benchmarks.vector.contender.VectorDatabase;
import io.rdsboot.benchmarks.vector.data.DataShape;
import io.rdsboot.benchmarks.vector.data.Query;
import io.rdsboot.benchmarks.vector.data.Row;
import io.rdsboot.benchmarks.vector.data.Search;
import io.rdsboot.benchmarks.vector.data.SearchFunction;
import io.rdsboot.benchmarks.vector.data.VectorData;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.SearchReport;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorTable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Program that compares filtered searches with the best of the plans that somebody forces
 * by hand, which are those that find all rows with a recall of 0.95: all rows of the
 * filter, and the vector index with several {@code ef_search}. Takes a quarter of an hour
 * with 100,000 rows, and an hour with 1,000,000 ({@code -Dsearch.rows=1000000}):
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-filtered-searches
 * </pre>
 */
public final class FilteredSearches {

	private static final double MOST_TIME = 1.3;

	private static final double LEAST_RECALL = 0.95;

	private static final int INTRINSIC_DIMENSIONS = 24;

	private static final int[] THOUSANDTHS = { 1, 10, 20, 50, 100, 300 };

	private static final int[] EF_SEARCH = { 80, 160, 240 };

	private static final List<String> RANDOM_PAGE_COSTS = List.of("4", "1.1");

	private static final int QUERIES = 20;

	private static final int LIMIT = 10;

	private static final int ROUNDS = 5;

	private static final String LIBRARY = "library";

	private final HandWrittenSearches byHand;

	private final VectorRepository<UUID> repository;

	private final List<Query> queries;

	private final List<Figure> figures = new ArrayList<>();

	private FilteredSearches(DataSource dataSource, VectorTable table, List<Query> queries) {
		this.byHand = new HandWrittenSearches(dataSource, table, LIMIT);
		this.repository = JdbcVectorRepository.of(dataSource, table, UUID.class);
		this.queries = queries;
	}

	/**
	 * Loads the rows and searches.
	 * @param args none
	 * @throws Exception if a search fails
	 */
	public static void main(String[] args) throws Exception {
		int rows = Integer.getInteger("search.rows", 100_000);
		VectorData data = new VectorData(DataShape.SMALL.withRows(rows).withIntrinsicDimensions(INTRINSIC_DIMENSIONS));
		VectorTable table = VectorTable.builder("filtered")
			.dimensions(data.shape().dimensions())
			.key("category", KeyType.TEXT)
			.key("author", KeyType.INTEGER)
			.key("document", KeyType.TEXT)
			.key("bucket", KeyType.INTEGER)
			.build();
		try (VectorDatabase database = VectorDatabase.startAsRds()) {
			try (HikariDataSource pool = database.pool()) {
				load(pool, table, data);
			}
			List<Figure> figures = new ArrayList<>();
			for (String randomPageCost : RANDOM_PAGE_COSTS) {
				try (HikariDataSource pool = database
					.pool(Map.of("options", "-c random_page_cost=" + randomPageCost))) {
					figures.addAll(new FilteredSearches(pool, table, data.queries(QUERIES))
						.run("random_page_cost " + randomPageCost));
				}
			}
			new Report("Filtered searches of %s".formatted(data.shape()), figures).publish();
		}
	}

	private static void load(DataSource dataSource, VectorTable table, VectorData data) throws InterruptedException {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		new VectorSchema(jdbc).migrate(table);
		JdbcVectorRepository.of(dataSource, table, UUID.class)
			.load(data.rows().map(FilteredSearches::record), LoadOptions.insert());
		try (VectorIndexManager manager = new VectorIndexManager(dataSource, List.of(table))) {
			manager.start();
			manager.awaitReady(Duration.ofHours(2));
		}
		jdbc.execute("VACUUM ANALYZE " + table.quotedName());
	}

	private static VectorRecord<UUID> record(Row row) {
		Map<String, Object> metadata = new HashMap<>(row.metadata());
		// The upper half of the id is spread over all values, whatever the vector is.
		metadata.put("bucket", (int) Math.floorMod(row.id().getMostSignificantBits() >> 20, 1000L));
		return new VectorRecord<>(row.id(), row.embedding(), row.content(), metadata);
	}

	private List<Figure> run(String setting) throws Exception {
		for (Relation relation : Relation.values()) {
			for (int thousandths : THOUSANDTHS) {
				measure("%s, %s %% %s".formatted(setting, thousandths / 10.0, relation),
						(query) -> relation.filter(thousandths, query.cell()));
			}
		}
		return this.figures;
	}

	private void measure(String name, Function<Query, String> filter) throws Exception {
		List<Search> searches = this.queries.stream().map((query) -> new Search(query, LIMIT, null)).toList();
		SearchFunction library = (search) -> this.repository.search(vectorSearch(search, filter))
			.stream()
			.map((match) -> match.id())
			.toList();
		Map<String, SearchFunction> byHand = new LinkedHashMap<>();
		byHand.put("exact", (search) -> this.byHand.exact(search.query(), filter.apply(search.query())));
		for (int efSearch : EF_SEARCH) {
			byHand.put("ef_search " + efSearch,
					(search) -> this.byHand.byIndex(search.query(), filter.apply(search.query()), efSearch));
		}
		List<List<UUID>> nearest = new ArrayList<>();
		for (Search search : searches) {
			nearest.add(this.byHand.exact(search.query(), filter.apply(search.query())));
		}
		Answers first = Answers.of(library, searches, nearest);
		List<String> best = new ArrayList<>();
		for (Map.Entry<String, SearchFunction> plan : byHand.entrySet()) {
			Answers answers = Answers.of(plan.getValue(), searches, nearest);
			if (answers.missing() == 0 && answers.recall() >= LEAST_RECALL) {
				best.add(plan.getKey());
			}
		}
		Map<String, SearchFunction> subjects = new LinkedHashMap<>(byHand);
		subjects.put(LIBRARY, library);
		SearchComparison.Outcome outcome = new SearchComparison(subjects, searches).run(1, ROUNDS);
		Answers last = Answers.of(library, searches, nearest);
		this.figures.add(time(name, outcome, best, plans(searches, filter)));
		this.figures.add(new Figure(name + ", rows that are missing", first.missing() + last.missing(), 0, ""));
		this.figures.add(new Figure(name + ", share of the nearest rows that is missing",
				1 - Math.min(first.recall(), last.recall()), 1 - LEAST_RECALL, ""));
	}

	private static Figure time(String name, SearchComparison.Outcome outcome, List<String> best, Object plans) {
		Ratios ratios = new Ratios();
		for (Map<String, SearchBlock.Times> round : outcome.rounds()) {
			long least = best.stream()
				.mapToLong((plan) -> Objects.requireNonNull(round.get(plan)).p50())
				.min()
				.orElseThrow();
			ratios.add(Objects.requireNonNull(round.get(LIBRARY)).p50(), least);
		}
		StringJoiner remark = new StringJoiner("; ");
		remark.add("%s %s".formatted(outcome.describe(LIBRARY), plans));
		best.forEach((plan) -> remark.add(plan + ": " + outcome.describe(plan)));
		return new Figure(name + ", p50, ratio to the best by hand", ratios.median(), MOST_TIME, remark.toString());
	}

	/**
	 * Returns how often which plan is taken.
	 */
	private Map<SearchReport.Plan, Integer> plans(List<Search> searches, Function<Query, String> filter) {
		Map<SearchReport.Plan, Integer> plans = new EnumMap<>(SearchReport.Plan.class);
		for (Search search : searches) {
			plans.merge(this.repository.searchWithReport(vectorSearch(search, filter)).report().plan(), 1,
					Integer::sum);
		}
		return plans;
	}

	private static VectorSearch vectorSearch(Search search, Function<Query, String> filter) {
		return VectorSearch.nearest(search.query().vector()).limit(search.limit()).where(filter.apply(search.query()));
	}

	/**
	 * What searches have found.
	 *
	 * @param missing rows that there are and that were not found
	 * @param recall share of the nearest rows that was found
	 */
	private record Answers(int missing, double recall) {

		static Answers of(SearchFunction function, List<Search> searches, List<List<UUID>> nearest)
				throws SQLException {
			int missing = 0;
			int expected = 0;
			int hits = 0;
			for (int i = 0; i < searches.size(); i++) {
				List<UUID> ids = function.search(searches.get(i));
				missing += nearest.get(i).size() - ids.size();
				expected += nearest.get(i).size();
				hits += (int) ids.stream().filter(nearest.get(i)::contains).count();
			}
			return new Answers(missing, (double) hits / expected);
		}

	}

}
