package io.rdsboot.actuate;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.InstanceState;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Whether this application should get requests: out of service only after it has reached
 * no instance at all for longer than a failover takes. What all applications see alike,
 * such as a lost writer, takes none of them out of the load balancer. Answers from what
 * is known, without waiting. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class ReadinessHealthIndicator extends AbstractHealthIndicator {

	private final ClusterHealth cluster;

	private final WriterElsewhere elsewhere;

	private final Duration tolerance;

	private final LongSupplier nanoTime;

	private @Nullable Long lostSince;

	/**
	 * Create an indicator.
	 * @param cluster knows how the instances are
	 * @param elsewhere what may take the writes in place of the cluster
	 * @param tolerance how long every instance may be lost
	 * @param nanoTime the clock, in nanoseconds
	 */
	public ReadinessHealthIndicator(ClusterHealth cluster, WriterElsewhere elsewhere, Duration tolerance,
			LongSupplier nanoTime) {
		super("The readiness check failed");
		this.cluster = cluster;
		this.elsewhere = elsewhere;
		this.tolerance = tolerance;
		this.nanoTime = nanoTime;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Health other = this.elsewhere.health();
		if (other != null) {
			builder.withDetails(other.getDetails());
			report(builder, other.getStatus().equals(Status.DOWN));
			return;
		}
		List<InstanceState> instances = this.cluster.topologyProvider().topology().instances();
		long lost = instances.stream()
			.map(this.cluster::of)
			.filter((health) -> health.status().equals(Status.DOWN))
			.count();
		builder.withDetail("usableInstances", "%d of %d".formatted(instances.size() - lost, instances.size()));
		report(builder, lost == instances.size());
	}

	private void report(Health.Builder builder, boolean lost) {
		if (isLostForLong(lost)) {
			builder.outOfService()
				.withDetail("error", "No instance of the database can be used for more than %d s"
					.formatted(this.tolerance.toSeconds()));
		}
		else {
			builder.up();
		}
	}

	private synchronized boolean isLostForLong(boolean lost) {
		if (!lost) {
			this.lostSince = null;
			return false;
		}
		long now = this.nanoTime.getAsLong();
		if (this.lostSince == null) {
			this.lostSince = now;
		}
		return now - this.lostSince > this.tolerance.toNanos();
	}

}
