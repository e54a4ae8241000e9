package io.rdsboot.benchmarks.http;

import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.routing.selection.RoutingListener;
import io.rdsboot.routing.selection.RoutingReason;

/**
 * Counts the reads that readers and the writer have served. Thread-safe.
 */
final class ServedReads implements RoutingListener {

	private final LongAdder byReaders = new LongAdder();

	private final LongAdder byWriter = new LongAdder();

	@Override
	public void routed(RoutingDecision decision) {
		if (decision.reason() != RoutingReason.WRITE) {
			((decision.reason().role() == InstanceRole.READER) ? this.byReaders : this.byWriter).increment();
		}
	}

	void reset() {
		this.byReaders.reset();
		this.byWriter.reset();
	}

	double shareOfWriter() {
		return this.byWriter.sum() / (double) Math.max(1, this.byWriter.sum() + this.byReaders.sum());
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "(%d by readers, %d by the writer)", this.byReaders.sum(),
				this.byWriter.sum());
	}

}
