package io.rdsboot.move.shadow;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Rows that a side has answered with, in the texts of PostgreSQL. Immutable.
 *
 * @param columns names and types of the columns
 * @param rows the rows; one more than may be compared if there are too many
 * @param complete whether these are all rows
 */
record Answer(List<Column> columns, List<List<Value>> rows, boolean complete) {

	private static final Set<String> NUMBERS = Set.of("float4", "float8", "_float4", "_float8", "vector", "halfvec",
			"sparsevec");

	/**
	 * Read an answer.
	 * @param maxRows the most rows to read
	 * @param maxCharacters the most characters to read, in all
	 */
	static Answer read(ResultSet results, int maxRows, long maxCharacters) throws SQLException {
		ResultSetMetaData metaData = results.getMetaData();
		List<Column> columns = new ArrayList<>();
		for (int i = 1; i <= metaData.getColumnCount(); i++) {
			columns.add(new Column(metaData.getColumnLabel(i).toLowerCase(Locale.ROOT), metaData.getColumnTypeName(i)));
		}
		List<List<Value>> rows = new ArrayList<>();
		long characters = 0;
		while (results.next()) {
			if (rows.size() == maxRows || characters > maxCharacters) {
				return new Answer(columns, rows, false);
			}
			List<Value> row = new ArrayList<>(columns.size());
			for (int i = 0; i < columns.size(); i++) {
				String text = results.getString(i + 1);
				characters += (text != null) ? text.length() : 0;
				row.add(new Value(text, columns.get(i).hasNumbers()));
			}
			rows.add(row);
		}
		return new Answer(columns, rows, true);
	}

	/**
	 * Column of an answer.
	 *
	 * @param name its name, in lower case
	 * @param type name of its type
	 */
	record Column(String name, String type) {

		boolean hasNumbers() {
			return NUMBERS.contains(this.type);
		}

	}

	/**
	 * Value of a column.
	 *
	 * @param text the value, or {@code null}
	 * @param numbers whether it is made of floating-point numbers, which compare by a
	 * tolerance
	 */
	record Value(@Nullable String text, boolean numbers) {

	}

}
