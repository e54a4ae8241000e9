package io.rdsboot.move.cutover;

import java.sql.Connection;
import java.util.List;
import java.util.Map;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

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
			SELECT format('%I.%I', schemaname, sequencename) AS name, last_value, increment_by, min_value, max_value
			FROM pg_sequences
			WHERE last_value IS NOT NULL AND schemaname <> 'rds_move' AND schemaname !~ '^pg_'
			ORDER BY 1""";

	private Sequences() {
	}

	/**
	 * Set each sequence of one side past the value that it has on the other, and never
	 * back.
	 * @param from the side that was written to
	 * @param to the side that will be
	 * @return how many were set
	 */
	static int set(Connection from, Connection to) {
		List<Map<String, Object>> values = jdbc(from).queryForList(VALUES);
		JdbcTemplate target = jdbc(to);
		StringBuilder missing = new StringBuilder();
		int set = 0;
		for (Map<String, Object> value : values) {
			Integer done = target.queryForObject("""
					WITH known AS (
						SELECT increment_by, min_value, max_value, last_value, ?::numeric AS seen,
							?::numeric + increment_by::numeric * %d AS past
						FROM pg_sequences WHERE format('%%I.%%I', schemaname, sequencename) = ?),
					next AS (
						SELECT CASE WHEN increment_by > 0
								THEN least(greatest(past, last_value, min_value), max_value)
								ELSE greatest(least(past, last_value, max_value), min_value) END AS value
						FROM known)
					SELECT count(setval(?::regclass, value::bigint)) FROM next""".formatted(MARGIN), Integer.class,
					value.get("last_value"), value.get("last_value"), value.get("name"), value.get("name"));
			if (done != null && done == 1) {
				set++;
			}
			else {
				missing.append(missing.isEmpty() ? "" : ", ").append(value.get("name"));
			}
		}
		if (!missing.isEmpty()) {
			throw new IllegalStateException("The other side lacks the sequences " + missing);
		}
		return set;
	}

	private static JdbcTemplate jdbc(Connection connection) {
		return new JdbcTemplate(new SingleConnectionDataSource(connection, true));
	}

}
