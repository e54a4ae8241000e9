package io.rdsboot.actuate;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.ManualTopology;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link TopologyMetrics}.
 */
class TopologyMetricsTests {

	private static final DatabaseInstance FIRST = DatabaseInstance.at(InstanceAddress.parse("first"));

	private static final DatabaseInstance SECOND = DatabaseInstance.at(InstanceAddress.parse("second"));

	private static final DatabaseInstance THIRD = DatabaseInstance.at(InstanceAddress.parse("third"));

	private final ManualTopology topology = new ManualTopology(new InstanceState(FIRST, InstanceRole.WRITER, true),
			new InstanceState(SECOND, InstanceRole.READER, true));

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final AtomicLong now = new AtomicLong();

	TopologyMetricsTests() {
		new TopologyMetrics(this.topology, this.registry, this.now::get);
	}

	@Test
	void metersSayWhatTheTopologySays() {
		assertThat(gauge("rds.instance.writer", FIRST)).isOne();
		assertThat(gauge("rds.instance.writer", SECOND)).isZero();
		assertThat(gauge("rds.instance.reachable", SECOND)).isOne();
		assertThat(gauge("rds.instance.lag", SECOND)).isNaN();
		LogProgress late = new LogProgress(new LogPosition(1), 10, 5, Duration.ofMillis(1500));
		this.topology.publish(new InstanceState(FIRST, InstanceRole.WRITER, true, late),
				new InstanceState(SECOND, InstanceRole.READER, false, late));
		assertThat(gauge("rds.instance.reachable", SECOND)).isZero();
		assertThat(gauge("rds.instance.lag", SECOND)).isEqualTo(1.5);
		assertThat(gauge("rds.instance.lag", FIRST)).isNaN();
	}

	@Test
	void metersFollowTheInstances() {
		this.topology.publish(new InstanceState(FIRST, InstanceRole.WRITER, true),
				new InstanceState(THIRD, InstanceRole.READER, true));
		assertThat(gauge("rds.instance.reachable", THIRD)).isOne();
		assertThat(this.registry.find("rds.instance.reachable").tag("rds.instance", SECOND.name()).gauge()).isNull();
	}

	@Test
	void failoversAreCountedOnce() {
		this.topology.publish(new InstanceState(FIRST, InstanceRole.UNKNOWN, false),
				new InstanceState(SECOND, InstanceRole.READER, true));
		assertThat(failovers()).isZero();
		this.topology.publish(new InstanceState(FIRST, InstanceRole.UNKNOWN, false),
				new InstanceState(SECOND, InstanceRole.WRITER, true));
		this.topology.publish(new InstanceState(FIRST, InstanceRole.READER, true),
				new InstanceState(SECOND, InstanceRole.WRITER, true));
		assertThat(failovers()).isOne();
	}

	@Test
	void failoverTakesFromTheLossOfTheWriterToTheNextOne() {
		this.now.set(TimeUnit.SECONDS.toNanos(10));
		this.topology.publish(new InstanceState(FIRST, InstanceRole.WRITER, false),
				new InstanceState(SECOND, InstanceRole.READER, true));
		this.now.set(TimeUnit.SECONDS.toNanos(11));
		this.topology.publish(new InstanceState(FIRST, InstanceRole.UNKNOWN, false),
				new InstanceState(SECOND, InstanceRole.READER, true));
		this.now.set(TimeUnit.SECONDS.toNanos(14));
		this.topology.publish(new InstanceState(FIRST, InstanceRole.UNKNOWN, false),
				new InstanceState(SECOND, InstanceRole.WRITER, true));
		assertThat(this.registry.get("rds.failovers").timer().totalTime(TimeUnit.SECONDS)).isEqualTo(4);
	}

	@Test
	void writerThatComesBackIsNoFailover() {
		this.topology.publish(new InstanceState(FIRST, InstanceRole.WRITER, false));
		this.now.set(TimeUnit.SECONDS.toNanos(5));
		this.topology.publish(new InstanceState(FIRST, InstanceRole.WRITER, true));
		this.now.set(TimeUnit.SECONDS.toNanos(100));
		this.topology.publish(new InstanceState(SECOND, InstanceRole.WRITER, true));
		assertThat(failovers()).isOne();
		assertThat(this.registry.get("rds.failovers").timer().totalTime(TimeUnit.SECONDS)).isZero();
	}

	@Test
	void ageIsThatOfTheLastAnswer() {
		assertThat(gauge("rds.instance.poll.age", SECOND)).isNaN();
		LogProgress progress = new LogProgress(new LogPosition(1), TimeUnit.SECONDS.toNanos(3), 5, Duration.ZERO);
		this.topology.publish(new InstanceState(FIRST, InstanceRole.WRITER, true),
				new InstanceState(SECOND, InstanceRole.READER, true, progress));
		this.now.set(TimeUnit.SECONDS.toNanos(10));
		assertThat(gauge("rds.instance.poll.age", SECOND)).isEqualTo(7);
	}

	private double failovers() {
		return this.registry.get("rds.failovers").timer().count();
	}

	private double gauge(String name, DatabaseInstance instance) {
		return this.registry.get(name).tag("rds.instance", instance.name()).gauge().value();
	}

}
