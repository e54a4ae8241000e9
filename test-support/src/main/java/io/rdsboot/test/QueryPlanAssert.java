package io.rdsboot.test;

import java.util.List;

import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * AssertJ assertion on how PostgreSQL runs a query, as {@code EXPLAIN} describes it in
 * its text format, with or without costs and {@code ANALYZE}.
 *
 * <pre>
 * assertThatPlan(documents.explain(search)).isOrderedByIndex();
 * </pre>
 *
 * <p>
 * PostgreSQL plans for the data that it finds: a test needs as many rows as make an index
 * worth it (some thousands), and {@code ANALYZE} after they were written. Names of tables
 * and indexes are given without quotes and schema.
 */
public final class QueryPlanAssert extends AbstractAssert<QueryPlanAssert, String> {

	private QueryPlanAssert(@Nullable String explained) {
		super(explained, QueryPlanAssert.class);
	}

	/**
	 * Begin an assertion on a plan.
	 * @param explained what {@code EXPLAIN} answered, its rows joined by line breaks
	 * @return the assertion
	 */
	public static QueryPlanAssert assertThatPlan(@Nullable String explained) {
		return new QueryPlanAssert(explained);
	}

	/**
	 * Verify that the plan uses this index, in whatever way.
	 * @param index name of the index
	 * @return this assertion
	 */
	public QueryPlanAssert usesIndex(String index) {
		List<String> used = plan().indexes();
		if (!used.contains(index)) {
			throw problem("to use index \"%s\", but it uses %s".formatted(index, names(used)),
					"the index exists and is valid (pg_index.indisvalid)",
					"the condition is written on the very column or expression that the index is on, without a cast",
					"the table has rows enough for an index to be worth it, and was analyzed after they were written");
		}
		return this;
	}

	/**
	 * Verify that an index yields the rows in the order that the query asks for, as a
	 * vector index does for a nearest-neighbour search: the plan has an index scan with
	 * {@code Order By}.
	 * @return this assertion
	 */
	public QueryPlanAssert isOrderedByIndex() {
		if (plan().orderingIndexes().isEmpty()) {
			throw notOrdered("an index");
		}
		return this;
	}

	/**
	 * Verify that this index yields the rows in the order that the query asks for.
	 * @param index name of the index
	 * @return this assertion
	 * @see #isOrderedByIndex()
	 */
	public QueryPlanAssert isOrderedByIndex(String index) {
		if (!plan().orderingIndexes().contains(index)) {
			throw notOrdered("index \"%s\"".formatted(index));
		}
		return this;
	}

	/**
	 * Verify that the plan reads this table, and never from its first row to its last.
	 * @param table name of the table, not its alias
	 * @return this assertion
	 */
	public QueryPlanAssert doesNotScanSequentially(String table) {
		QueryPlan plan = plan();
		if (!plan.tables().contains(table)) {
			throw problem("to read table \"%s\", but it reads %s".formatted(table, names(plan.tables())),
					"the name is that of the table, without schema and quotes; a partition has a name of its own");
		}
		if (plan.sequentiallyScannedTables().contains(table)) {
			throw problem("not to scan table \"%s\" sequentially".formatted(table),
					"there is a valid index for the query's order or for its condition",
					"the table has rows enough for an index to be worth it, and was analyzed after they were written");
		}
		return this;
	}

	private QueryPlan plan() {
		isNotNull();
		QueryPlan plan = QueryPlan.parse(this.actual);
		if (!plan.isText()) {
			throw failure(
					"%nExpecting the text of EXPLAIN (FORMAT TEXT), with its rows joined by line breaks, but was:%n%n%s",
					this.actual);
		}
		return plan;
	}

	private AssertionError notOrdered(String index) {
		return problem(
				"to take the order of rows from %s (an index scan with \"Order By\"), but it takes it from %s"
					.formatted(index, names(plan().orderingIndexes())),
				"the index exists and is valid (pg_index.indisvalid)",
				"the index has the operator class of the query's distance operator",
				"the query orders by nothing but that operator on the very column or expression that the index is on, ascending, and has a LIMIT",
				"the table has rows enough for an index to be worth it, and was analyzed after they were written",
				"the query has no condition for which another index is the better choice");
	}

	private AssertionError problem(String expectation, String... checks) {
		return failure("%nExpecting plan:%n%n%s%n%n%s.%nCheck that:%n- %s",
				this.actual.stripTrailing().indent(2).stripTrailing(), expectation,
				String.join(System.lineSeparator() + "- ", checks));
	}

	private static String names(List<String> names) {
		return names.isEmpty() ? "none" : "\"" + String.join("\", \"", names) + "\"";
	}

}
