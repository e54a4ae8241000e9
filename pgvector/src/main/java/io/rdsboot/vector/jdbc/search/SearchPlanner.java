package io.rdsboot.vector.jdbc.search;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.search.cost.FilterEstimate;
import io.rdsboot.vector.jdbc.search.cost.FilterHistory;
import io.rdsboot.vector.jdbc.search.cost.IndexCost;
import io.rdsboot.vector.jdbc.search.cost.TableStatistics;
import io.rdsboot.vector.jdbc.session.Tenant;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the plans of filtered searches by their costs: the rows of the filter, compared
 * one by one, or the vector index. Thread-safe.
 *
 * <p>
 * The server's planner counts pages, and does not know that a scan of a vector index goes
 * on until it has enough rows, nor how far away those lie. Here both ways are compared by
 * {@link IndexCost}, with the planner's estimate of how many rows fulfil the filter and
 * with what earlier searches have found. Whichever is chosen has a bound: it ends where
 * the other one would have been cheaper, so that a wrong estimate costs no more than
 * twice the better plan, and what was learned counts for the next search.
 */
final class SearchPlanner {

	/**
	 * How long what is known of the table counts.
	 */
	static final Duration STATISTICS_LIFETIME = Duration.ofMinutes(1);

	/**
	 * How much more than expected a plan may cost before another one is taken.
	 */
	private static final double BOUND = 2;

	/**
	 * Rows that are compared in any case.
	 */
	private static final int LEAST_ROWS = 1000;

	/**
	 * Rows that are compared at most before the vector index is tried.
	 */
	private static final int MAX_ROWS = 1_000_000;

	/**
	 * Rows that a filter is expected to have at most for its search to be prepared.
	 */
	private static final int MAX_PREPARED_ROWS = 1500;

	/**
	 * Rows that a search is expected to find where a scan has found none.
	 */
	private static final double NONE_FOUND = 0.5;

	/**
	 * Remoteness from which on down {@code ef_search} gets no smaller: there it is about
	 * what a search without a filter takes.
	 */
	private static final double LEAST_REMOTENESS = 0.25;

	/**
	 * Saving for which a plan is worth a trial.
	 */
	private static final double TRIAL_SAVING = 1.1;

	private final VectorTable table;

	private final VectorConnections connections;

	private final LongSupplier nanoTime;

	private final FilterHistory history;

	private volatile @Nullable KnownTable known;

	SearchPlanner(VectorTable table, VectorConnections connections, LongSupplier nanoTime) {
		this.table = table;
		this.connections = connections;
		this.nanoTime = nanoTime;
		this.history = new FilterHistory(nanoTime);
	}

	SearchDecision decide(NearestSql sql, @Nullable Tenant tenant) {
		if (!sql.isChosenByCost()) {
			return SearchDecision.of(sql.modes());
		}
		TableStatistics statistics = statistics();
		if (statistics.indexes().isEmpty()) {
			return SearchDecision.of(sql.modes());
		}
		return decide(sql, tenant, statistics);
	}

	/**
	 * Return about how many rows an exact search reads.
	 * @param enough number up to which it does not matter how many there are
	 */
	long exactRows(NearestSql sql, @Nullable Tenant tenant, long enough) {
		long all = statistics().rows();
		if (all <= enough || (sql.filter() == null && tenant == null)) {
			return all;
		}
		FilterEstimate estimate = entry(sql, sql.filter(), tenant).estimate();
		return estimate.indexed() ? Math.min(all, estimate.rows()) : all;
	}

	private SearchDecision decide(NearestSql sql, @Nullable Tenant tenant, TableStatistics statistics) {
		FilterHistory.Entry entry = entry(sql, sql.filter(), tenant);
		FilterEstimate estimate = entry.estimate();
		MetadataFilter hot = sql.conditions().hotFilter();
		// A partial index has the rows of its filter only.
		long indexed = (hot != null) ? entry(sql, hot, tenant).estimate().rows() : statistics.rows();
		// Rows that are far away are found as those of a larger table are, and rows that
		// are near as those of a smaller one.
		long reached = (long) (indexed * Math.max(LEAST_REMOTENESS, entry.remoteness()));
		IndexCost index = sql.indexCost(indexed, reached);
		// Of an empty table that was never analyzed the planner expects some rows.
		long rows = Math.min(estimate.rows(), statistics.rows());
		double exact = estimate.indexed() ? rows : rows + IndexCost.SKIPPED * statistics.rows();
		double elements = sql.candidates() * entry.remoteness() * indexed / Math.max(1, rows);
		boolean cheaper = index.of(elements) < exact;
		SearchPlan scan = SearchPlan.index(hot != null, statistics, reached);
		List<SearchPlan> plans;
		if (cheaper || (index.ofFirst() * TRIAL_SAVING < exact && entry.isTrialDue())) {
			double bound = cheaper ? Math.max(exact, BOUND * index.of(elements)) : exact;
			plans = List.of(bounded(scan, sql, index, bound, exact), SearchPlan.of(ScanMode.EXACT));
		}
		else if (!sql.canTellVisited() || !statistics.idUnique()) {
			plans = List.of(SearchPlan.of(ScanMode.EXACT));
		}
		else {
			double bound = Math.max(index.turningPoint(sql.candidates(), indexed, entry.remoteness()), BOUND * rows);
			plans = List.of(exact(bound, estimate, sql), bounded(scan, sql, index, MAX_ROWS, Double.POSITIVE_INFINITY),
					SearchPlan.of(ScanMode.EXACT));
		}
		return new SearchDecision(plans, estimate.rows(), (plan, result) -> learn(sql, entry, indexed, plan, result));
	}

	/**
	 * Return a search that compares rows up to a bound. One of few rows is prepared: to
	 * parse and plan it would take as long as to execute it. Its bound is a power of two,
	 * because it is part of the statement, which the driver prepares once it has come
	 * back a few times. To count more rows as {@link NearestSql} does then would take
	 * longer than to plan.
	 */
	private static SearchPlan exact(double bound, FilterEstimate estimate, NearestSql sql) {
		int rows = (int) Math.max(LEAST_ROWS, Math.min(MAX_ROWS, bound));
		boolean kept = estimate.indexed() && estimate.rows() <= MAX_PREPARED_ROWS && sql.conditions().areOfOneKey();
		return SearchPlan.exact(kept ? Math.min(MAX_ROWS, Integer.highestOneBit(rows - 1) << 1) : rows, kept);
	}

	/**
	 * Return a scan that ends at a cost. A scan that has come to its end has often found
	 * rows enough, but not the nearest; then the exact search follows, unless it would
	 * cost much more than what was spent already.
	 */
	private SearchPlan bounded(SearchPlan scan, NearestSql sql, IndexCost index, double cost, double exact) {
		if (!sql.isHnsw()) {
			return scan;
		}
		int scanTuples = (int) Math.max(IndexCost.scanTuplesFor(index.ofFirst() * BOUND),
				Math.min(sql.maxScanTuples(), IndexCost.scanTuplesFor(cost)));
		double end = IndexCost.costOfScanTuples(scanTuples);
		boolean worthExact = sql.canTellVisited() && exact <= BOUND * end;
		return scan.endingAt(scanTuples, worthExact ? (int) index.elementsFor(end) : 0);
	}

	private FilterHistory.Entry entry(NearestSql sql, @Nullable MetadataFilter filter, @Nullable Tenant tenant) {
		FilterHistory.Key key = new FilterHistory.Key(sql.column().name(), (tenant != null) ? tenant.value() : null,
				filter);
		FilterHistory.Entry entry = this.history.find(key);
		if (entry != null) {
			return entry;
		}
		SqlStatement query = sql.conditions().rowsOf(filter).explained();
		return this.history.add(key, this.connections.query(tenant, query, FilterEstimate::read));
	}

	private TableStatistics statistics() {
		KnownTable current = this.known;
		if (current == null || this.nanoTime.getAsLong() - current.time() > STATISTICS_LIFETIME.toNanos()) {
			TableStatistics statistics = this.connections.query(null, TableStatistics.query(this.table),
					TableStatistics::read);
			current = new KnownTable(statistics, this.nanoTime.getAsLong());
			this.known = current;
		}
		return current.statistics();
	}

	private static void learn(NearestSql sql, FilterHistory.Entry entry, long indexed, SearchPlan plan,
			SearchResult<?> result) {
		if (plan.mode() == ScanMode.EXACT && plan.maxRows() > 0) {
			entry.counted(Math.max(0, result.visited()));
		}
		else if (plan.mode() == ScanMode.ITERATIVE && sql.canTellVisited() && result.visited() != 0) {
			boolean cutOff = result.isCutOff(plan) || result.count() < sql.limit();
			double visited = (result.visited() < 0) ? Math.max(1, plan.cutOff()) : result.visited();
			double found = cutOff ? Math.max(NONE_FOUND, result.count()) : sql.candidates();
			entry.observed(visited / found * entry.estimate().rows() / Math.max(1, indexed));
		}
	}

	/**
	 * What is known of the table, and since when.
	 */
	private record KnownTable(TableStatistics statistics, long time) {

	}

}
