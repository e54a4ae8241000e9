package io.rdsboot.vector.reembedding;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Model that the vectors of a column are made by: a line of the column's comment, where
 * all instances of a service find it. Immutable.
 *
 * @param model name of the model
 * @param completeSince since when each row that had a vector in another column has one in
 * this one, or {@code null} if some may not
 */
record ColumnModel(String model, @Nullable Instant completeSince) {

	private static final String HEADER = "rds-spring-boot: embedded by ";

	private static final String COMPLETE = ", complete since ";

	private static final Pattern LINE = Pattern.compile("\\n?" + HEADER + "([^\\n]*?)(?:" + COMPLETE + "(\\S+))?$",
			Pattern.MULTILINE);

	/**
	 * Return what the comment of a column says, or {@code null} if it names no model.
	 */
	static @Nullable ColumnModel read(Connection connection, VectorTable table, VectorColumn column)
			throws SQLException {
		return of(comment(connection, table, column));
	}

	static @Nullable ColumnModel of(String comment) {
		Matcher matcher = LINE.matcher(comment);
		if (!matcher.find()) {
			return null;
		}
		String since = matcher.group(2);
		try {
			return new ColumnModel(matcher.group(1), (since != null) ? Instant.parse(since) : null);
		}
		catch (DateTimeException ex) {
			// Somebody has edited the comment.
			return new ColumnModel(matcher.group(1), null);
		}
	}

	/**
	 * Write this to the comment of a column, whose other lines stay.
	 * @param connection a connection of the table's owner
	 */
	void write(Connection connection, VectorTable table, VectorColumn column) throws SQLException {
		String others = LINE.matcher(comment(connection, table, column)).replaceAll("");
		String line = HEADER + this.model + ((this.completeSince != null) ? COMPLETE + this.completeSince : "");
		String comment = others + (others.isEmpty() ? "" : "\n") + line;
		try (Statement statement = connection.createStatement()) {
			statement.execute("COMMENT ON COLUMN %s.%s IS '%s'".formatted(table.quotedName(),
					VectorTable.quote(column.name()), comment.replace("'", "''")));
		}
	}

	private static String comment(Connection connection, VectorTable table, VectorColumn column) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("""
				SELECT coalesce(col_description(attrelid, attnum), '') FROM pg_attribute
				WHERE attrelid = to_regclass(?) AND attname = ? AND NOT attisdropped""")) {
			statement.setString(1, table.quotedName());
			statement.setString(2, column.name());
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? row.getString(1) : "";
			}
		}
	}

}
