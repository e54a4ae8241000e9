package io.rdsboot.actuate;

import java.util.Optional;

import io.rdsboot.cluster.InstanceState;
import org.apiguardian.api.API;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Health of the writer: up when it can be written to, down while there is none. Answers
 * from what is known, without waiting. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class WriterHealthIndicator extends AbstractHealthIndicator {

	private final ClusterHealth cluster;

	/**
	 * Create an indicator.
	 * @param cluster knows how the instances are
	 */
	public WriterHealthIndicator(ClusterHealth cluster) {
		super("The writer's health check failed");
		this.cluster = cluster;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Optional<InstanceState> writer = this.cluster.topologyProvider().topology().writer();
		if (writer.isEmpty()) {
			builder.down().withDetail("error", "No writer is known in the cluster");
			return;
		}
		ClusterHealth.InstanceHealth health = this.cluster.of(writer.get());
		builder.status(health.status())
			.withDetail("instance", writer.get().instance().name())
			.withDetails(health.details());
	}

}
