package io.rdsboot.move.routing;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

import io.rdsboot.move.Side;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WriteGate}.
 */
class WriteGateTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private final AtomicLong now = new AtomicLong();

	private final WriteGate gate = new WriteGate(Duration.ofSeconds(5), this.now::get);

	@Test
	void writesWaitUntilASideIsOpen() {
		CompletableFuture<Side> write = enter();
		Awaitility.await().until(() -> this.gate.waiting() == 1);
		this.gate.open(Side.TARGET, 0);
		assertThat(write).succeedsWithin(LIMIT).isEqualTo(Side.TARGET);
		assertThat(this.gate.waiting()).isZero();
	}

	@Test
	void writesUnderWayAreCounted() throws Exception {
		this.gate.open(Side.SOURCE, 0);
		this.gate.enter(LIMIT);
		this.gate.hold("a switch");
		assertThat(this.gate.isIdle()).isFalse();
		this.gate.leave();
		assertThat(this.gate.isIdle()).isTrue();
		this.gate.open(Side.SOURCE, 0);
		assertThat(this.gate.isIdle()).isFalse();
	}

	@Test
	void aWriteWithinAnotherOneIsNotHeld() throws Exception {
		this.gate.open(Side.SOURCE, 0);
		this.gate.enter(LIMIT);
		this.gate.hold("a switch");
		assertThat(this.gate.enterNested(LIMIT)).isEqualTo(Side.SOURCE);
		this.gate.leave();
		this.gate.leave();
		assertThat(this.gate.isIdle()).isTrue();
	}

	@Test
	void writesAreHeldOnceTheLeaseIsOverAndPassWhenItIsRenewed() throws Exception {
		this.gate.open(Side.SOURCE, 0);
		this.now.set(Duration.ofSeconds(5).toNanos() - 1);
		assertThat(this.gate.enter(LIMIT)).isEqualTo(Side.SOURCE);
		this.now.incrementAndGet();
		CompletableFuture<Side> write = enter();
		Awaitility.await().until(() -> this.gate.waiting() == 1);
		this.gate.open(Side.SOURCE, this.now.get());
		assertThat(write).succeedsWithin(LIMIT).isEqualTo(Side.SOURCE);
	}

	@Test
	void aWriteThatWaitsTooLongFailsWithTheReason() {
		this.gate.hold("a switch is in phase PAUSED");
		assertThatExceptionOfType(WritesHeldException.class).isThrownBy(() -> this.gate.enter(Duration.ZERO))
			.withMessage("Writes were held for 0 ms: a switch is in phase PAUSED; if that may take longer, raise "
					+ "rds.failover.timeout")
			.matches((failure) -> failure.getSQLState().equals("08001"));
		assertThat(this.gate.isIdle()).isTrue();
	}

	@Test
	void readsKnowNoSideBeforeOneHasOpened() throws Exception {
		assertThatExceptionOfType(WritesHeldException.class).isThrownBy(() -> this.gate.awaitWriterSide(Duration.ZERO));
		this.gate.open(Side.TARGET, 0);
		this.gate.hold("a switch");
		assertThat(this.gate.awaitWriterSide(Duration.ZERO)).isEqualTo(Side.TARGET);
		assertThat(this.gate.isIdle()).isTrue();
	}

	private CompletableFuture<Side> enter() {
		return CompletableFuture.supplyAsync(() -> {
			try {
				return this.gate.enter(LIMIT);
			}
			catch (WritesHeldException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

}
