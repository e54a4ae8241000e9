package io.rdsboot.actuate;

import java.time.Duration;
import java.time.Instant;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.ManualTopology;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests of {@link ClusterEvents}.
 */
class ClusterEventsTests {

	private static final DatabaseInstance FIRST = DatabaseInstance.at(InstanceAddress.parse("first"));

	private static final DatabaseInstance SECOND = DatabaseInstance.at(InstanceAddress.parse("second"));

	private final ManualTopology topology = new ManualTopology(new InstanceState(FIRST, InstanceRole.WRITER, true),
			new InstanceState(SECOND, InstanceRole.READER, true));

	private Instant now = Instant.parse("2026-01-01T00:00:00Z");

	private final ClusterEvents events = new ClusterEvents(this.topology, () -> this.now);

	@Test
	void failoverIsALossAndAWriterWithTheTimeBetween() {
		this.topology.publish(new InstanceState(FIRST, InstanceRole.WRITER, false),
				new InstanceState(SECOND, InstanceRole.READER, true));
		this.topology.publish(new InstanceState(FIRST, InstanceRole.UNKNOWN, false),
				new InstanceState(SECOND, InstanceRole.READER, true));
		this.now = this.now.plusSeconds(4);
		this.topology.publish(new InstanceState(FIRST, InstanceRole.UNKNOWN, false),
				new InstanceState(SECOND, InstanceRole.WRITER, true));
		assertThat(this.events.events()).extracting(ClusterEvents.Event::kind)
			.containsExactly(ClusterEvents.Kind.WRITER, ClusterEvents.Kind.WRITER_LOST, ClusterEvents.Kind.UNREACHABLE);
		assertThat(this.events.events().get(0)).isEqualTo(new ClusterEvents.Event(this.now, ClusterEvents.Kind.WRITER,
				SECOND.name(), FIRST.name(), Duration.ofSeconds(4)));
	}

	@Test
	void writerThatComesBackHasNoFormerOne() {
		this.topology.publish(new InstanceState(FIRST, InstanceRole.WRITER, false));
		this.now = this.now.plusSeconds(2);
		this.topology.publish(new InstanceState(FIRST, InstanceRole.WRITER, true));
		assertThat(this.events.events().get(0)).isEqualTo(new ClusterEvents.Event(this.now, ClusterEvents.Kind.WRITER,
				FIRST.name(), null, Duration.ofSeconds(2)));
	}

	@Test
	void progressOfTheLogIsNoEvent() {
		LogProgress progress = new LogProgress(new LogPosition(1), 10, 5, Duration.ofMillis(1500));
		this.topology.publish(new InstanceState(FIRST, InstanceRole.WRITER, true, progress),
				new InstanceState(SECOND, InstanceRole.READER, true, progress));
		assertThat(this.events.events()).isEmpty();
	}

	@Test
	void instancesThatJoinAndLeaveAreTold() {
		DatabaseInstance third = DatabaseInstance.at(InstanceAddress.parse("third"));
		this.topology.publish(new InstanceState(FIRST, InstanceRole.WRITER, true),
				new InstanceState(third, InstanceRole.READER, true));
		assertThat(this.events.events()).extracting(ClusterEvents.Event::kind, ClusterEvents.Event::instance)
			.containsExactly(tuple(ClusterEvents.Kind.ADDED, third.name()),
					tuple(ClusterEvents.Kind.REMOVED, SECOND.name()));
	}

	@Test
	void oldEventsAreForgotten() {
		for (int i = 0; i < 200; i++) {
			this.now = this.now.plusSeconds(1);
			this.topology.publish(new InstanceState(FIRST, InstanceRole.WRITER, true),
					new InstanceState(SECOND, InstanceRole.READER, i % 2 != 0));
		}
		assertThat(this.events.events()).hasSize(100);
		assertThat(this.events.events().get(0).at()).isEqualTo(this.now);
	}

}
