package io.rdsboot.move.replication;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.cluster.LogPosition;
import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;
import io.rdsboot.move.TableName;
import io.rdsboot.move.replication.LinkStatus.Slot;
import io.rdsboot.move.replication.LinkStatus.State;
import io.rdsboot.move.replication.LinkStatus.Subscription;
import io.rdsboot.move.replication.LinkStatus.TableState;
import org.jspecify.annotations.Nullable;

/**
 * Asks both sides of a link how far it is. Thread-safe.
 */
final class LinkStatusQuery {

	private static final int FIRST_WITH_STATISTICS = 15;

	private final LinkNames names;

	private final LagClock clock = new LagClock();

	LinkStatusQuery(LinkNames names) {
		this.names = names;
	}

	@Nullable Slot slot(MoveSession from) throws SQLException {
		long nanos = System.nanoTime();
		return from.row(
				"""
						SELECT active, (pg_current_wal_lsn() - '0/0')::bigint,
							(coalesce(confirmed_flush_lsn, '0/0') - '0/0')::bigint, (coalesce(restart_lsn, '0/0') - '0/0')::bigint,
							coalesce(pg_current_wal_lsn() - restart_lsn, 0)::bigint, wal_status, safe_wal_size
						FROM pg_replication_slots WHERE slot_name = ?""",
				(row) -> {
					LogPosition written = new LogPosition(row.getLong(2));
					LogPosition confirmed = new LogPosition(row.getLong(3));
					return new Slot(row.getBoolean(1), written, confirmed, new LogPosition(row.getLong(4)),
							Math.max(0, row.getLong(5)), row.getString(6), row.getObject(7, Long.class),
							this.clock.lag(written, confirmed, nanos));
				}, this.names.slot());
	}

	@Nullable Subscription subscription(MoveSession to) throws SQLException {
		List<TableState> tables = to
			.rows("""
					SELECT n.nspname, c.relname, r.srsubstate, w.pid IS NOT NULL
					FROM pg_subscription s JOIN pg_subscription_rel r ON r.srsubid = s.oid
					JOIN pg_class c ON c.oid = r.srrelid JOIN pg_namespace n ON n.oid = c.relnamespace
					LEFT JOIN pg_stat_subscription w ON w.subid = s.oid AND w.relid = r.srrelid
					WHERE %s AND n.nspname <> ? ORDER BY 1, 2""".formatted(OURS),
					(row) -> new TableState(new TableName(row.getString(1), row.getString(2)),
							State.of(row.getString(3)), row.getBoolean(4)),
					this.names.subscription(), MoveDatabase.SCHEMA);
		boolean counted = to.version() >= FIRST_WITH_STATISTICS;
		return to.row(
				"""
						SELECT s.subenabled,
							EXISTS (SELECT FROM pg_stat_subscription w WHERE w.subid = s.oid AND w.relid IS NULL AND w.pid IS NOT NULL),
							%s FROM pg_subscription s %s WHERE %s"""
					.formatted(counted ? "e.apply_error_count, e.sync_error_count" : "NULL::bigint, NULL::bigint",
							counted ? "LEFT JOIN pg_stat_subscription_stats e ON e.subid = s.oid" : "", OURS),
				(row) -> new Subscription(row.getBoolean(1), row.getBoolean(2), row.getObject(3, Long.class),
						row.getObject(4, Long.class), tables),
				this.names.subscription());
	}

	/**
	 * Condition on {@code pg_subscription s}, whose names are unique in a database only.
	 */
	static final String OURS = "s.subname = ? AND s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())";

	LinkStatus status(Opening fromOpening, Opening toOpening) {
		List<String> problems = new ArrayList<>();
		Slot slot = null;
		try (MoveSession from = fromOpening.open()) {
			slot = slot(from);
		}
		catch (SQLException ex) {
			problems.add(String.valueOf(ex.getMessage()));
		}
		Subscription subscription = null;
		try (MoveSession to = toOpening.open()) {
			subscription = subscription(to);
		}
		catch (SQLException ex) {
			problems.add(String.valueOf(ex.getMessage()));
		}
		return new LinkStatus(slot, subscription, problems);
	}

	/**
	 * Opens a session.
	 */
	interface Opening {

		MoveSession open() throws SQLException;

	}

}
