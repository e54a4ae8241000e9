package io.rdsboot.actuate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
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
 * Meters of a cluster, tagged with the {@code rds.instance}: {@code rds.instance.writer}
 * and {@code rds.instance.reachable} (1 or 0), {@code rds.instance.lag} (age of a
 * reader's data in seconds, as of its last sample; NaN while it is not known) and
 * {@code rds.instance.poll.age} (seconds since it last answered a poll). And
 * {@code rds.failovers}, the changes of the writer, each with the time from when the loss
 * of the former writer was noticed until the new one was known. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class TopologyMetrics implements TopologyListener {

	private final TopologyProvider topologyProvider;

	private final MultiGauge writer;

	private final MultiGauge reachable;

	private final MultiGauge lag;

	private final MultiGauge pollAge;

	private final @Nullable Timer failovers;

	private final LongSupplier nanoTime;

	private final TelemetryGuard guard = new TelemetryGuard();

	private List<DatabaseInstance> measured = List.of();

	private @Nullable DatabaseInstance lastWriter;

	/**
	 * When it was noticed that the writer is lost, or {@code null} while it is there.
	 */
	private @Nullable Long lostAt;

	/**
	 * Register the meters, which follow the topology from now on.
	 * @param topologyProvider the topology
	 * @param registry where to
	 * @param nanoTime the clock of the topology provider, in nanoseconds
	 */
	public TopologyMetrics(TopologyProvider topologyProvider, MeterRegistry registry, LongSupplier nanoTime) {
		this.topologyProvider = topologyProvider;
		this.nanoTime = nanoTime;
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
		this.pollAge = MultiGauge.builder("rds.instance.poll.age")
			.description("Time since the instance last answered a poll")
			.baseUnit("seconds")
			.register(registry);
		this.failovers = this.guard.get(() -> Timer.builder("rds.failovers")
			.description("Changes of the writer from one instance to another, and how long there was none")
			.register(registry));
		topologyProvider.addListener(this);
		follow(topologyProvider.topology());
	}

	@Override
	public void topologyChanged(ClusterTopology previous, ClusterTopology current) {
		follow(current);
	}

	private void follow(ClusterTopology current) {
		this.guard.run(() -> update(current));
	}

	private synchronized void update(ClusterTopology current) {
		timeFailover(current.writer().orElse(null));
		List<DatabaseInstance> instances = current.instances().stream().map(InstanceState::instance).toList();
		if (!instances.equals(this.measured)) {
			this.measured = instances;
			register(this.writer, instances, (state) -> (state.role() == InstanceRole.WRITER) ? 1 : 0);
			register(this.reachable, instances, (state) -> state.reachable() ? 1 : 0);
			register(this.lag, instances, TopologyMetrics::lagInSeconds);
			register(this.pollAge, instances, this::pollAgeInSeconds);
		}
	}

	private void timeFailover(@Nullable InstanceState writer) {
		long now = this.nanoTime.getAsLong();
		if (writer != null) {
			boolean changed = this.lastWriter != null && !this.lastWriter.equals(writer.instance());
			this.lastWriter = writer.instance();
			if (changed && this.failovers != null) {
				this.failovers.record((this.lostAt != null) ? now - this.lostAt : 0, TimeUnit.NANOSECONDS);
			}
		}
		if (writer != null && writer.reachable()) {
			this.lostAt = null;
		}
		else if (this.lostAt == null) {
			this.lostAt = now;
		}
	}

	private void register(MultiGauge gauge, List<DatabaseInstance> instances, ToDoubleFunction<InstanceState> value) {
		List<MultiGauge.Row<?>> rows = new ArrayList<>();
		for (DatabaseInstance instance : instances) {
			rows.add(MultiGauge.Row.of(Tags.of("rds.instance", instance.name()), () -> measure(instance, value)));
		}
		gauge.register(rows, true);
	}

	private double measure(DatabaseInstance instance, ToDoubleFunction<InstanceState> value) {
		Optional<InstanceState> state = this.topologyProvider.topology().state(instance);
		return state.map(value::applyAsDouble).orElse(Double.NaN);
	}

	/**
	 * While nobody polls, because nothing uses the database, an age would say nothing.
	 */
	private double pollAgeInSeconds(InstanceState state) {
		LogProgress progress = state.progress();
		return (progress != null && !this.topologyProvider.isResting())
				? (this.nanoTime.getAsLong() - progress.sampledAt()) / 1e9 : Double.NaN;
	}

	private static double lagInSeconds(InstanceState state) {
		LogProgress progress = state.progress();
		Duration lag = (progress != null && state.role() == InstanceRole.READER) ? progress.lag() : null;
		return (lag != null) ? lag.toMillis() / 1000.0 : Double.NaN;
	}

}
