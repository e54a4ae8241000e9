package io.rdsboot.cluster.poll;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.LogPosition;

/**
 * Asks an Aurora instance for its role and what Aurora says of it. Aurora lacks most of
 * PostgreSQL's functions of the write-ahead log, and they are never called.
 */
final class AuroraPoll extends InstancePoll {

	/**
	 * The role is the instance's own answer: after a failover the list may still name the
	 * former writer. The row of an instance is kept for a while after it is gone, so one
	 * that is not renewed says nothing, unless it is the writer's.
	 */
	private static final String QUESTION = """
			SELECT own.recovering,
				CASE WHEN own.recovering THEN status.current_read_lsn ELSE status.durable_lsn END AS position,
				status.replica_lag_in_msec AS lag,\s""" + WriteAccess.CLOSED + """

			AS closed, own.id
			FROM (SELECT pg_is_in_recovery() AS recovering, aurora_db_instance_identifier() AS id OFFSET 0) AS own
			LEFT JOIN aurora_replica_status() AS status ON status.server_id = own.id
				AND (status.session_id = 'MASTER_SESSION_ID' OR status.last_update_timestamp IS NULL
					OR status.last_update_timestamp > now() - interval '300 seconds')
			LIMIT 1""";

	/**
	 * In a global database the instance's lag is the greater of that within its region
	 * and that behind the writer, which may be in another one. A reader whose lag behind
	 * the writer is not told shows no position, so that it proves nothing. Identifiers
	 * may be the same in two regions.
	 */
	private static final String QUESTION_IN_GLOBAL_DATABASE = """
			SELECT answer.recovering, CASE WHEN NOT answer.recovering OR behind.lag IS NOT NULL THEN answer.position END,
				CASE WHEN answer.recovering THEN greatest(answer.lag, behind.lag) END, answer.closed
			FROM (%s) AS answer
			LEFT JOIN (SELECT server_id, max(visibility_lag_in_msec) AS lag FROM aurora_global_db_instance_status()
				GROUP BY server_id) AS behind ON behind.server_id = answer.id"""
		.formatted(QUESTION);

	private static final String REGIONS = """
			SELECT count(DISTINCT aws_region) FROM pg_catalog.aurora_global_db_instance_status()""";

	private final boolean global;

	AuroraPoll(Connection connection, boolean global, SessionIdentity session, LongSupplier nanoTime) {
		super(connection, session, nanoTime);
		this.global = global;
	}

	/**
	 * Return whether an instance is one of a database in several regions. One that
	 * refuses the question, for whatever reason, is watched as others are.
	 */
	static boolean isOfGlobalDatabase(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet regions = statement.executeQuery(REGIONS)) {
			return regions.next() && regions.getInt(1) > 1;
		}
		catch (SQLException ex) {
			if (WatchFailure.isUnreachable(ex)) {
				throw ex;
			}
			return false;
		}
	}

	@Override
	String question() {
		return this.global ? QUESTION_IN_GLOBAL_DATABASE : QUESTION;
	}

	@Override
	Observation read(ResultSet answer, SessionIdentity session, long askedAt, long answeredAt) throws SQLException {
		long bytes = answer.getLong(2);
		LogPosition position = answer.wasNull() ? null : new LogPosition(bytes);
		double lag = answer.getDouble(3);
		Duration reportedLag = answer.wasNull() ? null : Duration.ofNanos((long) (lag * 1_000_000));
		boolean primary = !answer.getBoolean(1);
		boolean closed = primary && answer.getBoolean(4);
		return new Observation(primary && !closed, closed, position, Observation.NO_TIMELINE, reportedLag, session,
				askedAt, answeredAt, this.global);
	}

}
