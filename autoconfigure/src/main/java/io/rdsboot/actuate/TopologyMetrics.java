package io.rdsboot.actuate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.TopologyListener;
import io.rdsboot.cluster.TopologyProvider;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Meters of a cluster, tagged with the {@code instance}: {@code rds.instance.writer} and
 * {@code rds.instance.reachable} (1 or 0), {@code rds.instance.lag} (age of a reader's
 * data in seconds, as of its last sample; NaN while it is not known), and
 * {@code rds.failovers}, the changes of the writer. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class TopologyMetrics implements TopologyListener {

	private final TopologyProvider topologyProvider;

	private final MultiGauge writer;

	private final MultiGauge reachable;

	private final MultiGauge lag;

	private final Counter failovers;

	private List<DatabaseInstance> measured = List.of();

	private @Nullable DatabaseInstance lastWriter;

	/**
	 * Register the meters, which follow the topology from now on.
	 * @param topologyProvider the topology
	 * @param registry where to
	 */
	public TopologyMetrics(TopologyProvider topologyProvider, MeterRegistry registry) {
		this.topologyProvider = topologyProvider;
		this.writer = MultiGauge.builder("rds.instance.writer")
			.description("Whether the instance is the writer")
			.register(registry);
		this.reachable = MultiGauge.builder("rds.instance.reachable")
			.description("Whether the instance answered when it was last asked")
			.register(registry);
		this.lag = MultiGauge.builder("rds.instance.lag")
			.description("Age of a reader's data when it was last asked")
			.baseUnit("seconds")
			.register(registry);
		this.failovers = Counter.builder("rds.failovers")
			.description("Changes of the writer from one instance to another")
			.register(registry);
		topologyProvider.addListener(this);
		follow(topologyProvider.topology());
	}

	@Override
	public void topologyChanged(ClusterTopology previous, ClusterTopology current) {
		follow(current);
	}

	private synchronized void follow(ClusterTopology current) {
		current.writer().map(InstanceState::instance).ifPresent(this::countFailover);
		List<DatabaseInstance> instances = current.instances().stream().map(InstanceState::instance).toList();
		if (!instances.equals(this.measured)) {
			this.measured = instances;
			register(this.writer, instances, (state) -> (state.role() == InstanceRole.WRITER) ? 1 : 0);
			register(this.reachable, instances, (state) -> state.reachable() ? 1 : 0);
			register(this.lag, instances, TopologyMetrics::lagInSeconds);
		}
	}

	private void countFailover(DatabaseInstance present) {
		if (this.lastWriter != null && !this.lastWriter.equals(present)) {
			this.failovers.increment();
		}
		this.lastWriter = present;
	}

	private void register(MultiGauge gauge, List<DatabaseInstance> instances, ToDoubleFunction<InstanceState> value) {
		List<MultiGauge.Row<?>> rows = new ArrayList<>();
		for (DatabaseInstance instance : instances) {
			rows.add(MultiGauge.Row.of(Tags.of("instance", instance.name()), () -> measure(instance, value)));
		}
		gauge.register(rows, true);
	}

	private double measure(DatabaseInstance instance, ToDoubleFunction<InstanceState> value) {
		Optional<InstanceState> state = this.topologyProvider.topology().state(instance);
		return state.map(value::applyAsDouble).orElse(Double.NaN);
	}

	private static double lagInSeconds(InstanceState state) {
		LogProgress progress = state.progress();
		Duration lag = (progress != null && state.role() == InstanceRole.READER) ? progress.lag() : null;
		return (lag != null) ? lag.toMillis() / 1000.0 : Double.NaN;
	}

}
