package io.rdsboot.move.shadow;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.rdsboot.move.Side;

/**
 * Meters of shadow reads: the counter {@code rds.move.shadow.reads}, tagged with the
 * {@code outcome}, and the timer {@code rds.move.shadow.answers}, tagged with the
 * {@code side}. Needs Micrometer. Thread-safe.
 */
public final class ShadowMetrics implements ShadowListener {

	private final Map<ShadowOutcome, Counter> outcomes = new EnumMap<>(ShadowOutcome.class);

	private final Map<Side, Timer> answers = new EnumMap<>(Side.class);

	/**
	 * Register the meters, so that all are there before the first read.
	 * @param registry where to
	 */
	public ShadowMetrics(MeterRegistry registry) {
		for (ShadowOutcome outcome : ShadowOutcome.values()) {
			this.outcomes.put(outcome,
					Counter.builder("rds.move.shadow.reads")
						.description("Reads that were noted to be asked of both sides, by what came of them")
						.tag("outcome", outcome.toString())
						.register(registry));
		}
		for (Side side : Side.values()) {
			this.answers.put(side,
					Timer.builder("rds.move.shadow.answers")
						.description("Time that a side took to answer a shadow read")
						.tag("side", side.toString())
						.register(registry));
		}
	}

	@Override
	public void answered(Side side, long nanos) {
		Objects.requireNonNull(this.answers.get(side)).record(nanos, TimeUnit.NANOSECONDS);
	}

	@Override
	public void ended(ShadowOutcome outcome) {
		Objects.requireNonNull(this.outcomes.get(outcome)).increment();
	}

}
