package io.rdsboot.move.read;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

import io.rdsboot.cluster.LogPosition;
import org.jspecify.annotations.Nullable;

/**
 * Positions of the source's log with the times by which they included all commits, until
 * the target confirms them. That turns a confirmed position into a time. Not thread-safe.
 */
final class SentPositions {

	private static final int CAPACITY = 256;

	private final Deque<Sent> waiting = new ArrayDeque<>();

	private @Nullable Long reached;

	/**
	 * Note a sample.
	 * @param position a position that includes all commits until the time
	 * @param time the time
	 * @param confirmed what the target has confirmed
	 * @return the newest time whose commits the target has, or {@code null} until it has
	 * confirmed a position that was noted
	 */
	@Nullable Long confirm(LogPosition position, long time, LogPosition confirmed) {
		if (this.waiting.size() == CAPACITY) {
			thin();
		}
		this.waiting.addLast(new Sent(position, time));
		while (!this.waiting.isEmpty() && confirmed.includes(this.waiting.getFirst().position())) {
			this.reached = this.waiting.removeFirst().time();
		}
		return this.reached;
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
		this.reached = null;
	}

	private record Sent(LogPosition position, long time) {

	}

}
