package io.rdsboot.actuate;

import java.time.Duration;

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

	TopologyMetricsTests() {
		new TopologyMetrics(this.topology, this.registry);
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
		assertThat(this.registry.find("rds.instance.reachable").tag("instance", SECOND.name()).gauge()).isNull();
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

	private double failovers() {
		return this.registry.get("rds.failovers").counter().count();
	}

	private double gauge(String name, DatabaseInstance instance) {
		return this.registry.get(name).tag("instance", instance.name()).gauge().value();
	}

}
