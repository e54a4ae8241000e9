package io.rdsboot.test.server;

import java.time.Duration;
import java.util.Objects;

import io.rdsboot.test.process.Deadline;
import io.rdsboot.test.process.LocalRdsException;

/**
 * Streaming replication between the servers of a cluster, as SQL can see and steer it.
 */
public final class Replication {

	private static final Duration PROMOTION_LIMIT = Duration.ofSeconds(30);

	private static final Duration FOLLOW_LIMIT = Duration.ofSeconds(5);

	private final AdminClient client;

	public Replication(AdminClient client) {
		this.client = client;
	}

	public String writtenPosition(DatabaseServer writer) {
		return position(writer, "pg_current_wal_lsn()");
	}

	/**
	 * Whether a reader has replayed a position of its writer.
	 * @param reader the reader
	 * @param position the position
	 * @return whether sessions of the reader see all that was written up to there
	 */
	public boolean hasReplayed(DatabaseServer reader, String position) {
		return isTrue(reader, "SELECT pg_last_wal_replay_lsn() >= '%s'::pg_lsn".formatted(position));
	}

	public String replayedPosition(DatabaseServer reader) {
		return position(reader, "pg_last_wal_replay_lsn()");
	}

	/**
	 * Number of bytes of the write-ahead log that a reader has, replayed or not.
	 * @param reader the reader
	 * @return a number that grows with what the reader knows
	 */
	public long receivedBytes(DatabaseServer reader) {
		return Long.parseLong(position(reader,
				"pg_wal_lsn_diff(greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), '0/0')::bigint"));
	}

	private String position(DatabaseServer server, String expression) {
		return Objects.requireNonNullElse(this.client.query(server, "SELECT " + expression), "0/0");
	}

	/**
	 * Promotes a reader, and returns as soon as it takes writes.
	 * @param reader the reader
	 */
	public void promote(DatabaseServer reader) {
		// The function's own wait looks ten times a second only.
		this.client.execute(reader, "postgres", "SELECT pg_promote(false)");
		if (!this.client.await(reader, "SELECT NOT pg_is_in_recovery()", PROMOTION_LIMIT)) {
			throw new LocalRdsException(
					"%s was not promoted within %d s".formatted(reader.name(), PROMOTION_LIMIT.toSeconds()));
		}
	}

	/**
	 * Sets how long a server holds back what its writer has committed.
	 * @param server the server, which ignores it as a writer
	 * @param lag the lag
	 */
	public void lag(DatabaseServer server, Duration lag) {
		String isSet = "SELECT setting = '%d' FROM pg_settings WHERE name = '%s'".formatted(lag.toMillis(),
				ReplicationLag.PARAMETER);
		if (isTrue(server, isSet)) {
			return;
		}
		this.client.execute(server, "postgres",
				"ALTER SYSTEM SET %s = '%dms'".formatted(ReplicationLag.PARAMETER, lag.toMillis()),
				"SELECT pg_reload_conf()");
		if (!this.client.await(server, isSet, FOLLOW_LIMIT)) {
			throw new LocalRdsException(
					"%s has not taken over the lag of %s within %s".formatted(server.name(), lag, FOLLOW_LIMIT));
		}
	}

	public void pause(DatabaseServer reader, Duration lag) {
		this.client.execute(reader, "postgres", "SELECT pg_wal_replay_pause()");
		// The call asks for a pause, which begins with the next record.
		if (!Deadline.after(FOLLOW_LIMIT.plus(lag))
			.await(() -> isTrue(reader, "SELECT pg_get_wal_replay_pause_state() = 'paused'"))) {
			throw new LocalRdsException("%s did not pause its replay within %s".formatted(reader.name(), FOLLOW_LIMIT));
		}
	}

	public void resume(DatabaseServer reader) {
		this.client.execute(reader, "postgres", "SELECT pg_wal_replay_resume()");
	}

	public boolean isPaused(DatabaseServer reader) {
		return isTrue(reader, "SELECT pg_is_wal_replay_paused()");
	}

	/**
	 * Makes a standby follow another writer, while its sessions go on.
	 * @param reader the standby
	 * @param writer the server to follow
	 * @return whether the reader receives from that writer; it cannot when it has
	 * received more of the former writer's log than the new writer had
	 */
	public boolean follow(DatabaseServer reader, DatabaseServer writer) {
		this.client.execute(reader, "postgres",
				"ALTER SYSTEM SET primary_conninfo = " + SqlQuotes.literal(reader.connectionInfo(writer)),
				"SELECT pg_reload_conf()");
		return Deadline.after(FOLLOW_LIMIT).await(() -> isFollowing(reader, writer));
	}

	/**
	 * Ends what a writer sends to a reader that takes nothing: it would wait for that
	 * reader before it stops.
	 * @param writer the writer
	 * @param reader the reader
	 */
	public void disconnect(DatabaseServer writer, DatabaseServer reader) {
		this.client.execute(writer, "postgres",
				"SELECT pg_terminate_backend(pid) FROM pg_stat_replication WHERE application_name = "
						+ SqlQuotes.literal(reader.name()));
	}

	/**
	 * A writer also sends the end of its former timeline, to readers that cannot go on to
	 * its present one.
	 */
	private boolean isFollowing(DatabaseServer reader, DatabaseServer writer) {
		String timeline = this.client.query(writer,
				"SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int");
		return isTrue(reader,
				"SELECT EXISTS (SELECT FROM pg_stat_wal_receiver WHERE received_tli = %s)".formatted(timeline))
				&& isTrue(writer, ("SELECT EXISTS (SELECT FROM pg_stat_replication WHERE application_name = '%s'"
						+ " AND state = 'streaming')")
					.formatted(reader.name()));
	}

	private boolean isTrue(DatabaseServer server, String query) {
		return "t".equals(this.client.query(server, query));
	}

}
