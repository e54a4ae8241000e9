package io.rdsboot.move.verify;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import io.rdsboot.move.verify.VerificationRun.StoppedException;
import org.jspecify.annotations.Nullable;

/**
 * Waits until the target has applied all that was visible on the source.
 */
final class ReplicationFence {

	private static final Duration POLL = Duration.ofMillis(25);

	private final VerifiedDatabase source;

	private final VerificationOptions options;

	private final VerificationRun run;

	ReplicationFence(VerifiedDatabase source, VerificationOptions options, VerificationRun run) {
		this.source = source;
		this.options = options;
		this.run = run;
	}

	/**
	 * Fail early if there is no such slot.
	 */
	void check() throws SQLException {
		String slot = this.options.slot();
		if (slot == null) {
			return;
		}
		List<String> slots = this.source.texts(
				"SELECT slot_name::text FROM pg_replication_slots WHERE slot_type = 'logical' AND database = current_database()");
		if (!slots.contains(slot)) {
			throw new IllegalArgumentException(
					"logical replication slot '%s' does not exist on the source, whose slots are %s. Give the slot of the target's subscription"
						.formatted(slot, slots));
		}
	}

	/**
	 * Wait until the target has applied what is visible on the source now.
	 * @return {@code null}, or why the target did not get there in time
	 */
	@Nullable String awaitTarget() throws SQLException, StoppedException {
		if (this.options.slot() == null) {
			return null;
		}
		long position = this.source.markLog();
		long deadline = System.nanoTime() + this.options.lagTimeout().toNanos();
		while (true) {
			List<List<String>> slot = this.source.rows("""
					SELECT (confirmed_flush_lsn - '0/0'::pg_lsn)::text, active::text FROM pg_replication_slots
					WHERE slot_name = ?""", this.options.slot());
			if (slot.isEmpty()) {
				return "the slot %s has been dropped".formatted(this.options.slot());
			}
			String confirmed = slot.get(0).get(0);
			if (!confirmed.isEmpty() && Long.parseLong(confirmed) >= position) {
				return null;
			}
			if (System.nanoTime() - deadline > 0) {
				return "the target did not reach the source's position in %d ms%s".formatted(
						this.options.lagTimeout().toMillis(),
						slot.get(0).get(1).equals("true") ? "" : ", and nobody reads the slot");
			}
			this.run.pause(POLL);
		}
	}

}
