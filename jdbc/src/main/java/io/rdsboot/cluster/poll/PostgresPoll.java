package io.rdsboot.cluster.poll;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.LogPosition;

/**
 * Asks a PostgreSQL server for its role and its position in the write-ahead log.
 */
final class PostgresPoll extends InstancePoll {

	/**
	 * The role is found once, in a subquery that is not pulled up: a promotion may fall
	 * into the middle of the query, and the functions of a writer fail on a reader.
	 */
	private static final String QUESTION = """
			SELECT recovering,
				(CASE WHEN recovering THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END
					- '0/0'::pg_lsn)::bigint,
				CASE WHEN NOT recovering THEN pg_walfile_name(pg_current_wal_insert_lsn()) END,\s"""
			+ WriteAccess.CLOSED + """

					FROM (SELECT pg_is_in_recovery() AS recovering OFFSET 0) AS role""";

	private static final String PROMOTION = """
			WITH RECURSIVE look(number, recovering) AS (
				SELECT 1, pg_is_in_recovery()
				UNION ALL
				SELECT number + 1, pg_is_in_recovery() FROM look, LATERAL (SELECT pg_sleep(? + 0 * number)) AS pause
				WHERE recovering AND number <= ?)
			SELECT count(*) FROM look""";

	private static final int TIMELINE_DIGITS = 8;

	private final WalPages pages;

	PostgresPoll(Connection connection, WalPages pages, SessionIdentity session, LongSupplier nanoTime) {
		super(connection, session, nanoTime);
		this.pages = pages;
	}

	@Override
	public boolean awaitPromotion(Duration limit, Duration pause) throws SQLException {
		try (PreparedStatement statement = connection().prepareStatement(PROMOTION)) {
			statement.setDouble(1, pause.toNanos() / 1e9);
			statement.setLong(2, limit.dividedBy(pause));
			statement.executeQuery().close();
			return true;
		}
	}

	@Override
	String question() {
		return QUESTION;
	}

	@Override
	Observation read(ResultSet answer, SessionIdentity session, long askedAt, long answeredAt) throws SQLException {
		boolean primary = !answer.getBoolean(1);
		boolean closed = primary && answer.getBoolean(4);
		long bytes = answer.getLong(2);
		LogPosition position = answer.wasNull() ? null
				: new LogPosition(primary ? this.pages.endOfReplay(bytes) : bytes);
		String segment = answer.getString(3);
		long timeline = (segment != null) ? Long.parseLong(segment, 0, TIMELINE_DIGITS, 16) : Observation.NO_TIMELINE;
		return new Observation(primary && !closed, closed, position, timeline, null, session, askedAt, answeredAt);
	}

}
