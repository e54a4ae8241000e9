package io.rdsboot.cluster.knowledge;

import java.time.Duration;

import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.poll.Observation;
import io.rdsboot.cluster.poll.SessionIdentity;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link WriterHistory}.
 */
class WriterHistoryTests {

	private final WriterHistory history = new WriterHistory();

	@Test
	void lagIsTheAgeOfTheNewestSampleThatIsReplayed() {
		add(10, 100);
		add(20, 200);
		add(30, 300);
		LogProgress progress = progress(250, 35, true);
		assertThat(progress.caughtUpTo()).isEqualTo(20);
		assertThat(progress.lag()).isEqualTo(Duration.ofNanos(15));
		assertThat(progress.includesCommitsUntil(20)).isTrue();
		assertThat(progress.includesCommitsUntil(21)).isFalse();
	}

	@Test
	void readerThatHasAllHasNoLagHoweverLongTheWriterIsIdle() {
		add(10, 100);
		LogProgress progress = progress(100, 5000, true);
		assertThat(progress.lag()).isZero();
		assertThat(progress.caughtUpTo()).isEqualTo(10);
	}

	@Test
	void readerThatHasAllIsWithinEachBoundWhileTheWriterCannotBeSeen() {
		add(10, 100);
		LogProgress progress = progress(100, 5000, false);
		assertThat(progress.lag()).isZero();
		assertThat(progress.isWithin(Duration.ofNanos(1), 5001)).isTrue();
		assertThat(progress.isWithin(Duration.ofNanos(1), 5002)).isFalse();
		assertThat(progress(100, 5000, true).isWithin(Duration.ofNanos(4989), 5000)).isFalse();
		assertThat(progress(99, 5000, false).lag()).isNull();
	}

	@Test
	void whatAWriterCommitsUnseenIsNotPromised() {
		add(10, 100);
		LogProgress progress = progress(100, 5000, false);
		assertThat(progress.includesCommitsUntil(10)).isTrue();
		assertThat(progress.includesCommitsUntil(11)).isFalse();
	}

	@Test
	void nothingIsPromisedWhileTheWriterHasNeverBeenSeen() {
		LogProgress progress = progress(100, 5000, false);
		assertThat(progress.includesCommitsUntil(10)).isFalse();
		assertThat(progress.isWithin(Duration.ofHours(1), 5000)).isFalse();
	}

	@Test
	void lagOfAReaderBehindAllSamplesIsNotKnown() {
		add(10, 100);
		LogProgress progress = progress(99, 20, true);
		assertThat(progress.lag()).isNull();
		assertThat(progress.includesCommitsUntil(0)).isFalse();
	}

	@Test
	void lagThatTheServerReportsCounts() {
		add(10, 100);
		assertThat(this.history.progress(new LogPosition(100), reader(100, 20, Duration.ofMillis(7)), true).lag())
			.isEqualTo(Duration.ofMillis(7));
	}

	@Test
	void lagThatBoundsCountsWhateverThePositionSays() {
		add(10, 100);
		Observation reader = new Observation(false, false, new LogPosition(100), Observation.NO_TIMELINE,
				Duration.ofNanos(15), new SessionIdentity(null, null), 20, 20, true);
		LogProgress progress = this.history.progress(new LogPosition(100), reader, true);
		assertThat(progress.includesCommitsUntil(5)).isTrue();
		assertThat(progress.includesCommitsUntil(6)).isFalse();
		assertThat(progress.isWithin(Duration.ofNanos(14), 20)).isFalse();
		assertThat(progress.isWithin(Duration.ofNanos(15), 20)).isTrue();
	}

	@Test
	void clockMayBeNegativeAndOverflow() {
		add(Long.MAX_VALUE - 5, 100);
		add(Long.MIN_VALUE + 5, 200);
		assertThat(progress(200, Long.MIN_VALUE + 7, true).includesCommitsUntil(Long.MAX_VALUE)).isTrue();
		assertThat(this.history.positionAt(Long.MAX_VALUE)).contains(new LogPosition(200));
	}

	@Test
	void positionIsTheOldestOneThatWasSampledSince() {
		add(10, 100);
		add(20, 200);
		add(30, 300);
		assertThat(this.history.positionAt(5)).contains(new LogPosition(100));
		assertThat(this.history.positionAt(20)).contains(new LogPosition(200));
		assertThat(this.history.positionAt(21)).contains(new LogPosition(300));
		assertThat(this.history.positionAt(31)).isEmpty();
	}

	@Test
	void readerAheadOfALaterSampleFollowsAnotherLog() {
		add(10, 100);
		add(20, 200);
		assertThat(this.history.isBehind(new LogPosition(201), 20)).isTrue();
		assertThat(this.history.isBehind(new LogPosition(201), 21)).isFalse();
		assertThat(this.history.isBehind(new LogPosition(200), 20)).isFalse();
	}

	@Test
	void positionThatGoesBackBeginsAnotherLog() {
		add(10, 100);
		add(20, 50);
		assertThat(progress(70, 30, true).caughtUpTo()).isEqualTo(20);
		assertThat(this.history.positionAt(5)).contains(new LogPosition(50));
	}

	@Test
	void oldSamplesAreThinnedOutAndNeverPromiseTooMuch() {
		int samples = 10 * WriterHistory.CAPACITY;
		for (int i = 0; i < samples; i++) {
			add(i, i);
		}
		for (int replayed = 0; replayed < samples; replayed++) {
			LogProgress progress = progress(replayed, samples, true);
			if (progress.lag() != null) {
				assertThat(progress.caughtUpTo()).isLessThanOrEqualTo(replayed);
			}
		}
		assertThat(progress(samples - 100, samples, true).caughtUpTo()).isEqualTo(samples - 100);
		assertThat(progress(0, samples, true).lag()).isNotNull();
	}

	private void add(long time, long position) {
		this.history.add(time, new LogPosition(position));
	}

	private LogProgress progress(long replayed, long askedAt, boolean writerVisible) {
		return this.history.progress(new LogPosition(replayed), reader(replayed, askedAt, null), writerVisible);
	}

	private static Observation reader(long replayed, long askedAt, @Nullable Duration reportedLag) {
		return new Observation(false, false, new LogPosition(replayed), Observation.NO_TIMELINE, reportedLag,
				new SessionIdentity(null, null), askedAt, askedAt);
	}

}
