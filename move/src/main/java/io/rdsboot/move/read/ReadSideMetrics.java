package io.rdsboot.move.read;

import java.util.EnumMap;
import java.util.Map;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Meter of decisions: {@code rds.move.reads}, tagged with the {@code side} that serves
 * and the {@code reason}. Needs Micrometer. Thread-safe.
 */
public final class ReadSideMetrics implements ReadSideListener {

	private final Map<ReadSide, Counter> counters = new EnumMap<>(ReadSide.class);

	/**
	 * Register a counter for each decision, so that all are there before the first read.
	 * @param registry where to
	 */
	public ReadSideMetrics(MeterRegistry registry) {
		for (ReadSide decision : ReadSide.values()) {
			this.counters.put(decision,
					Counter.builder("rds.move.reads")
						.description("Reads while a database moves, by the side that serves and the reason for it")
						.tag("side", decision.side().toString())
						.tag("reason", decision.reason().toString())
						.register(registry));
		}
	}

	@Override
	public void decided(ReadSide decision) {
		Counter counter = this.counters.get(decision);
		if (counter != null) {
			counter.increment();
		}
	}

}
