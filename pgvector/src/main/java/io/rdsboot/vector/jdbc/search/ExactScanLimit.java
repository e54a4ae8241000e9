package io.rdsboot.vector.jdbc.search;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.rdsboot.vector.ExactSearchLimitException;
import io.rdsboot.vector.SearchLimits.LargeExactSearch;
import io.rdsboot.vector.SearchLimits;
import io.rdsboot.vector.SearchSettings;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.search.cost.FilterShape;
import io.rdsboot.vector.jdbc.session.Tenant;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limit of the rows that searches of a table compare one by one. Thread-safe.
 */
final class ExactScanLimit {

	private static final Logger logger = LoggerFactory.getLogger(ExactScanLimit.class);

	/**
	 * Kinds of searches that are warned of at most, as filters may differ without end.
	 */
	private static final int MAX_KINDS = 100;

	private final VectorTable table;

	private final SearchLimits limits;

	private final SearchPlanner planner;

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	ExactScanLimit(VectorTable table, SearchLimits limits, SearchPlanner planner) {
		this.table = table;
		this.limits = limits;
		this.planner = planner;
	}

	/**
	 * Return whether an exact search is refused, so that another plan is better than
	 * none.
	 */
	boolean refuses(SearchSettings settings, NearestSql sql, @Nullable Tenant tenant) {
		return this.limits.largeExactSearch() == LargeExactSearch.REFUSE
				&& rows(settings, sql, tenant) > this.limits.maxExactRows(settings);
	}

	/**
	 * Check a statement before it runs.
	 * @param found how many rows statements before it have found, or -1 if there were
	 * none
	 * @throws ExactSearchLimitException if the statement is refused
	 */
	void check(SearchSettings settings, NearestSql sql, SearchPlan plan, @Nullable Tenant tenant, int found) {
		if (plan.mode() != ScanMode.EXACT) {
			return;
		}
		long rows = rows(settings, sql, tenant);
		long limit = this.limits.maxExactRows(settings);
		if (rows <= limit) {
			return;
		}
		String reason = reason(settings, sql, found);
		String message = ("exact search of vector table %s reads about %d rows, more than its limit of %d: %s. Declare "
				+ "an index of the vectors and of the keys of the filter, or raise the limit: "
				+ "rds.vector.search.max-exact-rows, or maxExactRows of the search")
			.formatted(this.table, rows, limit, reason);
		if (this.limits.largeExactSearch() == LargeExactSearch.REFUSE) {
			throw new ExactSearchLimitException(message, rows, limit);
		}
		MetadataFilter filter = settings.filter();
		String kind = "%s %s %s %s".formatted(sql.column().name(), settings.exact(), settings.paged(),
				(filter != null) ? FilterShape.of(filter) : "");
		if (this.warned.size() < MAX_KINDS && this.warned.add(kind)) {
			logger.warn("Slow search: {}", message);
		}
	}

	private long rows(SearchSettings settings, NearestSql sql, @Nullable Tenant tenant) {
		return this.planner.exactRows(sql, tenant, this.limits.maxExactRows(settings));
	}

	private static String reason(SearchSettings settings, NearestSql sql, int found) {
		if (found >= 0) {
			return "the vector index found %d of %d rows, and others can only be found without it".formatted(found,
					settings.limit());
		}
		if (settings.exact()) {
			return "it uses no vector index";
		}
		if (settings.paged()) {
			return "a page is exact, unless efSearch, probes or candidates ask for the vector index";
		}
		return (sql.column().index() instanceof VectorIndex.None)
				? "vector column %s has no index".formatted(sql.column().name())
				: "no index serves the filter, which hardly any row fulfils";
	}

}
