package io.rdsboot.vector.jdbc.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.StringJoiner;

/**
 * What {@code EXPLAIN} returns.
 */
public final class QueryPlan {

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

}
