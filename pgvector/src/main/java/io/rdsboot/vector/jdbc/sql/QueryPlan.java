package io.rdsboot.vector.jdbc.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code EXPLAIN} returns.
 */
public final class QueryPlan {

	private static final Pattern ROWS = Pattern.compile("rows=(\\d+)");

	private QueryPlan() {
	}

	/**
	 * Return the lines of a plan.
	 */
	public static String read(ResultSet row) throws SQLException {
		StringJoiner lines = new StringJoiner("\n");
		while (row.next()) {
			lines.add(row.getString(1));
		}
		return lines.toString();
	}

	/**
	 * Return how many rows the planner expects.
	 */
	public static double readRows(ResultSet row) throws SQLException {
		return rows(read(row));
	}

	/**
	 * Return how many rows the planner expects of a plan.
	 * @param plan lines of the plan
	 */
	public static double rows(String plan) {
		Matcher rows = ROWS.matcher(plan);
		if (!rows.find()) {
			throw new IllegalStateException("plan has no number of rows: " + plan);
		}
		return Double.parseDouble(rows.group(1));
	}

}
