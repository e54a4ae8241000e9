package io.rdsboot.benchmarks.rotation;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.rdsboot.benchmarks.report.Ratios;

/**
 * How a pool got through rotations. Not thread-safe.
 */
final class RotationOutcome {

	private final Borrows borrows = new Borrows();

	private final Ratios p99 = new Ratios();

	private long lookUps;

	private Duration time = Duration.ZERO;

	/**
	 * Adds one rotation.
	 * @param rotation the borrows while it ran
	 * @param reference the borrows in as much time before it
	 * @param lookUps how often Secrets Manager was asked
	 * @param time how long it took in real time
	 */
	void add(Borrows rotation, Borrows reference, long lookUps, Duration time) {
		this.borrows.add(rotation);
		this.p99.add(rotation.p99(), reference.p99());
		this.lookUps += lookUps;
		this.time = this.time.plus(time);
	}

	long failed() {
		return this.borrows.failed();
	}

	/**
	 * Returns the borrows in words: how many there were, and how long the longest took.
	 */
	String borrows() {
		return String.format(Locale.ROOT, "%d borrows, the longest %.3f s", this.borrows.count(),
				this.borrows.longest() / (double) TimeUnit.SECONDS.toNanos(1));
	}

	double lookUpsASecond() {
		return this.lookUps * (double) TimeUnit.SECONDS.toNanos(1) / this.time.toNanos();
	}

	/**
	 * Returns p99 of a borrow with a rotation, divided by p99 without.
	 */
	Ratios p99() {
		return this.p99;
	}

}
