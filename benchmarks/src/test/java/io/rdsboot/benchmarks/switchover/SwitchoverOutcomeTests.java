package io.rdsboot.benchmarks.switchover;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.rdsboot.benchmarks.switchover.PairCall.Outcome;
import io.rdsboot.benchmarks.switchover.PairCall.Row;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SwitchoverOutcome}.
 */
class SwitchoverOutcomeTests {

	private static final long CLOSED = seconds(10);

	private static final long OPENED = seconds(13);

	@Test
	void aPauseIsCountedBeyondThatOfTheServers() {
		SwitchoverOutcome outcome = outcome(
				List.of(write(0, 0, 8, 9), write(0, 1, 9, 14), write(0, 2, 14, 20), write(1, 0, 8, 10)));
		assertThat(outcome.pausesBeyond()).containsExactly(2.0, Double.POSITIVE_INFINITY);
	}

	@Test
	void failuresAreThoseOfTheThreadWithTheMost() {
		SwitchoverOutcome outcome = outcome(List.of(call(0, 0, true, 8, 9, Outcome.FAILED),
				call(0, 1, true, 9, 14, Outcome.FAILED), call(1, 0, false, 9, 11, Outcome.FAILED), write(1, 1, 8, 9)));
		assertThat(outcome.mostFailuresOfAThread()).isEqualTo(2);
		assertThat(outcome.failures()).isEqualTo(3);
		assertThat(outcome.longestRead()).isEqualTo(2.0);
	}

	@Test
	void rowsAreComparedWithWhatCallersWereTold() {
		Row here = new Row(0, 0);
		Row twice = new Row(0, 1);
		Row behind = new Row(0, 3);
		SwitchoverOutcome outcome = new SwitchoverOutcome(CLOSED, OPENED,
				List.of(write(0, 0, 8, 9), write(0, 1, 9, 10), write(0, 2, 13, 14),
						call(0, 2, false, 14, 15, Outcome.STALE), call(0, 3, true, 15, 16, Outcome.FAILED)),
				Map.of(here, 1L, twice, 2L), List.of(here, behind));
		assertThat(outcome.lost()).isEqualTo(1);
		assertThat(outcome.doubled()).isEqualTo(1);
		assertThat(outcome.writtenBehindTheFence()).isEqualTo(1);
		assertThat(outcome.stale()).isEqualTo(1);
	}

	@Test
	void aWriteThatEndsAMomentBeforeTheNewWriterWasSeenToBeOpenIsItsOwn() {
		assertThat(outcome(List.of(write(0, 0, 8, 11), write(0, 1, 11, 12))).pausesBeyond()).containsExactly(-2.0);
	}

	@Test
	void figuresAreThoseOfAllThreadsInAllSwitchovers() {
		SwitchoverOutcomes outcomes = new SwitchoverOutcomes(List.of(
				outcome(List.of(write(0, 0, 8, 10), write(0, 1, 10, 14), write(1, 0, 8, 10), write(1, 1, 10, 15))),
				outcome(List.of(write(0, 0, 8, 10), write(0, 1, 10, 16), call(0, 2, true, 16, 17, Outcome.FAILED)))));
		assertThat(outcomes.pauseBeyond(0.5)).isEqualTo(2.0);
		assertThat(outcomes.pauseBeyond(1)).isEqualTo(3.0);
		assertThat(outcomes.mean(SwitchoverOutcome::failures)).isEqualTo(0.5);
		assertThat(outcomes.worst(SwitchoverOutcome::mostFailuresOfAThread)).isEqualTo(1);
	}

	private static SwitchoverOutcome outcome(List<PairCall> calls) {
		return new SwitchoverOutcome(CLOSED, OPENED, calls, Map.of(), List.of());
	}

	private static PairCall write(int thread, long number, long start, long end) {
		return call(thread, number, true, start, end, Outcome.DONE);
	}

	private static PairCall call(int thread, long number, boolean write, long start, long end, Outcome outcome) {
		return new PairCall(new Row(thread, number), write, seconds(start), seconds(end), outcome, null);
	}

	private static long seconds(long seconds) {
		return Duration.ofSeconds(seconds).toNanos();
	}

}
