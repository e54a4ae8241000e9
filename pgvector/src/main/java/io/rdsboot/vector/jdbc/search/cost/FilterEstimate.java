package io.rdsboot.vector.jdbc.search.cost;

import java.sql.ResultSet;
import java.sql.SQLException;

import io.rdsboot.vector.jdbc.sql.QueryPlan;

/**
 * What the planner knows of a filter. Immutable.
 *
 * @param rows about how many rows fulfil the filter
 * @param indexed whether an index finds them, so that no others are read
 */
public record FilterEstimate(long rows, boolean indexed) {

	/**
	 * Read what {@code EXPLAIN} says of a query for the rows that fulfil a filter.
	 */
	public static FilterEstimate read(ResultSet row) throws SQLException {
		String plan = QueryPlan.read(row);
		return new FilterEstimate((long) QueryPlan.rows(plan), !plan.contains("Seq Scan on "));
	}

}
