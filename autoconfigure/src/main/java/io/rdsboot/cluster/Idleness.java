package io.rdsboot.cluster;

import java.time.Duration;

/**
 * How long the database has not been used, in steps that say how it is watched.
 * Thread-safe.
 */
final class Idleness {

	/**
	 * How many times within the idle time-out it is asked whether something was borrowed.
	 */
	private static final int TICKS = 10;

	private final BorrowActivity activity;

	private final Duration timeout;

	private int idleTicks;

	private volatile Stage stage = Stage.USED;

	/**
	 * Create it for a database that is used.
	 * @param activity tells of borrows
	 * @param timeout how long nothing may be borrowed before watching slows down; after
	 * twice that it ceases
	 * @param resumed called when the database is used again; must not block
	 */
	Idleness(BorrowActivity activity, Duration timeout, Runnable resumed) {
		this.activity = activity;
		this.timeout = timeout;
		activity.onResumption(() -> {
			if (resume()) {
				resumed.run();
			}
		});
	}

	Duration tickInterval() {
		return this.timeout.dividedBy(TICKS);
	}

	/**
	 * Count one tick, and return the stage that follows.
	 */
	synchronized Stage tick() {
		this.idleTicks = this.activity.rest() ? 0 : this.idleTicks + 1;
		if (this.idleTicks >= 2 * TICKS) {
			this.stage = Stage.ASLEEP;
		}
		else {
			this.stage = (this.idleTicks >= TICKS) ? Stage.SLOW : Stage.USED;
		}
		return this.stage;
	}

	private synchronized boolean resume() {
		Stage before = this.stage;
		this.idleTicks = 0;
		this.stage = Stage.USED;
		return before != Stage.USED;
	}

	Stage stage() {
		return this.stage;
	}

	/**
	 * Step of idleness.
	 */
	enum Stage {

		/** Watched as often as configured. */
		USED,

		/** Watched now and then. */
		SLOW,

		/** Not watched, and no connection is open. */
		ASLEEP

	}

}
