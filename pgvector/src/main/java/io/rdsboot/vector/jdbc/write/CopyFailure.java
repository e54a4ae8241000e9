package io.rdsboot.vector.jdbc.write;

import java.sql.SQLException;
import java.util.function.LongUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.rdsboot.vector.table.VectorTable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What the server says about a row of a {@code COPY} that it refuses.
 */
final class CopyFailure {

	/** The context of an error, such as {@code COPY docs, line 5}, in any language. */
	private static final Pattern LINE = Pattern.compile(", \\D+(\\d+)");

	private CopyFailure() {
	}

	/**
	 * Return an exception that says which record it was, if the server has told its row.
	 * @param positions where the record of a row stood, both counted from 0
	 */
	static SQLException withPosition(SQLException ex, VectorTable table, LongUnaryOperator positions) {
		if (ex instanceof PSQLException refusal && refusal.getServerErrorMessage() != null) {
			long row = row(refusal.getServerErrorMessage());
			if (row > 0) {
				return new SQLException("Record %d for vector table %s was refused by the server: %s"
					.formatted(positions.applyAsLong(row - 1), table, ex.getMessage()), ex.getSQLState(), ex);
			}
		}
		return ex;
	}

	private static long row(ServerErrorMessage message) {
		String context = message.getWhere();
		if (context == null || !context.startsWith("COPY ")) {
			return 0;
		}
		// The name of the table comes first, and may have commas of its own.
		String table = (message.getTable() != null) ? message.getTable() : "";
		int start = context.startsWith(table, "COPY ".length()) ? "COPY ".length() + table.length() : 0;
		Matcher line = LINE.matcher(context);
		return line.find(start) ? Long.parseLong(line.group(1)) : 0;
	}

}
