package io.rdsboot.move.autoconfigure;

import io.rdsboot.actuate.WriterElsewhere;
import io.rdsboot.move.Side;
import io.rdsboot.move.routing.WriteGate;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Which side of a move this instance writes to: up while that is known, also for the
 * moment of a switch, and down once it was not confirmed for as long as the lease, when
 * writes are held. Asks no database. Thread-safe.
 */
class MoveHealthIndicator extends AbstractHealthIndicator {

	private final WriteGate gate;

	MoveHealthIndicator(WriteGate gate) {
		super("The move's health check failed");
		this.gate = gate;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.withDetail("writtenTo", this.gate.writerSide().toString());
		if (this.gate.isOverdue()) {
			builder.down().withDetail("error", "Writes are held: " + this.gate.why());
			return;
		}
		builder.up();
		if (this.gate.side() == null) {
			builder.withDetail("held", this.gate.why());
		}
	}

	/**
	 * Return what takes the writes until the cutover: how the target is does not matter
	 * to them.
	 */
	WriterElsewhere source() {
		return () -> (this.gate.writerSide() == Side.SOURCE) ? health() : null;
	}

}
