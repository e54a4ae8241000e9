package io.rdsboot.vector.jdbc.search;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.rdsboot.vector.ReportedMatches;
import io.rdsboot.vector.SearchLimits;
import io.rdsboot.vector.SearchSettings;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.jdbc.rows.RowColumns;
import io.rdsboot.vector.jdbc.session.SearchTimer;
import io.rdsboot.vector.jdbc.session.Tenant;
import io.rdsboot.vector.jdbc.session.Tenants;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.jdbc.sql.QueryPlan;
import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.jdbc.write.RecordValidator;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.EmptyResultDataAccessException;
import org.springframework.jdbc.core.RowMapper;

/**
 * Runs searches of one table. Thread-safe.
 *
 * @param <ID> type of the ids
 */
public final class VectorSearcher<ID> {

	private final VectorTable table;

	private final Class<ID> idClass;

	private final VectorConnections connections;

	private final Tenants tenants;

	private final RecordValidator validator;

	private final SearchPlanner planner;

	private final ExactScanLimit exactScans;

	private final SearchLimits limits;

	private final SearchSettings.Tuning tuning;

	private final UnaryOperator<VectorColumn> actualColumns;

	private final @Nullable WordCandidateSelector words;

	/**
	 * Create a searcher.
	 * @param actualColumns gives a column the index that it has
	 */
	public VectorSearcher(VectorTable table, Class<ID> idClass, VectorConnections connections, Tenants tenants,
			SearchLimits limits, SearchSettings.Tuning tuning, UnaryOperator<VectorColumn> actualColumns) {
		this.table = table;
		this.idClass = idClass;
		this.connections = connections;
		this.tenants = tenants;
		this.validator = RecordValidator.of(table, connections::isWithinLimits);
		this.limits = limits;
		this.tuning = tuning;
		this.actualColumns = actualColumns;
		TextSearch textSearch = table.textSearch();
		this.words = (textSearch != null) ? new WordCandidateSelector(table, textSearch, connections, System::nanoTime)
				: null;
		this.planner = new SearchPlanner(table, connections, System::nanoTime);
		this.exactScans = new ExactScanLimit(table, limits, this.planner);
	}

	public List<VectorMatch<ID>> search(VectorSearch search) {
		return inTime(search.settings(), () -> search(search.settings(), this.tenants.current(), new ReportBuilder()));
	}

	/**
	 * Run a search within its time limit, if it has one.
	 */
	private <T> T inTime(SearchSettings settings, Supplier<T> search) {
		Duration timeout = this.limits.timeout(settings);
		return (timeout != null)
				? this.connections.within(new SearchTimer(this.table, timeout, System::nanoTime), search)
				: search.get();
	}

	public ReportedMatches<ID> searchWithReport(VectorSearch search) {
		ReportBuilder report = new ReportBuilder();
		List<VectorMatch<ID>> matches = inTime(search.settings(),
				() -> search(search.settings(), this.tenants.current(), report));
		return new ReportedMatches<>(matches, report.build());
	}

	private List<VectorMatch<ID>> search(SearchSettings settings, @Nullable Tenant tenant, ReportBuilder report) {
		SearchSettings.Diversity diversity = settings.diversity();
		if (diversity != null) {
			return new MarginalRelevance(column(settings), diversity.lambda())
				.choose(search(settings.ofCandidates(), tenant, report), settings.limit(), settings.embedding());
		}
		SearchSettings.Reranking reranking = settings.reranking();
		if (reranking != null) {
			return Rerankings.rank(search(settings.ofCandidates(), tenant, report), reranking.reranker(),
					settings.limit());
		}
		NearestSql sql = statements(settings, tenant);
		return search(settings, tenant, sql, matchMapper(settings, sql), report);
	}

	public <T> List<T> search(VectorSearch search, RowMapper<T> mapper) {
		SearchSettings settings = search.settings();
		if (settings.diversity() != null || settings.reranking() != null) {
			throw new IllegalArgumentException("vector search is not possible: "
					+ "a diversified or reranked search has no row mapper, because it ranks matches");
		}
		Tenant tenant = this.tenants.current();
		return inTime(settings, () -> search(settings, tenant, statements(settings, tenant).mappedByCaller(), mapper,
				new ReportBuilder()));
	}

	/**
	 * Take one plan after the other as long as fewer rows are found than asked for.
	 */
	private <T> List<T> search(SearchSettings settings, @Nullable Tenant tenant, NearestSql sql, RowMapper<T> mapper,
			ReportBuilder report) {
		List<VectorValue> vectors = (settings.vector() != null) ? List.of(settings.vector()) : List.of();
		SearchDecision decision = decide(settings, sql, tenant);
		report.decided(decision);
		SearchResult<T> found = new SearchResult<>(List.of(), 0, -1);
		for (SearchPlan plan : decision.plans()) {
			this.exactScans.check(settings, sql, plan, tenant,
					plan.equals(decision.plans().get(0)) ? -1 : found.count());
			SearchResultReader<T> reader = new SearchResultReader<>(settings, sql, plan, mapper);
			this.connections.step(plan.mode().step());
			found = this.connections.query(tenant, sql.statement(vectors, plan), reader::readOne);
			decision.observer().observe(plan, found);
			report.searched(sql, plan, found);
			if (found.isComplete(plan, settings.limit())) {
				break;
			}
		}
		if (found.count() == 0 && settings.rowId() != null) {
			requireRow(settings.rowId(), sql, tenant);
		}
		return found.rows();
	}

	/**
	 * Return the plans of a search: where its costs are for an exact search that its
	 * limit refuses, those of the vector index.
	 */
	private SearchDecision decide(SearchSettings settings, NearestSql sql, @Nullable Tenant tenant) {
		SearchDecision decision = this.planner.decide(sql, tenant);
		boolean refused = decision.plans().get(0).mode() == ScanMode.EXACT && sql.modes().contains(ScanMode.ITERATIVE)
				&& this.exactScans.refuses(settings, sql, tenant);
		return refused ? SearchDecision.of(sql.modes()) : decision;
	}

	public List<List<VectorMatch<ID>>> searchAll(List<VectorSearch> searches) {
		Tenant tenant = this.tenants.current();
		Map<SearchKey, List<Integer>> alike = new LinkedHashMap<>();
		for (int i = 0; i < searches.size(); i++) {
			alike.computeIfAbsent(SearchKey.of(searches.get(i).settings(), i), (key) -> new ArrayList<>()).add(i);
		}
		Map<Integer, List<VectorMatch<ID>>> results = new TreeMap<>();
		return this.connections.queries(() -> {
			for (List<Integer> group : alike.values()) {
				List<VectorSearch> same = group.stream().map(searches::get).toList();
				List<List<VectorMatch<ID>>> found = inTime(same.get(0).settings(),
						() -> (same.size() == 1) ? List.of(search(same.get(0).settings(), tenant, new ReportBuilder()))
								: searchTogether(same, tenant));
				for (int i = 0; i < found.size(); i++) {
					results.put(group.get(i), found.get(i));
				}
			}
			return List.copyOf(results.values());
		});
	}

	/**
	 * Run searches that differ in nothing but their vectors in one statement, and those
	 * again that find too little.
	 */
	private List<List<VectorMatch<ID>>> searchTogether(List<VectorSearch> searches, @Nullable Tenant tenant) {
		SearchSettings settings = searches.get(0).settings();
		List<VectorValue> vectors = new ArrayList<>();
		for (VectorSearch search : searches) {
			validate(search.settings());
			vectors.add(Objects.requireNonNull(search.settings().vector()));
		}
		NearestSql sql = statements(settings, tenant);
		SearchDecision decision = decide(settings, sql, tenant);
		SearchPlan plan = togetherPlan(decision);
		this.exactScans.check(settings, sql, plan, tenant, -1);
		SearchResultReader<VectorMatch<ID>> reader = new SearchResultReader<>(settings, sql, plan,
				matchMapper(settings, sql));
		this.connections.step(plan.mode().step());
		List<SearchResult<VectorMatch<ID>>> found = this.connections.query(tenant, sql.statement(vectors, plan),
				(rows) -> reader.readAll(rows, vectors.size()));
		found.forEach((result) -> decision.observer().observe(plan, result));
		List<List<VectorMatch<ID>>> results = new ArrayList<>();
		for (int i = 0; i < found.size(); i++) {
			SearchSettings again = (plan.mode() == ScanMode.EXACT) ? searches.get(i).settings()
					: searches.get(i).settings().exactly();
			boolean complete = found.get(i).isComplete(plan, settings.limit());
			results.add(complete ? found.get(i).rows() : search(again, tenant, new ReportBuilder()));
		}
		return results;
	}

	/**
	 * Return the plan of several searches: never {@link ScanMode#PLAIN}, which has one
	 * vector.
	 */
	private static SearchPlan togetherPlan(SearchDecision decision) {
		return decision.plans().stream().filter((plan) -> plan.mode() != ScanMode.PLAIN).findFirst().orElseThrow();
	}

	public String explain(VectorSearch search) {
		SearchSettings settings = search.settings();
		Tenant tenant = this.tenants.current();
		SearchSettings explained = settings.ofCandidates();
		NearestSql sql = statements(explained, tenant);
		List<VectorValue> vectors = (settings.vector() != null) ? List.of(settings.vector()) : List.of();
		SqlStatement statement = sql.statement(vectors, this.planner.decide(sql, tenant).plans().get(0)).explained();
		return this.connections.query(tenant, statement, QueryPlan::read);
	}

	private NearestSql statements(SearchSettings asked, @Nullable Tenant tenant) {
		validate(asked);
		this.connections.step("chose how to search");
		SearchSettings settings = tuned(asked);
		SearchSettings.Hybrid hybrid = settings.hybrid();
		if (hybrid == null || this.words == null) {
			return new NearestSql(this.table, column(settings), settings, tenant);
		}
		SearchSettings few = withFewWords(settings, hybrid);
		VectorColumn column = column(settings);
		return new NearestSql(this.table, column, few, tenant, this.words.select(column, few,
				Objects.requireNonNull(few.hybrid()), tenant, this.limits.maxRankedRows(few)));
	}

	private SearchSettings tuned(SearchSettings settings) {
		VectorColumn column = column(settings);
		if (settings.vector() != null) {
			this.tuning.searched(column, settings.vector());
		}
		return settings.withTunedSetting(this.tuning.setting(column));
	}

	private SearchSettings withFewWords(SearchSettings settings, SearchSettings.Hybrid hybrid) {
		TextSearch textSearch = this.table.textSearch();
		if (textSearch == null || !ManyWords.are(hybrid.words())) {
			return settings;
		}
		SqlStatement choice = ManyWords.choose(this.table, textSearch, hybrid.words());
		String chosen = this.connections.query(null, choice, (row) -> {
			row.next();
			return Objects.requireNonNullElse(row.getString(1), "");
		});
		return settings
			.withHybrid(new SearchSettings.Hybrid(hybrid.words(), hybrid.vectorWeight(), hybrid.wordsWeight(), chosen));
	}

	private void validate(SearchSettings settings) {
		VectorColumn column = declaredColumn(settings);
		new ScanSettings(column, settings, false).check();
		if (settings.vector() != null) {
			this.validator.validateQuery(column, settings.vector());
		}
		if (settings.rowId() != null) {
			this.validator.validateId(settings.rowId());
		}
		if (settings.after() != null) {
			this.validator.validateId(settings.after().id());
		}
	}

	/**
	 * Return the column that is searched, with the index that it has. While a column that
	 * leaves the choice has none, or its index is not known, it is searched as if it had
	 * an HNSW index of the vectors as they are, which is right without an index too.
	 */
	private VectorColumn column(SearchSettings settings) {
		VectorColumn column = this.actualColumns.apply(declaredColumn(settings));
		return (column.index() instanceof VectorIndex.Auto)
				? column.withIndex(VectorIndex.hnsw(), column.declaredQuantization()) : column;
	}

	private VectorColumn declaredColumn(SearchSettings settings) {
		return (settings.column() != null) ? this.table.vector(settings.column()) : this.table.embedding();
	}

	private void requireRow(Object id, NearestSql sql, @Nullable Tenant tenant) {
		SqlBuilder query = new SqlBuilder().append("SELECT count(*) FROM ");
		sql.appendVectors(query, List.of());
		long rows = this.connections.query(tenant, query.build(), (row) -> {
			row.next();
			return row.getLong(1);
		});
		if (rows == 0) {
			throw new EmptyResultDataAccessException(
					"vector table %s has no row '%s' with a vector in column %s to search from".formatted(this.table,
							id, sql.column().name()),
					1);
		}
	}

	private RowMapper<VectorMatch<ID>> matchMapper(SearchSettings settings, NearestSql sql) {
		int distanceColumn = sql.columns().size() + 1;
		return (row, number) -> match(row, number, settings, sql, distanceColumn);
	}

	private VectorMatch<ID> match(ResultSet row, int number, SearchSettings settings, NearestSql sql,
			int distanceColumn) throws SQLException {
		double distance = row.getDouble(distanceColumn);
		VectorColumn column = sql.column();
		double similarity = column.distance().toSimilarity(distance, column.dimensions());
		RowColumns columns = sql.columns();
		return new VectorMatch<>(columns.id(row, this.idClass), settings.firstRank() + number + 1, distance, similarity,
				(settings.hybrid() != null) ? row.getDouble(distanceColumn + 1) : similarity, columns.content(row),
				columns.metadata(row), settings.embedding() ? columns.vectors(row).get(column.name()) : null);
	}

}
