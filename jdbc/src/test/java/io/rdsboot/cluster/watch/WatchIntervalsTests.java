package io.rdsboot.cluster.watch;

import java.time.Duration;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WatchIntervals}.
 */
class WatchIntervalsTests {

	private final WatchIntervals intervals = new WatchIntervals(Duration.ofSeconds(1), Duration.ofMillis(25),
			Duration.ofMillis(1500), Duration.ofSeconds(30));

	@Test
	void fewMonitorsSearchAsOftenAsOne() {
		assertThat(this.intervals.search(1)).isEqualTo(Duration.ofMillis(25));
		assertThat(this.intervals.search(25)).isEqualTo(Duration.ofMillis(25));
		assertThat(WatchIntervals.retry(50)).isEqualTo(Duration.ofMillis(100));
		assertThat(WatchIntervals.promotion(50)).isEqualTo(Duration.ofMillis(5));
	}

	@Test
	void manyMonitorsShareWhatTheyAskOfAServer() {
		assertThat(this.intervals.search(200)).isEqualTo(Duration.ofMillis(200));
		assertThat(this.intervals.search(1000)).isEqualTo(Duration.ofSeconds(1));
		assertThat(WatchIntervals.retry(200)).isEqualTo(Duration.ofMillis(400));
		assertThat(WatchIntervals.promotion(200)).isEqualTo(Duration.ofMillis(20));
	}

	@Test
	void aReaderNeverWaitsLongerForItsPromotionThanTheMonitorForItsAnswer() {
		assertThat(WatchIntervals.promotion(100_000)).isEqualTo(WatchIntervals.RETRY);
	}

	@Test
	void spreadIntervalsDifferByAFifthAtMost() {
		assertThat(
				IntStream.range(0, 1000).mapToObj((number) -> WatchIntervals.spread(Duration.ofSeconds(10))).distinct())
			.hasSizeGreaterThan(900)
			.allSatisfy((interval) -> assertThat(interval).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12)));
	}

}
