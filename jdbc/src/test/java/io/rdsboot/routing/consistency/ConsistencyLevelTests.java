package io.rdsboot.routing.consistency;

import java.time.Duration;

import io.rdsboot.routing.Reads;
import io.rdsboot.routing.selection.RoutingReason;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of which readers may serve at which level, and within which bound.
 */
class ConsistencyLevelTests extends AbstractSessionConsistencyTests {

	ConsistencyLevelTests(LocalRdsCluster cluster) {
		super(cluster);
	}

	@Test
	void eventualReadsGoToAnyReader() {
		at(101);
		this.routed.writingPort();
		Reads.eventually(() -> assertThat(readingPorts()).hasSize(2).doesNotContain(this.writerPort));
	}

	@Test
	void boundedReadsGoToReadersWithinTheBound() {
		at(103);
		caughtUp(100, 102);
		Reads.within(Duration.ofSeconds(2), () -> assertThat(readingPorts()).containsExactly(this.secondPort));
		Reads.within(Duration.ofSeconds(3), () -> assertThat(readingPorts()).hasSize(2));
		this.topology.checks.set(0);
		Reads.within(Duration.ofMillis(500), () -> assertThat(readingPorts()).containsExactly(this.writerPort));
		assertThat(this.routed.decisions.get(this.routed.decisions.size() - 1).reason())
			.isEqualTo(RoutingReason.READER_LAG);
		assertThat(this.topology.checks).hasPositiveValue();
	}

	@Test
	void readerOfUnknownLagIsNotWithinTheBound() {
		caughtUp(null, 100);
		Reads.within(Duration.ofHours(1), () -> assertThat(readingPorts()).containsExactly(this.secondPort));
	}

	@Test
	void configuredBoundHoldsForSessionsAndNotForEventualReads() {
		open((builder) -> builder.maxLag(Duration.ofSeconds(2)));
		at(103);
		caughtUp(100, 102);
		assertThat(readingPorts()).containsExactly(this.secondPort);
		Reads.eventually(() -> assertThat(readingPorts()).hasSize(2));
	}

	@Test
	void boundedWithoutBoundIsRefused() {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> open((builder) -> builder.consistency(ConsistencyLevel.BOUNDED)))
			.withMessageContaining("maximum lag");
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> Reads.within(Duration.ZERO, () -> {
		})).withMessageContaining("PT0S");
	}

	@Test
	void configuredLevelHoldsOutsideScopes() {
		open((builder) -> builder.consistency(ConsistencyLevel.WRITER));
		assertThat(readingPorts()).containsExactly(this.writerPort);
		Reads.eventually(() -> {
			assertThat(readingPorts()).hasSize(2);
			Reads.fromWriter(() -> assertThat(readingPorts()).containsExactly(this.writerPort));
			assertThat(readingPorts()).hasSize(2);
		});
		assertThat(readingPorts()).containsExactly(this.writerPort);
	}

	@Test
	void nothingWithinReadsFromWriterLoosensIt() {
		Reads.fromWriter(() -> {
			Reads.eventually(() -> assertThat(readingPorts()).containsExactly(this.writerPort));
			Reads.within(Duration.ofHours(1), () -> assertThat(readingPorts()).containsExactly(this.writerPort));
		});
		assertThat(readingPorts()).hasSize(2);
	}

	@Test
	void configuredBoundHoldsForBoundedReadsOfAServiceWhoseLevelIsEventual() {
		open((builder) -> builder.consistency(ConsistencyLevel.EVENTUAL).maxLag(Duration.ofSeconds(2)));
		at(103);
		caughtUp(100, 102);
		assertThat(readingPorts()).hasSize(2);
		ReadContext context = ReadContext.current();
		context.enter(ReadDemand.of(ConsistencyLevel.BOUNDED, null));
		try {
			assertThat(readingPorts()).containsExactly(this.secondPort);
		}
		finally {
			context.leave(null);
		}
	}

}
