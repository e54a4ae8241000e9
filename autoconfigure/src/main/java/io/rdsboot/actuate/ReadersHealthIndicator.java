package io.rdsboot.actuate;

import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.routing.ReaderFallback;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Health of the readers: up when all answer, {@link #DEGRADED} while reads go on without
 * some of them, and down only when no reader answers and the writer must not stand in.
 * Thread-safe.
 */
public final class ReadersHealthIndicator extends AbstractHealthIndicator {

	/**
	 * Reads are served, but not by every reader. Boot's aggregate leaves this status out,
	 * so that a lost replica takes no service out of a load balancer.
	 */
	public static final Status DEGRADED = new Status("DEGRADED");

	private final TopologyProvider topologyProvider;

	private final InstanceProbe probe;

	private final ReaderFallback fallback;

	/**
	 * Create an indicator.
	 * @param topologyProvider says which instances are readers
	 * @param pools the pools of the instances
	 * @param fallback what happens to reads when there is no reader
	 * @param timeout how long to wait for the answer of each
	 */
	public ReadersHealthIndicator(TopologyProvider topologyProvider, InstancePools pools, ReaderFallback fallback,
			Duration timeout) {
		super("The readers' health check failed");
		this.topologyProvider = topologyProvider;
		this.probe = new InstanceProbe(pools, timeout);
		this.fallback = fallback;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		List<InstanceState> readers = this.topologyProvider.topology().readers();
		Map<String, String> answers = new LinkedHashMap<>();
		int up = 0;
		for (InstanceState reader : readers) {
			try {
				answers.put(reader.instance().name(), this.probe.isInRecovery(reader) ? "replica" : "not a replica");
				up++;
			}
			catch (SQLException ex) {
				answers.put(reader.instance().name(), String.valueOf(ex.getMessage()));
			}
		}
		builder.status(status(up, readers.size())).withDetail("readers", answers);
	}

	private Status status(int up, int all) {
		if (up == all) {
			return Status.UP;
		}
		return (up > 0 || this.fallback == ReaderFallback.WRITER) ? DEGRADED : Status.DOWN;
	}

}
