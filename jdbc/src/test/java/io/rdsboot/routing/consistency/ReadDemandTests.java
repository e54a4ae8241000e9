package io.rdsboot.routing.consistency;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.rdsboot.routing.Reads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static io.rdsboot.routing.consistency.ConsistencyLevel.BOUNDED;
import static io.rdsboot.routing.consistency.ConsistencyLevel.EVENTUAL;
import static io.rdsboot.routing.consistency.ConsistencyLevel.SESSION;
import static io.rdsboot.routing.consistency.ConsistencyLevel.WRITER;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ReadDemand}, and of how scopes of {@link Reads} combine.
 */
class ReadDemandTests {

	private static final Duration ONE = Duration.ofSeconds(1);

	private static final Duration FIVE = Duration.ofSeconds(5);

	/**
	 * What two demands come to, in whichever order: the level, and the bound with a
	 * configured one of three seconds and with none.
	 */
	static Stream<Arguments> pairs() {
		Duration three = Duration.ofSeconds(3);
		return Stream.of(pair(EVENTUAL, null, EVENTUAL, null, EVENTUAL, null, null),
				pair(EVENTUAL, null, BOUNDED, ONE, BOUNDED, ONE, ONE),
				pair(EVENTUAL, null, BOUNDED, null, BOUNDED, three, null),
				pair(EVENTUAL, null, SESSION, null, SESSION, three, null),
				pair(EVENTUAL, null, SESSION, FIVE, SESSION, FIVE, FIVE),
				pair(EVENTUAL, null, WRITER, null, WRITER, null, null),
				pair(BOUNDED, ONE, BOUNDED, FIVE, BOUNDED, ONE, ONE),
				pair(BOUNDED, FIVE, BOUNDED, null, BOUNDED, three, FIVE),
				pair(BOUNDED, ONE, BOUNDED, null, BOUNDED, ONE, ONE),
				pair(BOUNDED, ONE, SESSION, null, SESSION, ONE, ONE),
				pair(BOUNDED, FIVE, SESSION, null, SESSION, three, FIVE),
				pair(BOUNDED, FIVE, SESSION, ONE, SESSION, ONE, ONE),
				pair(BOUNDED, null, SESSION, FIVE, SESSION, three, FIVE),
				pair(BOUNDED, ONE, WRITER, null, WRITER, null, null),
				pair(SESSION, FIVE, SESSION, null, SESSION, three, FIVE),
				pair(SESSION, null, SESSION, null, SESSION, three, null),
				pair(SESSION, ONE, WRITER, null, WRITER, null, null),
				pair(WRITER, null, WRITER, null, WRITER, null, null));
	}

	private static Arguments pair(ConsistencyLevel one, Duration oneLag, ConsistencyLevel other, Duration otherLag,
			ConsistencyLevel level, Duration withConfigured, Duration withoutConfigured) {
		return Arguments.of(ReadDemand.of(one, oneLag), ReadDemand.of(other, otherLag), level, withConfigured,
				withoutConfigured);
	}

	@ParameterizedTest
	@MethodSource("pairs")
	void stricterHoldsBoth(ReadDemand one, ReadDemand other, ConsistencyLevel level, Duration withConfigured,
			Duration withoutConfigured) {
		for (ReadDemand stricter : List.of(one.stricter(other), other.stricter(one))) {
			assertThat(stricter.level()).isEqualTo(level);
			assertThat(stricter.maxLag(Duration.ofSeconds(3))).isEqualTo(withConfigured);
			assertThat(stricter.maxLag(null)).isEqualTo(withoutConfigured);
		}
	}

	@Test
	void scopesHoldBothWhicheverIsOutside() {
		ReadDemand both = ReadDemand.of(BOUNDED, ONE);
		assertThat(Reads.within(FIVE, () -> Reads.within(ONE, ReadDemandTests::current))).isEqualTo(both);
		assertThat(Reads.within(ONE, () -> Reads.within(FIVE, ReadDemandTests::current))).isEqualTo(both);
		assertThat(Reads.fromWriter(() -> Reads.eventually(ReadDemandTests::current))).isEqualTo(ReadDemand.WRITER);
		assertThat(Reads.eventually(() -> Reads.fromWriter(ReadDemandTests::current))).isEqualTo(ReadDemand.WRITER);
	}

	@Test
	void scopeEndsWithItsWork() {
		Reads.eventually(() -> {
			Reads.fromWriter(() -> {
			});
			assertThat(current()).isEqualTo(ReadDemand.EVENTUAL);
		});
		assertThat(current()).isNull();
	}

	private static ReadDemand current() {
		return ReadContext.current().demand();
	}

}
