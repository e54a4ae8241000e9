package io.rdsboot.actuate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.rdsboot.cluster.InstanceState;
import io.rdsboot.routing.selection.ReaderFallback;
import org.apiguardian.api.API;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Health of the readers: up when all are well, {@link #DEGRADED} while reads go on
 * without some of them, and down only when there is no reader and the writer must not
 * stand in. Answers from what is known, without waiting. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class ReadersHealthIndicator extends AbstractHealthIndicator {

	/**
	 * Reads are served, but not by every reader. Boot's aggregate leaves this status out,
	 * so that a lost replica takes no service out of a load balancer.
	 */
	public static final Status DEGRADED = new Status("DEGRADED");

	private final ClusterHealth cluster;

	private final ReaderFallback fallback;

	/**
	 * Create an indicator.
	 * @param cluster knows how the instances are
	 * @param fallback what happens to reads when there is no reader
	 */
	public ReadersHealthIndicator(ClusterHealth cluster, ReaderFallback fallback) {
		super("The readers' health check failed");
		this.cluster = cluster;
		this.fallback = fallback;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Map<String, Object> readers = new LinkedHashMap<>();
		List<Status> statuses = new ArrayList<>();
		for (InstanceState reader : this.cluster.topologyProvider().topology().readers()) {
			ClusterHealth.InstanceHealth health = this.cluster.of(reader);
			Map<String, Object> details = new LinkedHashMap<>(Map.of("status", health.status().getCode()));
			details.putAll(health.details());
			readers.put(reader.instance().name(), details);
			statuses.add(health.status());
		}
		builder.status(status(statuses)).withDetail("readers", readers);
	}

	private Status status(List<Status> statuses) {
		if (!statuses.contains(Status.DOWN)) {
			return statuses.contains(Status.UNKNOWN) ? Status.UNKNOWN : Status.UP;
		}
		boolean some = statuses.stream().anyMatch((status) -> !status.equals(Status.DOWN));
		return (some || this.fallback == ReaderFallback.WRITER) ? DEGRADED : Status.DOWN;
	}

}
