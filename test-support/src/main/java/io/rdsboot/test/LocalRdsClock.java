package io.rdsboot.test;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.rdsboot.test.process.Deadline;
import io.rdsboot.test.process.LocalRdsException;

/**
 * The clock of a {@link LocalRdsCluster}: the system's, and what a test has moved it on.
 * Thread-safe.
 * <p>
 * Clients sign with the system's clock. So what was signed before the clock was moved
 * ages with it, and what is signed afterwards is new, although the client knows nothing
 * of this clock.
 */
public final class LocalRdsClock implements InstantSource {

	private final InstantSource system;

	private final List<Advance> advances = new CopyOnWriteArrayList<>();

	LocalRdsClock(InstantSource system) {
		this.system = system;
	}

	/**
	 * Moves the clock on. Signatures carry whole seconds: this returns with the next full
	 * second, so that those made before are older and those made afterwards are not.
	 * @param duration by how much, more than zero
	 */
	public synchronized void advance(Duration duration) {
		if (duration.isZero() || duration.isNegative()) {
			throw new IllegalArgumentException(
					"The clock cannot be advanced by %s: the duration must be more than zero".formatted(duration));
		}
		Instant nextSecond = this.system.instant().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
		this.advances.add(new Advance(nextSecond, duration));
		if (!Deadline.after(Duration.ofSeconds(5)).await(() -> !this.system.instant().isBefore(nextSecond))) {
			throw new LocalRdsException("The system's clock has not reached %s within 5 s".formatted(nextSecond));
		}
	}

	@Override
	public Instant instant() {
		return this.system.instant().plus(advancedSince(Instant.MIN));
	}

	/**
	 * How old something is.
	 * @param time when it was made, by the system's clock
	 * @return its age by this clock, negative for what is to come
	 */
	Duration age(Instant time) {
		return Duration.between(time, this.system.instant()).plus(advancedSince(time));
	}

	private Duration advancedSince(Instant time) {
		return this.advances.stream()
			.filter((advance) -> advance.at().isAfter(time))
			.map(Advance::duration)
			.reduce(Duration.ZERO, Duration::plus);
	}

	@Override
	public String toString() {
		return "LocalRdsClock[" + instant() + "]";
	}

	private record Advance(Instant at, Duration duration) {
	}

}
