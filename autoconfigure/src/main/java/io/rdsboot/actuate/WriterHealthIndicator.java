package io.rdsboot.actuate;

import java.time.Duration;
import java.util.Optional;

import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.InstancePools;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Health of the writer: up when it answers and is no replica. Thread-safe.
 */
public final class WriterHealthIndicator extends AbstractHealthIndicator {

	private final TopologyProvider topologyProvider;

	private final InstanceProbe probe;

	/**
	 * Create an indicator.
	 * @param topologyProvider says which instance is the writer
	 * @param pools the pools of the instances
	 * @param timeout how long to wait for its answer
	 */
	public WriterHealthIndicator(TopologyProvider topologyProvider, InstancePools pools, Duration timeout) {
		super("The writer's health check failed");
		this.topologyProvider = topologyProvider;
		this.probe = new InstanceProbe(pools, timeout);
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) throws Exception {
		Optional<InstanceState> writer = this.topologyProvider.topology().writer();
		if (writer.isEmpty()) {
			builder.down().withDetail("error", "No writer is known in the cluster");
			return;
		}
		builder.withDetail("instance", writer.get().instance().name());
		if (this.probe.isInRecovery(writer.get())) {
			builder.down().withDetail("error", "The instance is a replica and cannot be written to");
			return;
		}
		builder.up();
	}

}
