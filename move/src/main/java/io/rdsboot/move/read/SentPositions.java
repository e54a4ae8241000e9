package io.rdsboot.move.read;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.LogProgress;
import org.jspecify.annotations.Nullable;

/**
 * Positions of the source's log with the times by which they included all commits, until
 * the target confirms them. That turns a confirmed position into a time. Not thread-safe.
 */
final class SentPositions {

	private static final int CAPACITY = 256;

	private final Deque<Sent> waiting = new ArrayDeque<>();

	private @Nullable Sent last;

	/**
	 * Note a sample.
	 * @param written what the source had written by the time
	 * @param time before the sample was asked for
	 * @param confirmed what the target has confirmed
	 * @return the progress of the target; its lag is {@code null} until it has confirmed
	 * a position that was sampled before
	 */
	LogProgress confirm(LogPosition written, long time, LogPosition confirmed) {
		if (this.waiting.size() == CAPACITY) {
			thin();
		}
		this.waiting.addLast(new Sent(written, time));
		while (!this.waiting.isEmpty() && confirmed.includes(this.waiting.getFirst().position())) {
			this.last = this.waiting.removeFirst();
		}
		Sent reached = this.last;
		if (reached == null) {
			return new LogProgress(confirmed, time, 0, null);
		}
		return new LogProgress(confirmed, time, reached.time(), Duration.ofNanos(time - reached.time()));
	}

	/**
	 * Forget each other position. That makes the times coarser, never wrong.
	 */
	private void thin() {
		Iterator<Sent> each = this.waiting.iterator();
		while (each.hasNext()) {
			each.next();
			if (each.hasNext()) {
				each.next();
				each.remove();
			}
		}
	}

	/**
	 * Forget all, because the slot may be another one when it is looked at next.
	 */
	void clear() {
		this.waiting.clear();
		this.last = null;
	}

	private record Sent(LogPosition position, long time) {

	}

}
