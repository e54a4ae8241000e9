package io.rdsboot.benchmarks.switchover;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.rdsboot.benchmarks.switchover.PairCall.Row;

/**
 * The rows that a {@link PairLoad} has left in a database.
 */
public final class WrittenRows {

	private WrittenRows() {
	}

	/**
	 * Returns all rows that a server has.
	 */
	public static List<Row> of(Connection connection) throws SQLException {
		List<Row> rows = new ArrayList<>();
		try (Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("SELECT thread, number FROM written")) {
			while (result.next()) {
				rows.add(new Row(result.getInt(1), result.getLong(2)));
			}
		}
		return rows;
	}

	/**
	 * Returns how often each row is among all.
	 */
	public static Map<Row, Long> counted(List<Row> rows) {
		return rows.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
	}

}
