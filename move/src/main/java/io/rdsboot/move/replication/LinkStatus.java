package io.rdsboot.move.replication;

import java.time.Duration;
import java.util.List;

import io.rdsboot.cluster.LogPosition;
import io.rdsboot.move.TableName;
import org.jspecify.annotations.Nullable;

/**
 * Snapshot of a {@link ReplicationLink}. Immutable.
 *
 * @param slot the slot on the side that is written to, or {@code null} if there is none
 * or that side does not answer
 * @param subscription the subscription on the other side, or {@code null} if there is
 * none or that side does not answer
 * @param problems sides that do not answer, and why
 */
public record LinkStatus(@Nullable Slot slot, @Nullable Subscription subscription, List<String> problems) {

	public LinkStatus {
		problems = List.copyOf(problems);
	}

	/**
	 * Whether all tables are copied, and changes flow at the moment.
	 */
	public boolean isFollowing() {
		return this.slot != null && this.slot.active() && this.subscription != null && this.subscription.running()
				&& this.subscription.tables().stream().allMatch(TableState::isSynchronized);
	}

	/**
	 * The slot, which keeps the log that the other side has not confirmed.
	 *
	 * @param active whether the other side is connected
	 * @param written how far the log is written
	 * @param confirmedFlush up to where the other side has stored all changes
	 * @param restart from where the log is kept
	 * @param retainedBytes log that is kept for the slot
	 * @param walStatus {@code reserved}, {@code extended}, {@code unreserved} or
	 * {@code lost}; {@code null} for a slot that is being made
	 * @param safeBytes log that can still be written before the server invalidates the
	 * slot, or {@code null} where {@code max_slot_wal_keep_size} sets no limit
	 * @param lag for how long the oldest change that is not confirmed has waited, at
	 * most; zero if all is confirmed. {@code null} until this process has seen the link
	 * for long enough to know
	 */
	public record Slot(boolean active, LogPosition written, LogPosition confirmedFlush, LogPosition restart,
			long retainedBytes, @Nullable String walStatus, @Nullable Long safeBytes, @Nullable Duration lag) {

		/**
		 * Return how many bytes of log the other side has not confirmed.
		 */
		public long lagBytes() {
			return Math.max(0, this.written.bytes() - this.confirmedFlush.bytes());
		}

		/**
		 * Whether the server has removed log that the other side needs, so that the
		 * tables must be copied again.
		 */
		public boolean isLost() {
			return "lost".equals(this.walStatus);
		}

	}

	/**
	 * The subscription.
	 *
	 * @param enabled whether it is to run
	 * @param running whether its worker runs. One that fails is started again each few
	 * seconds
	 * @param applyErrors how often changes could not be applied, or {@code null} before
	 * PostgreSQL 15
	 * @param syncErrors how often a table could not be copied, or {@code null} before
	 * PostgreSQL 15
	 * @param tables tables of the application's, ordered by name
	 */
	public record Subscription(boolean enabled, boolean running, @Nullable Long applyErrors, @Nullable Long syncErrors,
			List<TableState> tables) {

		public Subscription {
			tables = List.copyOf(tables);
		}

	}

	/**
	 * How far a table is.
	 *
	 * @param table the table
	 * @param state its state
	 * @param working whether a worker copies it at the moment
	 */
	public record TableState(TableName table, State state, boolean working) {

		/**
		 * Whether the first copy is there, and changes are applied by the subscription's
		 * worker.
		 */
		public boolean isSynchronized() {
			return this.state == State.SYNCHRONIZED || this.state == State.READY;
		}

	}

	/**
	 * State of a table, as {@code pg_subscription_rel.srsubstate} has it.
	 */
	public enum State {

		/** Not begun. */
		INITIAL,

		/** Its rows are being copied. */
		COPYING,

		/** Its rows are there, and changes since are being caught up with. */
		COPIED,

		/** As far as the other tables. */
		SYNCHRONIZED,

		/** Followed by the subscription's worker. */
		READY;

		static State of(String letter) {
			return switch (letter) {
				case "i" -> INITIAL;
				case "d" -> COPYING;
				case "f" -> COPIED;
				case "s" -> SYNCHRONIZED;
				case "r" -> READY;
				default -> throw new IllegalStateException("PostgreSQL has no table state '%s'".formatted(letter));
			};
		}

	}

}
