package io.rdsboot.cluster.watch;

import java.time.Duration;

import io.rdsboot.cluster.watch.InstanceWatch.Attention;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long the database has not been used, in steps that say how it is watched.
 * Thread-safe.
 */
final class Idleness {

	private static final Logger logger = LoggerFactory.getLogger(TopologyMonitor.class);

	/**
	 * How many times within the idle time-out it is asked whether something was borrowed.
	 */
	private static final int TICKS = 10;

	private final BorrowActivity activity;

	private final Duration timeout;

	private int idleTicks;

	private volatile Attention attention = Attention.NORMAL;

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
	 * Count one tick, and log the step that it leads to.
	 * @return whether the watches must not wait for their turn to hear of it
	 */
	boolean tick() {
		Attention before = this.attention;
		Attention now = count();
		if (before == now) {
			return false;
		}
		if (now == Attention.SLOW) {
			logger.info("The database is not used, and is watched each {} s only", WatchIntervals.SLOW.toSeconds());
		}
		else if (now == Attention.ASLEEP) {
			logger.info("The database is not used, and is not watched before it is used again");
		}
		return now != Attention.SLOW;
	}

	private synchronized Attention count() {
		this.idleTicks = this.activity.rest() ? 0 : this.idleTicks + 1;
		if (this.idleTicks >= 2 * TICKS) {
			this.attention = Attention.ASLEEP;
		}
		else {
			this.attention = (this.idleTicks >= TICKS) ? Attention.SLOW : Attention.NORMAL;
		}
		return this.attention;
	}

	private synchronized boolean resume() {
		Attention before = this.attention;
		this.idleTicks = 0;
		this.attention = Attention.NORMAL;
		return before != Attention.NORMAL;
	}

	/**
	 * Return how much the instances are worth watching, while there is a writer.
	 */
	Attention attention() {
		return this.attention;
	}

}
