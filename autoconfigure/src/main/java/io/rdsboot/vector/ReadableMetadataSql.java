package io.rdsboot.vector;

/**
 * SQL expression of metadata as text, which the server can always make, and in little
 * time. What a row holds in a few hundred bytes can be gigabytes as text: PostgreSQL
 * stores 1E+131071 in a dozen bytes, prints all of its digits, and compresses repetitions
 * of it.
 */
final class ReadableMetadataSql {

	/**
	 * What the text begins with where members were left out because they, or all members
	 * together, are too long.
	 */
	static final char INCOMPLETE = '~';

	/**
	 * Bytes of {@code jsonb} that are few enough as text, whatever they are.
	 */
	private static final int SMALL = 1_500;

	/**
	 * Greater than the {@link #SIZE} of any metadata that is accepted: of a number it
	 * counts up to ten times as many digits as there are, and an element of a list may
	 * take five times as many bytes as characters.
	 */
	private static final int MAX_SIZE = 1 << 24;

	/**
	 * Bytes of a {@code jsonb}, and about as many as its numbers have digits. The server
	 * walks down by recursion, so only as deep as metadata can be read.
	 */
	private static final String SIZE = """
			pg_column_size(%1$s #> '{}') + (SELECT coalesce(sum(scale(n::numeric) + CASE
				WHEN abs(n::numeric) < 1e10 THEN 10 WHEN abs(n::numeric) < 1e100 THEN 100
				WHEN abs(n::numeric) < 1e1000 THEN 1000 WHEN abs(n::numeric) < 1e10000 THEN 10000
				ELSE 131072 END), 0)
			FROM jsonb_path_query(%1$s, 'strict $.**{0 to %2$d} ? (@.type() == "number")') n)""";

	private static final String IS_TOO_DEEP = "jsonb_path_exists(%s, 'strict $.**{%d}')";

	/**
	 * Members that are too deep are replaced by a short one that is too deep as well, so
	 * that the reader names them.
	 */
	private static final String MEMBERS = """
			SELECT e.key, CASE WHEN %s THEN (repeat('[', %d) || repeat(']', %2$d))::jsonb ELSE e.value END AS value
			FROM jsonb_each(%s) e""";

	private static final String OF_OBJECT = """
			SELECT CASE WHEN max(s.total) < %d THEN '' ELSE '%s' END
				|| coalesce(jsonb_object_agg(s.key, s.value) FILTER (WHERE s.total < %1$d), '{}')
			FROM (SELECT m.key, m.value, sum(%s) OVER (ORDER BY %3$s) AS total FROM (%s) m) s""";

	private static final String TEXT = """
			left(CASE WHEN pg_column_size(%1$s #> '{}') < %2$d THEN %1$s::text
				WHEN NOT %3$s AND %4$s < %5$d THEN %1$s::text
				WHEN jsonb_typeof(%1$s) = 'object' THEN (%6$s)
				WHEN jsonb_typeof(%1$s) = 'array' THEN '[' ELSE '""' END, %7$d)""";

	private ReadableMetadataSql() {
	}

	/**
	 * Return the expression.
	 * @param column expression of the {@code jsonb}
	 */
	static String of(String column) {
		int depth = MetadataReader.MAX_DEPTH;
		String members = MEMBERS.formatted(IS_TOO_DEEP.formatted("e.value", depth), depth, column);
		String ofObject = OF_OBJECT.formatted(MAX_SIZE, INCOMPLETE, SIZE.formatted("m.value", depth), members);
		return TEXT.formatted(column, SMALL, IS_TOO_DEEP.formatted(column, depth + 1), SIZE.formatted(column, depth),
				MAX_SIZE, ofObject, MetadataReader.MAX_LENGTH + 1);
	}

}
