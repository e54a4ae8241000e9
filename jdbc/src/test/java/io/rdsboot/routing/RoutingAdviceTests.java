package io.rdsboot.routing;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.routing.selection.RoutingReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RoutingAdvice}.
 */
@ExtendWith(OutputCaptureExtension.class)
class RoutingAdviceTests {

	private static final String LAG = "no reader was within the maximum lag";

	private static final String OWN_WRITES = "their sessions had written shortly before";

	private static final String OUTSIDE = "because they are no transactions";

	private final AtomicLong nanoTime = new AtomicLong();

	private boolean readers = true;

	private final RoutingAdvice advice = new RoutingAdvice(this.nanoTime::get, () -> this.readers);

	@Test
	void lagThatKeepsReadsFromReadersIsToldWithItsFiguresAndTheMend(CapturedOutput output) {
		decide(RoutingReason.READER_LAG, 950);
		decide(RoutingReason.READ, 50);
		endWindow();
		assertThat(output).contains("The writer served 950 of 1000 read-only transactions of the last 10 minutes", LAG,
				"rds.routing.max-lag");
	}

	@Test
	void writesThatKeepReadsFromReadersAreToldWithTheMend(CapturedOutput output) {
		decide(RoutingReason.READ_YOUR_WRITES, 1000);
		endWindow();
		assertThat(output).contains("served 1000 of 1000", OWN_WRITES, "rds.routing.infrastructure");
	}

	@Test
	void readsOutsideTransactionsAreToldWithTheMend(CapturedOutput output) {
		decide(RoutingReason.READ_OUTSIDE_TRANSACTION, 1900);
		decide(RoutingReason.READ, 100);
		decide(RoutingReason.WRITE, 1700);
		endWindow();
		assertThat(output).contains("INFO", "The writer served 1900 of 2000 reads of the last 10 minutes", OUTSIDE,
				"@Transactional(readOnly = true)", "ReadOnlyDataSource");
		decide(RoutingReason.READ_OUTSIDE_TRANSACTION, 2000);
		endWindow();
		assertThat(output.toString().split(OUTSIDE)).as("once").hasSize(2);
	}

	@Test
	void nothingIsToldOfReadsOutsideTransactionsWhereReadersWouldBeOfNoUse(CapturedOutput output) {
		decide(RoutingReason.READ_OUTSIDE_TRANSACTION, 999);
		endWindow();
		decide(RoutingReason.READ_OUTSIDE_TRANSACTION, 2000);
		decide(RoutingReason.WRITE, 2001);
		endWindow();
		decide(RoutingReason.READ_OUTSIDE_TRANSACTION, 8000);
		decide(RoutingReason.READ, 1000);
		endWindow();
		this.readers = false;
		decide(RoutingReason.READ_OUTSIDE_TRANSACTION, 5000);
		endWindow();
		assertThat(output).doesNotContain("The writer served");
	}

	@Test
	void nothingIsToldBeforeTheWindowEnds(CapturedOutput output) {
		decide(RoutingReason.READER_LAG, 5000);
		this.nanoTime.addAndGet(RoutingAdvice.WINDOW.toNanos() - 1);
		decide(RoutingReason.READER_LAG, 1);
		assertThat(output).doesNotContain("The writer served");
	}

	@Test
	void nothingIsToldOfFewReads(CapturedOutput output) {
		decide(RoutingReason.READER_LAG, 999);
		endWindow();
		assertThat(output).doesNotContain("The writer served");
	}

	@Test
	void nothingIsToldWhereReadersServeTheirShare(CapturedOutput output) {
		decide(RoutingReason.READER_LAG, 899);
		decide(RoutingReason.READ, 101);
		endWindow();
		assertThat(output).doesNotContain("The writer served");
	}

	@Test
	void nothingIsToldOfWritesOfInfrastructureOrWithoutReaders(CapturedOutput output) {
		decide(RoutingReason.WRITE, 5000);
		decide(RoutingReason.NO_READER, 5000);
		decide(RoutingReason.INFRASTRUCTURE, 5000);
		decide(RoutingReason.READ_FROM_WRITER, 5000);
		endWindow();
		assertThat(output).doesNotContain("The writer served");
	}

	@Test
	void theSameIsToldOnceADay(CapturedOutput output) {
		for (Duration passed = Duration.ZERO; passed.compareTo(RoutingAdvice.SILENCE) < 0; passed = passed
			.plus(RoutingAdvice.WINDOW)) {
			decide(RoutingReason.READER_LAG, 1000);
			endWindow();
		}
		assertThat(output.toString().split(LAG)).hasSize(2);
		decide(RoutingReason.READER_LAG, 1000);
		endWindow();
		assertThat(output.toString().split(LAG)).hasSize(3);
	}

	@Test
	void theSameIsToldAgainAfterItWasWell(CapturedOutput output) {
		decide(RoutingReason.READER_LAG, 1000);
		endWindow();
		decide(RoutingReason.READ, 1000);
		endWindow();
		decide(RoutingReason.READER_LAG, 1000);
		endWindow();
		assertThat(output.toString().split(LAG)).hasSize(3);
	}

	private void decide(RoutingReason reason, int number) {
		RoutingDecision decision = new RoutingDecision(
				DatabaseInstance.at(InstanceAddress.parse("instance.example.com")), reason);
		for (int i = 0; i < number; i++) {
			this.advice.routed(decision);
		}
	}

	/**
	 * Lets the window pass, and borrow a connection, which ends it.
	 */
	private void endWindow() {
		this.nanoTime.addAndGet(RoutingAdvice.WINDOW.toNanos());
		decide(RoutingReason.WRITE, 1);
	}

}
