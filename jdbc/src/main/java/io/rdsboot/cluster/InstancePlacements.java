package io.rdsboot.cluster;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * Source of the current {@link InstancePlacement}, which changes as zones and members of
 * groups become known. Thread-safe.
 */
public final class InstancePlacements {

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	private volatile InstancePlacement current;

	/**
	 * Begin with what is configured.
	 */
	public InstancePlacements(InstancePlacement configured) {
		this.current = configured;
	}

	/**
	 * Return the newest snapshot, without waiting for anything.
	 */
	public InstancePlacement current() {
		return this.current;
	}

	/**
	 * Register a listener.
	 * @param listener called after each change, on the thread that made it; must not
	 * block
	 */
	public void addListener(Runnable listener) {
		this.listeners.add(listener);
	}

	/**
	 * Change what is known. Listeners are called if that makes a difference.
	 * @param change makes the next snapshot from the present one
	 */
	public void update(UnaryOperator<InstancePlacement> change) {
		boolean changed;
		synchronized (this.listeners) {
			InstancePlacement next = change.apply(this.current);
			changed = !next.equals(this.current);
			this.current = next;
		}
		if (changed) {
			this.listeners.forEach(Runnable::run);
		}
	}

}
