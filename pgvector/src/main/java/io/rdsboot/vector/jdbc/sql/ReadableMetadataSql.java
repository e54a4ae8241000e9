package io.rdsboot.vector.jdbc.sql;

import io.rdsboot.vector.table.MetadataType;
import io.rdsboot.vector.table.VectorTable;

/**
 * SQL expression of metadata as text, which the server can always make, and in little
 * time. What a row holds in a few hundred bytes can be gigabytes as text: PostgreSQL
 * stores 1E+131071 in a dozen bytes, prints all of its digits, and compresses repetitions
 * of it.
 *
 * <p>
 * There are functions alone in it, no subqueries: the planner would reckon with the costs
 * of these for each row, and compile the statement.
 */
public final class ReadableMetadataSql {

	/**
	 * What the text begins with where it is a list of some members, each with its
	 * {@code key} and {@code value}.
	 */
	static final char INCOMPLETE = '~';

	/**
	 * Levels to which the server looks for numbers, by recursion.
	 */
	public static final int MAX_DEPTH = 1_500;

	/**
	 * Bytes of {@code jsonb} that are few enough as text, whatever they are.
	 */
	private static final int SMALL = 1_500;

	/**
	 * Greater than the size of any metadata that is accepted: its bytes, of which an
	 * element of a list may take five times as many as characters, and of a long number
	 * up to ten times as many digits as there are.
	 */
	private static final int MAX_SIZE = 1 << 24;

	/** Numbers beyond a power of ten, or within its inverse. */
	private static final String LONG_NUMBERS = "'strict $.**{0 to " + MAX_DEPTH
			+ "} ? (@.type() == \"number\" && (@ >= 1e%1$d || @ <= -1e%1$d || (@ < 1e-%1$d && @ > -1e-%1$d && @ != 0)))'";

	/** Members that are no lists, maps or long numbers. */
	private static final String MEMBERS = """
			'$.keyvalue() ? (@.value.type() != "object" && @.value.type() != "array"
				&& (@.value.type() != "number" || (@.value < 1e1000 && @.value > -1e1000)))'""";

	private static final String TEXT = """
			left(CASE WHEN pg_column_size(%1$s #> '{}') < %2$d THEN %1$s::text
				WHEN jsonb_path_exists(%1$s, 'strict $.**{%3$d}') OR pg_column_size(%1$s #> '{}')
					+ CASE WHEN jsonb_path_exists(%1$s, %4$s) THEN 10000::bigint * %5$s + 131072::bigint * %6$s ELSE 0 END > %7$d
				THEN CASE jsonb_typeof(%1$s) WHEN 'array' THEN '[' WHEN 'object' THEN '%8$s' || jsonb_path_query_array(
					jsonb_path_query_array(%1$s, %9$s), '$[0 to 99]')::text ELSE '""' END
				ELSE %1$s::text END, %10$d)""";

	private ReadableMetadataSql() {
	}

	/**
	 * Return the expression for the metadata of a table. Of {@code json}, the server has
	 * the text as it was written.
	 * @param column expression of the column
	 */
	public static String of(VectorTable table, String column) {
		return (table.metadataType() == MetadataType.JSON)
				? "left(%s::text, %d)".formatted(column, MetadataReader.MAX_LENGTH + 1) : of(column);
	}

	/**
	 * Return the expression.
	 * @param column expression of the {@code jsonb}
	 */
	private static String of(String column) {
		return TEXT.formatted(column, SMALL, MAX_DEPTH + 1, LONG_NUMBERS.formatted(1_000), count(column, 1_000),
				count(column, 10_000), MAX_SIZE, INCOMPLETE, MEMBERS, MetadataReader.MAX_LENGTH + 1);
	}

	/**
	 * Return the condition that a JSON object is longer or nested deeper than can be read
	 * whole.
	 * @param column expression of the {@code jsonb}
	 */
	public static String exceedsLimits(String column) {
		String text = of(column);
		return "(pg_column_size(%s #> '{}') >= %d AND (length(%s) > %d OR left(%3$s, 1) = '%5$s'))".formatted(column,
				SMALL, text, MetadataReader.MAX_LENGTH, INCOMPLETE);
	}

	private static String count(String column, int power) {
		return "jsonb_array_length(jsonb_path_query_array(%s, %s))".formatted(column, LONG_NUMBERS.formatted(power));
	}

}
