package io.rdsboot.move.cutover;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.rdsboot.move.MoveSession;

/**
 * Brings the values of all sequences to the other side, which logical replication does
 * not.
 */
final class Sequences {

	/**
	 * Values that are left out, in case a session has drawn some since.
	 */
	private static final int MARGIN = 1000;

	private static final String VALUES = """
			SELECT format('%I.%I', schemaname, sequencename), last_value::numeric
			FROM pg_sequences
			WHERE last_value IS NOT NULL AND schemaname <> 'rds_move' AND schemaname !~ '^pg_'""";

	/**
	 * Answers with the names that there is no sequence of.
	 */
	private static final String SET = """
			WITH seen (name, value) AS (SELECT * FROM unnest(?::text[], ?::numeric[])),
			known AS (
				SELECT seen.name, s.increment_by, s.min_value, s.max_value, s.last_value,
					seen.value + s.increment_by::numeric * %d AS past
				FROM seen JOIN pg_sequences s ON format('%%I.%%I', s.schemaname, s.sequencename) = seen.name),
			set AS (
				SELECT name, setval(name::regclass, (CASE WHEN increment_by > 0
					THEN least(greatest(past, last_value, min_value), max_value)
					ELSE greatest(least(past, last_value, max_value), min_value) END)::bigint)
				FROM known)
			SELECT name FROM seen WHERE name NOT IN (SELECT name FROM set WHERE setval IS NOT NULL)"""
		.formatted(MARGIN);

	private Sequences() {
	}

	/**
	 * Set each sequence of one side past the value that it has on the other, and never
	 * back.
	 * @param from the side that was written to
	 * @param to the side that will be
	 * @return how many were set
	 */
	static int set(MoveSession from, MoveSession to) throws SQLException {
		Map<String, BigDecimal> values = new LinkedHashMap<>();
		from.rows(VALUES, (row) -> values.put(row.getString(1), row.getBigDecimal(2)));
		Array names = to.connection().createArrayOf("text", values.keySet().toArray());
		Array last = to.connection().createArrayOf("numeric", values.values().toArray());
		List<String> missing = to.texts(SET, names, last);
		if (!missing.isEmpty()) {
			throw new IllegalStateException("the side that is to open lacks the sequences " + missing);
		}
		return values.size();
	}

}
