package io.rdsboot.vector.jdbc.search;

import java.util.List;
import java.util.stream.Collectors;

import io.rdsboot.vector.SearchLimits;
import io.rdsboot.vector.SearchSettings;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.rows.RowColumns;
import io.rdsboot.vector.jdbc.search.cost.IndexCost;
import io.rdsboot.vector.jdbc.session.Tenant;
import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.jdbc.sql.VectorParameters;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorExpressions;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;

/**
 * Writes the statements of one search by distance. Every value is a bind parameter but
 * for the limits, which the planner has to know.
 *
 * <p>
 * The index scan stands in a subquery of its own, ordered by nothing but the operator and
 * limited, because only then does the index serve it. What follows from the exact
 * distances stands outside: the order, because an iterative scan yields it relaxed and a
 * quantized index by another distance, and a greatest distance, because inside it would
 * make an iterative scan visit the whole index for rows that are missing.
 */
public final class NearestSql {

	/**
	 * Rows of each order that reciprocal rank fusion needs at least, to find those that
	 * are good in both.
	 */
	private static final int LEAST_HYBRID_WINDOW = 50;

	private final VectorTable table;

	private final SearchSettings settings;

	private final @Nullable Tenant tenant;

	private final VectorColumn column;

	private final VectorExpressions expressions;

	private final RowColumns columns;

	/**
	 * Columns of the rows that are found by distance: of a hybrid search only the id,
	 * because most of these rows are not returned.
	 */
	private final RowColumns scannedColumns;

	private final ScanSettings scan;

	private final VectorParameters binding;

	private final SearchConditions conditions;

	private final WordCandidates wordCandidates;

	/**
	 * Create the statements of a search.
	 * @param column column of the table that is searched, with the index that it has
	 */
	public NearestSql(VectorTable table, VectorColumn column, SearchSettings settings, @Nullable Tenant tenant) {
		this(table, column, settings, tenant, WordCandidates.all(SearchLimits.DEFAULT_MAX_RANKED_ROWS));
	}

	NearestSql(VectorTable table, VectorColumn column, SearchSettings settings, @Nullable Tenant tenant,
			WordCandidates wordCandidates) {
		this(table, column, settings, tenant, wordCandidates, true);
	}

	private NearestSql(VectorTable table, VectorColumn column, SearchSettings settings, @Nullable Tenant tenant,
			WordCandidates wordCandidates, boolean binaryVectors) {
		this.table = table;
		this.settings = settings;
		this.tenant = tenant;
		this.column = column;
		this.expressions = new VectorExpressions(table, this.column);
		this.columns = new RowColumns(table, settings.content(), settings.metadata(),
				settings.embedding() ? List.of(this.column) : List.of(), binaryVectors);
		this.scannedColumns = (settings.hybrid() != null) ? new RowColumns(table, false, false, List.of())
				: this.columns;
		this.conditions = new SearchConditions(table, column, settings, tenant);
		this.scan = new ScanSettings(this.column, scanned(), this.conditions.any());
		this.binding = new VectorParameters(table.extensionSchema());
		this.wordCandidates = wordCandidates;
	}

	/**
	 * Return the same search for a caller who reads the rows, with vectors of the type
	 * that their column has.
	 */
	NearestSql mappedByCaller() {
		return new NearestSql(this.table, this.column, this.settings, this.tenant, this.wordCandidates, false);
	}

	/**
	 * The search as the index scan sees it.
	 */
	private SearchSettings scanned() {
		return (this.settings.hybrid() != null) ? this.settings.withLimit(hybridWindow()) : this.settings;
	}

	private int hybridWindow() {
		if (this.settings.candidates() != null) {
			return this.settings.candidates();
		}
		return Math.max(LEAST_HYBRID_WINDOW, Math.min(2 * this.settings.limit(), VectorSearch.MAX_LIMIT));
	}

	VectorExpressions expressions() {
		return this.expressions;
	}

	VectorColumn column() {
		return this.column;
	}

	RowColumns columns() {
		return this.columns;
	}

	/**
	 * Return how hard a search tries, the least hard first.
	 */
	List<ScanMode> modes() {
		if (this.settings.exact() || isPagedExactly() || this.column.index() instanceof VectorIndex.None) {
			return List.of(ScanMode.EXACT);
		}
		boolean plain = this.scan.suffice() && !this.settings.paged() && this.settings.threshold() == null
				&& this.settings.hybrid() == null;
		return plain ? List.of(ScanMode.PLAIN, ScanMode.ITERATIVE, ScanMode.EXACT)
				: List.of(ScanMode.ITERATIVE, ScanMode.EXACT);
	}

	/**
	 * Return whether the search has a filter and may use the vector index or not.
	 */
	boolean isChosenByCost() {
		return (this.settings.filter() != null || this.tenant != null) && modes().contains(ScanMode.ITERATIVE);
	}

	/**
	 * Return whether statements can tell how many rows or elements they have visited,
	 * which those of a hybrid search cannot.
	 */
	boolean canTellVisited() {
		return this.settings.hybrid() == null;
	}

	boolean isHnsw() {
		return this.column.index() instanceof VectorIndex.Hnsw;
	}

	int limit() {
		return this.settings.limit();
	}

	/**
	 * Return the conditions that a row has to fulfil to be found.
	 */
	SearchConditions conditions() {
		return this.conditions;
	}

	@Nullable MetadataFilter filter() {
		return this.settings.filter();
	}

	/**
	 * Return how many rows a scan of the index has to yield.
	 */
	int candidates() {
		return Math.max(scanned().limit(), this.scan.candidates());
	}

	/**
	 * Return what a scan of the index costs.
	 * @param indexedRows rows that are in the index
	 * @param reachedRows rows by which {@code ef_search} is chosen
	 */
	IndexCost indexCost(long indexedRows, long reachedRows) {
		if (this.column.index() instanceof VectorIndex.IvfFlat ivfFlat) {
			return IndexCost.ivfFlat((double) this.scan.probes(ivfFlat) / ivfFlat.lists(), indexedRows);
		}
		return IndexCost.hnsw(this.scan.efSearch(reachedRows), indexedRows);
	}

	/**
	 * Return {@code hnsw.ef_search} of a plan, or {@code null} for an index without it.
	 */
	@Nullable Integer efSearch(SearchPlan plan) {
		return (this.column.index() instanceof VectorIndex.Hnsw) ? this.scan.efSearch(plan.reachedRows()) : null;
	}

	/**
	 * Return {@code ivfflat.probes}, or {@code null} for an index without them.
	 */
	@Nullable Integer probes() {
		return (this.column.index() instanceof VectorIndex.IvfFlat ivfFlat) ? (Integer) this.scan.probes(ivfFlat)
				: null;
	}

	/**
	 * Return {@code hnsw.max_scan_tuples} where costs set no other bound.
	 */
	int maxScanTuples() {
		return this.scan.maxScanTuples();
	}

	/**
	 * A row that the scan for one page misses is not on the next one either, because that
	 * begins behind it. So an index, which is approximate, serves pages only if asked to.
	 */
	private boolean isPagedExactly() {
		return this.settings.paged() && this.settings.efSearch() == null && this.settings.probes() == null
				&& this.settings.candidates() == null;
	}

	/**
	 * Return the statement for one or more vectors.
	 * @param vectors the vectors, empty if a row's vector is searched for
	 */
	public SqlStatement statement(List<VectorValue> vectors, SearchPlan plan) {
		SqlBuilder sql = new SqlBuilder();
		if (plan.mode() == ScanMode.PLAIN && vectors.size() == 1) {
			appendPlain(sql, vectors.get(0));
		}
		else {
			appendOutermost(sql, vectors, plan);
		}
		// The server keeps a plan for any values only if it is no dearer than the plans
		// for the first values, which used an index: for one key, it is the same index.
		return (this.conditions.any() && !plan.kept()) ? sql.buildPlannedAnew() : sql.build();
	}

	private void appendPlain(SqlBuilder sql, VectorValue vector) {
		// The outer query makes text of metadata, which must not be done for rows that
		// are only sorted.
		sql.append("SELECT %s, m.distance FROM (SELECT %s, ".formatted(this.columns.unaliased("m"),
				this.columns.aliased("t")));
		appendAround(sql, this.expressions.distance("t", "?"), vector);
		sql.append(" AS distance FROM " + this.table.quotedName() + " t WHERE ");
		this.conditions.appendPresence(sql);
		sql.append(" ORDER BY %d LIMIT %d) m ORDER BY m.distance".formatted(this.columns.size() + 1,
				this.settings.limit()));
	}

	/**
	 * Append an expression of which a vector is the last operand.
	 */
	private void appendAround(SqlBuilder sql, String expression, VectorValue vector) {
		sql.append(expression.substring(0, expression.length() - 1));
		bind(sql, vector);
	}

	private void bind(SqlBuilder sql, VectorValue vector) {
		sql.bind((statement, parameter) -> this.binding.set(statement, parameter, this.column.type(), vector));
	}

	private void appendOutermost(SqlBuilder sql, List<VectorValue> vectors, SearchPlan plan) {
		String hybrid = (this.settings.hybrid() != null) ? ", m.score" : "";
		sql.append("SELECT %s, m.distance%s, m.n".formatted(this.columns.unaliased("m"), hybrid));
		appendVisited(sql, plan);
		if (this.settings.threshold() != null) {
			String order = (this.settings.hybrid() != null) ? "r.score DESC, r.c1" : "r.distance, r.c1";
			sql.append(", m.found FROM (SELECT r.*, count(*) OVER (PARTITION BY r.n) AS found, "
					+ "row_number() OVER (PARTITION BY r.n ORDER BY %s) AS place FROM (".formatted(order));
			appendRanked(sql, vectors, plan);
			// The first row tells how many were found, where none is near enough.
			sql.append(") r) m WHERE m.distance <= ")
				.bind((statement, parameter) -> statement.setDouble(parameter, maxDistance()))
				.append(" OR m.place = 1");
		}
		else {
			sql.append(" FROM (");
			appendRanked(sql, vectors, plan);
			sql.append(") m");
		}
		sql.append((this.settings.hybrid() != null)
				? " ORDER BY m.score DESC, m.c1 LIMIT %d".formatted(this.settings.limit() + 1)
				: " ORDER BY m.n, m.distance, m.c1");
	}

	/**
	 * Append how many rows an exact search has compared, or how many elements the vector
	 * indexes have yielded, which the server counts for each transaction: now less those
	 * before the scan. (Stands before the count of a threshold.)
	 */
	private void appendVisited(SqlBuilder sql, SearchPlan plan) {
		if (tellsVisited(plan)) {
			sql.append((plan.mode() == ScanMode.EXACT) ? ", m.visited" : ", %s - m.visited".formatted(yielded(plan)));
		}
	}

	/**
	 * Return whether a statement tells how many rows or elements it has visited.
	 */
	boolean tellsVisited(SearchPlan plan) {
		return canTellVisited() && (plan.maxRows() > 0 || !plan.indexes().isEmpty());
	}

	private static String yielded(SearchPlan plan) {
		return plan.indexes()
			.stream()
			.map("pg_stat_get_xact_tuples_fetched(%d)"::formatted)
			.collect(Collectors.joining(" + ", "(", ")"));
	}

	double maxDistance() {
		return (this.settings.threshold() != null) ? this.settings.threshold().maxDistance(this.column)
				: Double.POSITIVE_INFINITY;
	}

	private void appendRanked(SqlBuilder sql, List<VectorValue> vectors, SearchPlan plan) {
		if (this.settings.hybrid() != null) {
			int window = hybridWindow();
			// A threshold needs the distances of all of them.
			int remaining = (this.settings.threshold() != null) ? 2 * window : this.settings.limit() + 1;
			new HybridSql(this, this.table, this.settings.hybrid(), this.wordCandidates).append(sql, vectors, plan,
					window, remaining);
		}
		else {
			appendNearest(sql, vectors, plan, this.settings.limit());
		}
	}

	/**
	 * Append a query for the number of the vector, the scanned columns under their
	 * aliases and the distance.
	 */
	void appendNearest(SqlBuilder sql, List<VectorValue> vectors, SearchPlan plan, int limit) {
		boolean counted = tellsVisited(plan) && plan.mode() != ScanMode.EXACT;
		sql.append("SELECT q.n, f.*%s FROM ".formatted(counted ? ", s.visited" : ""));
		if (plan.mode() != ScanMode.EXACT) {
			sql.append("(");
			this.scan.append(sql, plan);
			sql.append((counted ? ", %s AS visited".formatted(yielded(plan)) : "") + ") s CROSS JOIN ");
		}
		appendVectors(sql, vectors);
		sql.append(" CROSS JOIN LATERAL (");
		if (tellsVisited(plan) && plan.mode() == ScanMode.EXACT) {
			appendBoundedExact(sql, limit, plan);
		}
		else if (plan.mode() == ScanMode.EXACT) {
			appendExact(sql, limit);
		}
		else {
			sql.append("SELECT c.* FROM (");
			appendScan(sql, Math.max(limit, this.scan.candidates()), plan);
			// Not by the distance itself: the planner takes the scan for sorted by it
			// already, which a relaxed one is not, and would read only part of its rows.
			sql.append(") c ORDER BY c.distance + 0, c.c1 LIMIT %d".formatted(limit));
		}
		sql.append(") f");
	}

	/**
	 * Append the vectors that are searched for, with their numbers.
	 */
	void appendVectors(SqlBuilder sql, List<VectorValue> vectors) {
		if (vectors.isEmpty()) {
			sql.append(
					"(SELECT 1 AS n, x.%s AS v FROM %s x WHERE x.%s = ".formatted(VectorTable.quote(this.column.name()),
							this.table.quotedName(), VectorTable.quote(this.table.idColumn())));
			sql.bind((statement, parameter) -> statement.setObject(parameter, this.settings.rowId()));
			if (this.tenant != null) {
				sql.append(" AND ");
				this.tenant.appendCondition("x.", sql);
			}
			sql.append(" AND x.%s IS NOT NULL) q".formatted(VectorTable.quote(this.column.name())));
			return;
		}
		sql.append("(VALUES ");
		for (int i = 0; i < vectors.size(); i++) {
			sql.append("%s(%d, ".formatted((i > 0) ? ", " : "", i + 1));
			bind(sql, vectors.get(i));
			sql.append("::%s)".formatted(this.expressions.columnType()));
		}
		sql.append(") q(n, v)");
	}

	private void appendExact(SqlBuilder sql, int limit) {
		String distance = this.expressions.distance("t", "q.v");
		sql.append("SELECT %s, %s AS distance FROM %s t WHERE ".formatted(this.scannedColumns.aliased("t"), distance,
				this.table.quotedName()));
		this.conditions.append(sql);
		// No index has this order.
		sql.append(" ORDER BY (%s) + 0, t.%s LIMIT %d".formatted(distance, VectorTable.quote(this.table.idColumn()),
				limit));
	}

	/**
	 * Append an exact search that gives up where more rows than a bound fulfil the
	 * filter. Only ids and distances are sorted; the few rows that are found are read
	 * again.
	 */
	private void appendBoundedExact(SqlBuilder sql, int limit, SearchPlan plan) {
		// Must not hide the table.
		String compared = this.table.name().equals("compared") ? "considered" : "compared";
		String id = VectorTable.quote(this.table.idColumn());
		long bound = plan.maxRows() + 1L;
		// In a plan for any values, a LIMIT would make the planner read the table from
		// its start, in the hope to find enough rows soon. It does not see a bound of
		// row_number(), at which the server stops as early (from PostgreSQL 15 on).
		sql.append(
				"WITH %s AS MATERIALIZED (SELECT p.id, p.distance FROM (SELECT t.%s AS id, %s AS distance%s FROM %s t WHERE "
					.formatted(compared, id, this.expressions.distance("t", "q.v"),
							plan.kept() ? ", row_number() OVER () AS place" : "", this.table.quotedName()));
		this.conditions.append(sql);
		sql.append(plan.kept() ? ") p WHERE p.place <= %d".formatted(bound) : " LIMIT %d) p".formatted(bound));
		sql.append(") SELECT %s, d.distance, (SELECT count(*) FROM %s) AS visited FROM ("
			.formatted(this.scannedColumns.aliased("t"), compared));
		sql.append("SELECT * FROM %s ORDER BY distance, id LIMIT %d) d JOIN %s t ON t.%s = d.id".formatted(compared,
				limit, this.table.quotedName(), id));
	}

	private void appendScan(SqlBuilder sql, int candidates, SearchPlan plan) {
		// The reference makes sure that the settings stand before the scan starts.
		sql.append("SELECT %s, %s AS distance FROM %s t WHERE s.ready AND ".formatted(this.scannedColumns.aliased("t"),
				this.expressions.distance("t", "q.v"), this.table.quotedName()));
		this.conditions.append(sql, plan);
		sql.append(" ORDER BY %s FETCH FIRST %d ROWS %s".formatted(this.expressions.indexDistance("t", "q.v"),
				candidates, withTies() ? "WITH TIES" : "ONLY"));
	}

	/**
	 * Rows of equal distance are told apart by their ids, which needs all of them. Where
	 * the index has other distances, they do not end together anyway.
	 */
	private boolean withTies() {
		return this.settings.paged() && this.column.quantization() == Quantization.NONE;
	}

	/**
	 * Append the threshold as a condition on rows that are not found by their distance,
	 * where there is one.
	 */
	void appendThreshold(SqlBuilder sql, List<VectorValue> vectors) {
		if (this.settings.threshold() != null) {
			sql.append(" AND (SELECT %s FROM ".formatted(this.expressions.distance("t", "q.v")));
			appendVectors(sql, vectors);
			sql.append(") <= ").bind((statement, parameter) -> statement.setDouble(parameter, maxDistance()));
		}
	}

}
