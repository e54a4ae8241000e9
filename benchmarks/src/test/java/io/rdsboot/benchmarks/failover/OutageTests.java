package io.rdsboot.benchmarks.failover;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Outage}, {@link Outages} and {@link WriteCall}. A writer is struck at
 * second 10, lost at 11, and a promotion ends at 20.
 */
class OutageTests {

	private static final SQLException LOST = new SQLException("lost", "08006");

	private static final SQLException READ_ONLY = new SQLException("borrowed", "08001",
			new SQLException("read-only", "25006"));

	@Test
	void firstWriteIsTheEarliestByTheNewWriter() {
		Outage outage = outage(written(0, 9, 10), written(1, 9, 21), written(0, 12, 22));
		assertThat(outage.firstWrite()).isEqualTo(1);
		assertThat(outage.lastThread()).isEqualTo(2);
	}

	@Test
	void firstWriteWhenTheFormerWriterAnsweredInItsLastMomentIsNotThat() {
		assertThat(outage(written(0, 10, 12), written(0, 20, 23)).firstWrite()).isEqualTo(3);
	}

	@Test
	void firstWriteWhenSeenBeforeThePromotionWasIsNegative() {
		assertThat(outage(written(0, 12, 19)).firstWrite()).isEqualTo(-1);
	}

	@Test
	void lastThreadWhenOneNeverWritesAgainIsInfinite() {
		Outage outage = outage(written(0, 12, 21), WriteCall.pending(1, seconds(9), seconds(80)));
		assertThat(outage.firstWrite()).isEqualTo(1);
		assertThat(outage.lastThread()).isInfinite();
		assertThat(outage.longestCall()).isEqualTo(71);
	}

	@Test
	void longestCallLeavesOutWhatEndedBefore() {
		assertThat(outage(written(0, 1, 9), written(0, 9, 11)).longestCall()).isEqualTo(2);
	}

	@Test
	void failuresAreThoseOfTheThreadWithTheMost() {
		Outage outage = outage(failed(0, 5, LOST, 0), failed(0, 12, LOST, 0), failed(1, 12, LOST, 0),
				failed(1, 13, LOST, 0));
		assertThat(outage.mostFailuresOfAThread()).isEqualTo(2);
		assertThat(outage.failures()).isEqualTo(3);
		assertThat(outage).hasToString(
				"first write Infinity s after the promotion, last thread Infinity s, longest call 1.000 s, 3 errors {08006=3}");
	}

	@Test
	void readOnlyRefusalsAreThoseOfTheConnectionWithTheMost() {
		Outage outage = outage(failed(0, 20, READ_ONLY, 7), failed(1, 21, READ_ONLY, 7), failed(1, 22, READ_ONLY, 8),
				failed(0, 23, LOST, 8));
		assertThat(outage.mostReadOnlyRefusalsOfAConnection()).isEqualTo(2);
	}

	@Test
	void readOnlyRefusalsAfterATimeAreThoseOfCallsThatBeganLater() {
		Outage outage = outage(failed(0, 20, READ_ONLY, 7), failed(0, 21, READ_ONLY, 7), failed(0, 22, READ_ONLY, 7));
		assertThat(outage.readOnlyRefusalsAfter(Duration.ofSeconds(1))).isEqualTo(1);
	}

	@Test
	void medianIsTheMiddleOrTheMeanOfTheTwoInTheMiddle() {
		Outages outages = new Outages();
		outages.add(outage(written(0, 12, 29)));
		outages.add(outage(written(0, 12, 21)));
		assertThat(outages.median(Outage::firstWrite)).isEqualTo(5);
		outages.add(outage(written(0, 12, 22)));
		assertThat(outages.median(Outage::firstWrite)).isEqualTo(2);
		assertThat(outages.worst(Outage::firstWrite)).isEqualTo(9);
	}

	private static Outage outage(WriteCall... calls) {
		return new Outage(seconds(10), seconds(11), seconds(20), List.of(calls));
	}

	private static WriteCall written(int thread, long start, long end) {
		return WriteCall.written(thread, seconds(start), seconds(end));
	}

	private static WriteCall failed(int thread, long start, SQLException failure, int connection) {
		return WriteCall.failed(thread, seconds(start), seconds(start + 1), failure, connection);
	}

	private static long seconds(long seconds) {
		return Duration.ofSeconds(seconds).toNanos();
	}

}
