package io.rdsboot.autoconfigure.actuate;

import com.zaxxer.hikari.metrics.IMetricsTracker;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import com.zaxxer.hikari.metrics.PoolStats;
import io.rdsboot.actuate.TelemetryGuard;

/**
 * HikariCP's meters, which must not fail a pool or a borrow if the application's registry
 * does. Thread-safe.
 */
final class GuardedMetricsTrackerFactory implements MetricsTrackerFactory {

	private final MetricsTrackerFactory delegate;

	private final TelemetryGuard guard = new TelemetryGuard();

	GuardedMetricsTrackerFactory(MetricsTrackerFactory delegate) {
		this.delegate = delegate;
	}

	@Override
	public IMetricsTracker create(String poolName, PoolStats poolStats) {
		IMetricsTracker tracker = this.guard.get(() -> this.delegate.create(poolName, poolStats));
		return new Tracker((tracker != null) ? tracker : new IMetricsTracker() {
		}, this.guard);
	}

	/**
	 * Tracker of one pool.
	 */
	private record Tracker(IMetricsTracker delegate, TelemetryGuard guard) implements IMetricsTracker {

		@Override
		public void recordConnectionCreatedMillis(long millis) {
			this.guard.run(() -> this.delegate.recordConnectionCreatedMillis(millis));
		}

		@Override
		public void recordConnectionAcquiredNanos(long nanos) {
			this.guard.run(() -> this.delegate.recordConnectionAcquiredNanos(nanos));
		}

		@Override
		public void recordConnectionUsageMillis(long millis) {
			this.guard.run(() -> this.delegate.recordConnectionUsageMillis(millis));
		}

		@Override
		public void recordConnectionTimeout() {
			this.guard.run(this.delegate::recordConnectionTimeout);
		}

		@Override
		public void close() {
			this.guard.run(this.delegate::close);
		}

	}

}
