package io.rdsboot.routing.consistency;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RememberedWrites}.
 */
class RememberedWritesTests {

	private final AtomicLong nanoTime = new AtomicLong(1000);

	private final RememberedWrites memory = new RememberedWrites(2, Duration.ofNanos(100), this.nanoTime::get);

	@Test
	void sessionIncludesWhatItsClientHasWritten() {
		remember("anna", 900);
		assertThat(recalled("anna")).isEqualTo(900);
		assertThat(recalled("berta")).isNull();
	}

	@Test
	void newestWriteCounts() {
		remember("anna", 900);
		remember("anna", 950);
		remember("anna", 920);
		assertThat(recalled("anna")).isEqualTo(950);
	}

	@Test
	void sessionThatDidNothingIsNotRemembered() {
		this.memory.remember("anna", ConsistencySession.open());
		assertThat(recalled("anna")).isNull();
	}

	@Test
	void clientWhoseWriteWasHeardOfLongestAgoIsForgottenFirst() {
		remember("anna", 910);
		remember("berta", 920);
		remember("anna", 930);
		remember("carla", 940);
		assertThat(recalled("anna")).isEqualTo(930);
		assertThat(recalled("berta")).isNull();
		assertThat(recalled("carla")).isEqualTo(940);
	}

	@Test
	void writeIsForgottenAfterItsLifetime() {
		remember("anna", 900);
		this.nanoTime.set(1001);
		assertThat(recalled("anna")).isNull();
	}

	@Test
	void nameThatIsTooLongIsNotRemembered() {
		remember("a".repeat(256), 900);
		remember("a".repeat(257), 900);
		assertThat(recalled("a".repeat(256))).isEqualTo(900);
		assertThat(recalled("a".repeat(257))).isNull();
	}

	@Test
	void memoryOfNobodyRemembersNothing() {
		RememberedWrites none = new RememberedWrites(0, Duration.ofHours(1), this.nanoTime::get);
		ConsistencySession session = ConsistencySession.open();
		session.history().committed(900);
		none.remember("anna", session);
		ConsistencySession next = ConsistencySession.open();
		none.recall("anna", next);
		assertThat(next.history().isEmpty()).isTrue();
	}

	private void remember(String client, long commit) {
		ConsistencySession session = ConsistencySession.open();
		session.history().committed(commit);
		this.memory.remember(client, session);
	}

	private Long recalled(String client) {
		ConsistencySession session = ConsistencySession.open();
		this.memory.recall(client, session);
		return session.history().horizon(this.nanoTime.get());
	}

}
