package io.rdsboot.cluster;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Topology that is watched: each instance is asked for its role, its position in the log
 * and its lag, over connections of the monitor's own. Thread-safe.
 */
@SuppressWarnings({ "unused", "UnusedVariable" })
public final class TopologyMonitor implements TopologyProvider, WriterLog, ConnectivityListener, AutoCloseable {

	private final ClusterTopology topology;

	private TopologyMonitor(Builder builder) {
		this.topology = ClusterTopology.of(builder.discovery.initial());
	}

	/**
	 * Start to build a monitor.
	 * @param discovery finds the instances
	 * @param connector opens the connections to them
	 */
	public static Builder builder(InstanceDiscovery discovery, InstanceConnector connector) {
		return new Builder(discovery, connector);
	}

	/**
	 * Begin to watch.
	 */
	public void start() {
	}

	@Override
	public ClusterTopology topology() {
		return this.topology;
	}

	@Override
	public void addListener(TopologyListener listener) {
	}

	@Override
	public void checkNow() {
	}

	@Override
	public Optional<LogPosition> positionAt(long time, Duration timeout) {
		return Optional.empty();
	}

	@Override
	public void statementFailed(DatabaseInstance instance, SQLException failure) {
	}

	@Override
	public void close() {
	}

	/**
	 * Builds a {@link TopologyMonitor}. Defaults: a look each second, each 100
	 * milliseconds while there is no writer, time-outs of 1.5 seconds, a discovery each 5
	 * seconds, rest after a minute without a borrow.
	 */
	@SuppressWarnings({ "unused", "UnusedVariable" })
	public static final class Builder {

		private final InstanceDiscovery discovery;

		private Builder(InstanceDiscovery discovery, InstanceConnector connector) {
			this.discovery = discovery;
		}

		/**
		 * Set how often each instance is asked.
		 */
		public Builder pollInterval(Duration pollInterval) {
			return this;
		}

		/**
		 * Set how often each instance is asked while there is no writer.
		 */
		public Builder searchInterval(Duration searchInterval) {
			return this;
		}

		/**
		 * Set the longest that one instance's answer is waited for.
		 */
		public Builder timeout(Duration timeout) {
			return this;
		}

		/**
		 * Set how often the instances are looked for.
		 */
		public Builder discoveryInterval(Duration discoveryInterval) {
			return this;
		}

		/**
		 * Set what tells whether the database is used, and how long it may be unused
		 * before watching slows down and ceases.
		 */
		public Builder activity(BorrowActivity activity, Duration idleTimeout) {
			return this;
		}

		/**
		 * Set the clock that all times of this provider are measured by, in nanoseconds.
		 */
		public Builder nanoTime(LongSupplier nanoTime) {
			return this;
		}

		/**
		 * Build the monitor, which begins with {@link #start}.
		 */
		public TopologyMonitor build() {
			return new TopologyMonitor(this);
		}

	}

}
