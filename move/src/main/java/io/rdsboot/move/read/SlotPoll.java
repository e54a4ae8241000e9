package io.rdsboot.move.read;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import javax.sql.DataSource;

import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.poll.WalPages;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the source how far its log is and what a slot has confirmed, over one connection.
 * Not thread-safe.
 */
final class SlotPoll {

	private static final Logger logger = LoggerFactory.getLogger(SlotPoll.class);

	/**
	 * The insert position, because a commit with {@code synchronous_commit = off} is
	 * acknowledged before it is on disk, which takes up to three times
	 * {@code wal_writer_delay}. But what is no commit may stay there for as long as
	 * nothing else is written, so that nobody ever confirms it; hence the position on
	 * disk as well. A slot of another database is another one, even if it has the name.
	 */
	private static final String QUESTION = """
			SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint,
				(pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint,
				3 * extract(epoch FROM current_setting('wal_writer_delay')::interval),
				(SELECT (confirmed_flush_lsn - '0/0'::pg_lsn)::bigint FROM pg_replication_slots
					WHERE slot_name = ? AND database = current_database() AND wal_status IS DISTINCT FROM 'lost'),
				pg_size_bytes(current_setting('wal_block_size')),
				pg_size_bytes(current_setting('wal_segment_size'))""";

	private final DataSource source;

	private final String slot;

	private final Duration timeout;

	private @Nullable Connection connection;

	SlotPoll(DataSource source, String slot, Duration timeout) {
		this.source = source;
		this.slot = slot;
		this.timeout = timeout;
	}

	/**
	 * Ask.
	 * @return the answer, or {@code null} if there is no such slot
	 */
	@Nullable Answer ask() throws SQLException {
		try (PreparedStatement statement = connection().prepareStatement(QUESTION)) {
			statement.setString(1, this.slot);
			try (ResultSet answer = statement.executeQuery()) {
				answer.next();
				long confirmed = answer.getLong(4);
				if (answer.wasNull()) {
					return null;
				}
				WalPages pages = new WalPages(answer.getLong(5), answer.getLong(6));
				return new Answer(new LogPosition(pages.endOfReplay(answer.getLong(1))),
						new LogPosition(answer.getLong(2)), (long) (answer.getDouble(3) * 1e9),
						new LogPosition(confirmed));
			}
		}
	}

	private Connection connection() throws SQLException {
		Connection current = this.connection;
		if (current == null) {
			current = this.source.getConnection();
			this.connection = current;
			current.setAutoCommit(true);
			// A server that is frozen answers no time-out of its own.
			current.setNetworkTimeout(Runnable::run, Math.toIntExact(this.timeout.multipliedBy(2).toMillis()));
			try (Statement statement = current.createStatement()) {
				statement.execute("SET statement_timeout = " + this.timeout.toMillis());
			}
		}
		return current;
	}

	void close() {
		Connection current = this.connection;
		this.connection = null;
		if (current != null) {
			try {
				current.close();
			}
			catch (SQLException ex) {
				logger.debug("A connection to the source did not close", ex);
			}
		}
	}

	/**
	 * Answer of the source.
	 *
	 * @param written where its log ends
	 * @param flushed where what is on its disk ends
	 * @param delayNanos after which time, at most, a commit that was acknowledged is on
	 * disk
	 * @param confirmed what the slot's reader has confirmed
	 */
	record Answer(LogPosition written, LogPosition flushed, long delayNanos, LogPosition confirmed) {

	}

}
