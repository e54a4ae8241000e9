package io.rdsboot.sample.indexing;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.rdsboot.sample.indexing.IndexStatus.Failure;
import io.rdsboot.sample.indexing.IndexStatus.State;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class IndexProgressTests {

	private final AtomicLong nanos = new AtomicLong(123);

	private final IndexProgress progress = IndexProgress.start("/docs", this.nanos::get);

	@Test
	void statusWhileStoringEstimatesByFiles() {
		pass(1);
		this.progress.found(10);
		pass(4);
		this.progress.stored(30);
		this.progress.unchanged();
		IndexStatus status = this.progress.status();
		assertThat(status.state()).isEqualTo(State.STORING);
		assertThat(status.unchanged()).isOne();
		assertThat(status.elapsedSeconds()).isEqualTo(5);
		assertThat(status.passagesPerSecond()).isEqualTo(7.5);
		assertThat(status.remainingSeconds()).isEqualTo(16);
	}

	@Test
	void statusWhenDoneStandsStill() {
		this.progress.found(1);
		pass(2);
		this.progress.stored(10);
		this.progress.done();
		IndexStatus status = this.progress.status();
		pass(60);
		assertThat(this.progress.status()).isEqualTo(status);
		assertThat(status.elapsedSeconds()).isEqualTo(2);
		assertThat(status.remainingSeconds()).isNull();
	}

	@Test
	void failedWhenSaidTwiceCountsOnce() {
		this.progress.failed("a.txt", "not UTF-8");
		this.progress.failed("a.txt", "not UTF-8");
		assertThat(this.progress.status().failures()).containsExactly(new Failure("a.txt", "not UTF-8"));
		assertThat(this.progress.status().failureCount()).isOne();
	}

	@Test
	void statusWhenManyFailedShowsFirstHundred() {
		for (int i = 0; i < 150; i++) {
			this.progress.failed(i + ".txt", "binary, not text");
		}
		assertThat(this.progress.status().failures()).hasSize(100);
		assertThat(this.progress.status().failureCount()).isEqualTo(150);
	}

	@Test
	void abortKeepsReason() {
		this.progress.abort("connection lost");
		assertThat(this.progress.isRunning()).isFalse();
		assertThat(this.progress.status().error()).isEqualTo("connection lost");
	}

	@Test
	void idleIsNotRunning() {
		assertThat(IndexProgress.idle().isRunning()).isFalse();
		assertThat(IndexProgress.idle().status().directory()).isNull();
	}

	private void pass(int seconds) {
		this.nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
	}

}
