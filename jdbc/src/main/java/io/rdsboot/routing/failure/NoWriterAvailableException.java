package io.rdsboot.routing.failure;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.stream.Collectors;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.InstanceState;
import org.jspecify.annotations.Nullable;

/**
 * No writer could be borrowed from in the time that a failover may take, or before the
 * application began to shut down. Nothing was sent to any server. The last failure to
 * connect, if there was one, or that the writer's address led to a standby, is the cause.
 * SQLSTATE 08001.
 */
public final class NoWriterAvailableException extends SQLTransientConnectionException {

	private static final long serialVersionUID = 1L;

	private final Duration waited;

	private final transient ClusterTopology topology;

	/**
	 * Create an exception.
	 * @param waited how long a writer was waited for
	 * @param failoverTimeout how long it would have been at most
	 * @param closing whether the wait ended because the application is shutting down
	 * @param topology what is known of the cluster
	 * @param cause why the writer could not be borrowed from last, or {@code null}
	 */
	public NoWriterAvailableException(Duration waited, Duration failoverTimeout, boolean closing,
			ClusterTopology topology, @Nullable SQLException cause) {
		super(message(waited, failoverTimeout, closing, topology), "08001", cause);
		this.waited = waited;
		this.topology = topology;
	}

	private static String message(Duration waited, Duration failoverTimeout, boolean closing,
			ClusterTopology topology) {
		String instances = topology.instances()
			.stream()
			.map(NoWriterAvailableException::describe)
			.collect(Collectors.joining(", "));
		String advice = closing ? "it is not waited for any longer, because the application is shutting down"
				: "if a failover may take longer than %d ms, raise rds.failover.timeout"
					.formatted(failoverTimeout.toMillis());
		return "No writer was available within %d ms: %s; %s".formatted(waited.toMillis(), instances, advice);
	}

	private static String describe(InstanceState state) {
		return "%s (%s, %s)".formatted(state.instance(), state.role(), state.reachable() ? "reachable" : "unreachable");
	}

	/**
	 * Return how long a writer was waited for.
	 */
	public Duration getWaited() {
		return this.waited;
	}

	/**
	 * Return what was known of the cluster at the end of the wait.
	 */
	public ClusterTopology getTopology() {
		return this.topology;
	}

}
