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

	private final WriterElsewhere elsewhere;

	/**
	 * Create an indicator.
	 * @param cluster knows how the instances are
	 * @param elsewhere what may take the writes in place of the cluster
	 */
	public WriterHealthIndicator(ClusterHealth cluster, WriterElsewhere elsewhere) {
		super("The writer's health check failed");
		this.cluster = cluster;
		this.elsewhere = elsewhere;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Health other = this.elsewhere.health();
		if (other != null) {
			builder.status(other.getStatus()).withDetails(other.getDetails());
			return;
		}
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
