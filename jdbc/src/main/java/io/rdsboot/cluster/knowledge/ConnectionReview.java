package io.rdsboot.cluster.knowledge;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Decides when a watch is to connect anew, because the address of its instance may lead
 * to another server than the one that its connection was opened to. Each time is a login,
 * so that the pauses are long where nothing speaks for it. Not thread-safe.
 */
final class ConnectionReview {

	/**
	 * Pause where something speaks for another server, or the address of the writer leads
	 * to none while there is no writer.
	 */
	static final Duration SUSPECT = Duration.ofSeconds(1);

	/**
	 * Pause of other addresses while there is no writer, and of those that lead to
	 * another cluster.
	 */
	static final Duration UNSETTLED = Duration.ofSeconds(5);

	private final long routineNanos;

	private final Map<WatchedInstance, Long> renewedAt = new HashMap<>();

	/**
	 * When the address of the writer was last seen to lead to another server.
	 */
	private long movedAt;

	private boolean moved;

	/**
	 * Create a review.
	 * @param routine how long a connection serves where nothing speaks against it
	 */
	ConnectionReview(Duration routine) {
		this.routineNanos = routine.toNanos();
	}

	/**
	 * Take note that the writer's address leads to another server than before: the others
	 * may do so as well.
	 */
	void writerMoved(long now) {
		this.movedAt = now;
		this.moved = true;
	}

	/**
	 * Forget what concerns instances that are gone.
	 */
	void retain(Set<WatchedInstance> present) {
		this.renewedAt.keySet().retainAll(present);
	}

	/**
	 * Return whether an instance is to be asked over a new connection now, and take note
	 * of it if so.
	 * @param instance the instance
	 * @param own whether it belongs to the cluster
	 * @param contradicted whether others contradict it
	 * @param writerKnown whether there is a writer that can be reached
	 * @param now the time by the monitor's clock
	 */
	boolean isDue(WatchedInstance instance, boolean own, boolean contradicted, boolean writerKnown, long now) {
		if (instance.instance().fixedRole() != null || instance.presentAnswer() == null) {
			return false;
		}
		Long renewed = this.renewedAt.get(instance);
		long idle = (renewed != null) ? now - renewed : Long.MAX_VALUE;
		boolean suspect = contradicted || instance.isDoubted() || isOlderThanMove(instance);
		boolean due = suspect ? idle >= SUSPECT.toNanos()
				: Math.min(idle, now - instance.connectedAt()) >= pause(instance, own, writerKnown);
		if (due) {
			this.renewedAt.put(instance, now);
		}
		return due;
	}

	private boolean isOlderThanMove(WatchedInstance instance) {
		return this.moved && instance.connectedAt() - this.movedAt < 0;
	}

	private long pause(WatchedInstance instance, boolean own, boolean writerKnown) {
		if (!writerKnown && instance.isConfiguredWriter() && !instance.claimsWriter()) {
			return SUSPECT.toNanos();
		}
		return (writerKnown && own) ? this.routineNanos : UNSETTLED.toNanos();
	}

}
