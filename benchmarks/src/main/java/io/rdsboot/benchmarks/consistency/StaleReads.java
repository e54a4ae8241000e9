package io.rdsboot.benchmarks.consistency;

import java.util.concurrent.atomic.LongAdder;

import io.rdsboot.benchmarks.report.Figure;

/**
 * How many reads there were, and how many missed what had been written before.
 * Thread-safe.
 */
final class StaleReads {

	private final LongAdder all = new LongAdder();

	private final LongAdder stale = new LongAdder();

	void add(boolean seen) {
		this.all.increment();
		if (!seen) {
			this.stale.increment();
		}
	}

	/**
	 * Returns the share of stale reads.
	 */
	private double share() {
		return this.stale.sum() / (double) Math.max(1, this.all.sum());
	}

	/**
	 * Returns the number as a figure that has to be zero.
	 */
	Figure none(String name) {
		return new Figure(name, (double) this.stale.sum(), 0, "of " + this.all.sum());
	}

	/**
	 * Returns the share as a figure to judge others by.
	 */
	Figure share(String name) {
		return Figure.withoutTarget(name, share(), "(%d of %d)".formatted(this.stale.sum(), this.all.sum()));
	}

	boolean isEmpty() {
		return this.stale.sum() == 0;
	}

}
