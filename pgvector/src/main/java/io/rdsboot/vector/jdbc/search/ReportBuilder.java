package io.rdsboot.vector.jdbc.search;

import io.rdsboot.vector.SearchReport;
import org.jspecify.annotations.Nullable;

/**
 * Collects what one search does. Not thread-safe.
 */
final class ReportBuilder {

	private @Nullable Long estimatedRows;

	private @Nullable ScanMode first;

	private @Nullable ScanMode last;

	private @Nullable Integer efSearch;

	private @Nullable Integer probes;

	private long visited;

	private boolean visitedKnown = true;

	private int statements;

	void decided(SearchDecision decision) {
		this.estimatedRows = decision.estimatedRows();
	}

	void searched(NearestSql sql, SearchPlan plan, SearchResult<?> result) {
		this.statements++;
		this.first = (this.first != null) ? this.first : plan.mode();
		this.last = plan.mode();
		if (plan.mode() == ScanMode.ITERATIVE) {
			this.efSearch = sql.efSearch(plan);
			this.probes = sql.probes();
		}
		this.visitedKnown &= result.visited() >= 0;
		this.visited += result.visited();
	}

	SearchReport build() {
		boolean exact = this.last == ScanMode.EXACT;
		boolean alone = (this.first == ScanMode.EXACT) == exact;
		SearchReport.Plan plan;
		if (exact) {
			plan = alone ? SearchReport.Plan.EXACT : SearchReport.Plan.INDEX_THEN_EXACT;
		}
		else {
			plan = alone ? SearchReport.Plan.INDEX : SearchReport.Plan.EXACT_THEN_INDEX;
		}
		return new SearchReport(plan, exact, this.efSearch, this.probes, this.visitedKnown ? this.visited : null,
				this.statements, this.estimatedRows);
	}

}
