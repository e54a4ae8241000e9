package io.rdsboot.move.replication;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import io.rdsboot.cluster.LogPosition;
import org.jspecify.annotations.Nullable;

/**
 * Remembers when a log was how long, and so tells how old the first byte beyond a
 * position is. The server cannot tell: {@code pg_stat_replication.flush_lag} keeps the
 * last value of a link that is idle, and has none for one that is not connected.
 * Thread-safe.
 */
final class LagClock {

	private static final int LONGEST = 3600;

	private final Deque<Sample> samples = new ArrayDeque<>();

	/**
	 * Add what was seen.
	 * @param written how long the log is
	 * @param confirmed up to where the other side has it
	 * @param nanos time of a monotonic clock before the log was looked at
	 * @return for how long the log beyond {@code confirmed} has waited at most, or
	 * {@code null} if it is older than the first sample
	 */
	synchronized @Nullable Duration lag(LogPosition written, LogPosition confirmed, long nanos) {
		Sample last = this.samples.peekLast();
		if (last != null && written.compareTo(last.written()) < 0) {
			this.samples.clear();
		}
		// What was confirmed later than a sample was written in full before it.
		Sample before = null;
		while (!this.samples.isEmpty() && confirmed.includes(this.samples.getFirst().written())) {
			before = this.samples.removeFirst();
		}
		if (before != null) {
			this.samples.addFirst(before);
		}
		this.samples.addLast(new Sample(written, nanos));
		if (this.samples.size() > LONGEST) {
			thin();
		}
		if (confirmed.includes(written)) {
			return Duration.ZERO;
		}
		return (before != null) ? Duration.ofNanos(Math.max(0, nanos - before.nanos())) : null;
	}

	/**
	 * Keep each second sample, and the first: the lag is an upper bound still.
	 */
	private void thin() {
		int[] number = { 0 };
		this.samples.removeIf((sample) -> number[0]++ % 2 == 1);
	}

	private record Sample(LogPosition written, long nanos) {

	}

}
