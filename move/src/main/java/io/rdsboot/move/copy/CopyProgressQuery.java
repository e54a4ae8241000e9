package io.rdsboot.move.copy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.rdsboot.move.MoveSession;
import io.rdsboot.move.TableName;
import io.rdsboot.move.copy.CopyJournal.CopiedTable;
import io.rdsboot.move.copy.CopyProgress.State;
import io.rdsboot.move.copy.CopyProgress.TableProgress;
import io.rdsboot.move.replication.LinkStatus;
import org.jspecify.annotations.Nullable;

/**
 * Asks the target how far a copy is.
 */
final class CopyProgressQuery {

	private final long maxRetainedBytes;

	CopyProgressQuery(long maxRetainedBytes) {
		this.maxRetainedBytes = maxRetainedBytes;
	}

	CopyProgress ask(MoveSession inTarget, LinkStatus status) throws SQLException {
		CopyJournal journal = new CopyJournal(inTarget);
		if (!journal.exists()) {
			return new CopyProgress(State.NOT_STARTED, null, List.of(), List.of(), 0, null, 0);
		}
		List<TableProgress> tables = tables(inTarget, journal.tables(), status.subscription());
		List<String> indexes = new DroppedIndexes(inTarget).names();
		String reason = journal.stopped();
		boolean lost = journal.isSubscribed() && status.problems().isEmpty()
				&& (status.slot() == null || status.slot().isLost() || status.subscription() == null);
		State state = state(reason != null || lost, tables, indexes);
		if (reason == null) {
			reason = lost ? "The replication slot or the subscription is gone, or has lost changes." : warning(status);
		}
		long copied = tables.stream().mapToLong(TableProgress::copiedBytes).sum();
		long total = tables.stream().mapToLong(TableProgress::bytes).sum();
		long rate = (state == State.COPYING) ? copied * 1000 / Math.max(1, journal.elapsed().toMillis()) : 0;
		return new CopyProgress(state, reason, tables, indexes, rate, left(state, total - copied, rate),
				(status.slot() != null) ? status.slot().retainedBytes() : 0);
	}

	private static State state(boolean stopped, List<TableProgress> tables, List<String> indexes) {
		if (stopped) {
			return State.STOPPED;
		}
		boolean synchronised = tables.stream()
			.allMatch((table) -> table.state() == LinkStatus.State.SYNCHRONIZED
					|| table.state() == LinkStatus.State.READY);
		if (!synchronised) {
			return State.COPYING;
		}
		return indexes.isEmpty() ? State.DONE : State.INDEXING;
	}

	private @Nullable String warning(LinkStatus status) {
		if (!status.problems().isEmpty()) {
			return String.join(" ", status.problems());
		}
		LinkStatus.Slot slot = status.slot();
		if (slot == null) {
			return null;
		}
		if (slot.retainedBytes() > this.maxRetainedBytes / 2) {
			return "The source keeps %,d bytes of log for the copy, which is stopped at %,d."
				.formatted(slot.retainedBytes(), this.maxRetainedBytes);
		}
		if (slot.safeBytes() != null && slot.safeBytes() < slot.retainedBytes()) {
			return "The source keeps %,d bytes of log for the copy, and gives it up after %,d more (max_slot_wal_keep_size)."
				.formatted(slot.retainedBytes(), Math.max(0, slot.safeBytes()));
		}
		return null;
	}

	private static @Nullable Duration left(State state, long bytes, long rate) {
		if (state == State.INDEXING || state == State.DONE) {
			return Duration.ZERO;
		}
		return (rate > 0) ? Duration.ofSeconds(bytes / rate) : null;
	}

	private static List<TableProgress> tables(MoveSession inTarget, List<CopiedTable> tables,
			LinkStatus.@Nullable Subscription subscription) throws SQLException {
		Map<TableName, Long> running = inTarget
			.rows("""
					SELECT n.nspname, c.relname, p.tuples_processed FROM pg_stat_progress_copy p
					JOIN pg_class c ON c.oid = p.relid JOIN pg_namespace n ON n.oid = c.relnamespace
					WHERE p.datname = current_database() AND p.command = 'COPY FROM'""",
					(row) -> Map.entry(new TableName(row.getString(1), row.getString(2)), row.getLong(3)))
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Math::max));
		Map<TableName, LinkStatus.State> states = (subscription == null) ? Map.of()
				: subscription.tables()
					.stream()
					.collect(Collectors.toMap(LinkStatus.TableState::table, LinkStatus.TableState::state));
		return tables.stream().map((each) -> {
			LinkStatus.State state = states.getOrDefault(each.table(), LinkStatus.State.INITIAL);
			TableProgress started = new TableProgress(each.table(), state, running.getOrDefault(each.table(), 0L),
					each.rows(), each.bytes());
			return started.isCopied() ? new TableProgress(each.table(), state, each.rows(), each.rows(), each.bytes())
					: started;
		}).toList();
	}

}
