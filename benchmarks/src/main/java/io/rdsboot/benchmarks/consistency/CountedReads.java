package io.rdsboot.benchmarks.consistency;

import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.routing.selection.RoutingListener;
import io.rdsboot.routing.selection.RoutingReason;
import org.jspecify.annotations.Nullable;

/**
 * Counts the reads that readers and the writer have served. Thread-safe.
 */
final class CountedReads implements RoutingListener {

	private final LongAdder byReaders = new LongAdder();

	private final LongAdder byWriter = new LongAdder();

	private volatile @Nullable RoutingDecision last;

	@Override
	public void routed(RoutingDecision decision) {
		if (decision.reason() == RoutingReason.WRITE) {
			return;
		}
		((decision.reason().role() == InstanceRole.READER) ? this.byReaders : this.byWriter).increment();
		this.last = decision;
	}

	/**
	 * Returns the decision about the last read of any thread, or {@code null} if there
	 * was none.
	 */
	@Nullable RoutingDecision last() {
		return this.last;
	}

	double shareOfWriter() {
		return this.byWriter.sum() / (double) Math.max(1, this.byWriter.sum() + this.byReaders.sum());
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "%d by readers, %d by the writer", this.byReaders.sum(), this.byWriter.sum());
	}

}
