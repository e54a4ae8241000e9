package io.rdsboot.move.autoconfigure;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.rdsboot.move.Side;
import io.rdsboot.move.routing.WriteGate;

/**
 * Meters of a move: the gauge {@code rds.move.writer}, which is 1 for the {@code side}
 * that this instance writes to and 0 for the other, and {@code rds.move.writes.waiting},
 * how many writes wait for a switch to end. Thread-safe.
 */
class MoveMetrics implements MeterBinder {

	private final WriteGate gate;

	MoveMetrics(WriteGate gate) {
		this.gate = gate;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (Side side : Side.values()) {
			Gauge.builder("rds.move.writer", this.gate, (gate) -> (gate.side() == side) ? 1 : 0)
				.description("Whether this instance writes to the side")
				.tag("side", side.toString())
				.register(registry);
		}
		Gauge.builder("rds.move.writes.waiting", this.gate, WriteGate::waiting)
			.description("Writes that wait until they are switched to the other side")
			.register(registry);
	}

}
