package io.rdsboot.routing.consistency;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.rdsboot.routing.Reads;
import io.rdsboot.routing.failure.NoReaderAvailableException;
import io.rdsboot.routing.selection.ReaderFallback;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of the reads that the writer serves in place of readers.
 */
class WriterFallbackTests extends AbstractSessionConsistencyTests {

	WriterFallbackTests(LocalRdsCluster cluster) {
		super(cluster);
	}

	@Test
	void writerServesNoMoreReadsInPlaceOfReadersThanItMay() throws Exception {
		open((builder) -> builder.maximumFallbacks(1));
		unreachable();
		CountDownLatch held = new CountDownLatch(1);
		CountDownLatch enough = new CountDownLatch(1);
		ExecutorService other = Executors.newSingleThreadExecutor();
		try {
			Future<Integer> holder = other.submit(() -> this.routed.inTransaction(true, () -> {
				int port = this.routed.answeringPort();
				held.countDown();
				await(enough);
				return port;
			}));
			await(held);
			assertThat(catchThrowable(() -> this.routed.readingPort())).rootCause()
				.isInstanceOf(NoReaderAvailableException.class)
				.hasMessageContaining("rds.routing.maximum-fallbacks");
			assertThat(this.routed.writingPort()).isEqualTo(this.writerPort);
			Reads.fromWriter(() -> assertThat(this.routed.readingPort()).isEqualTo(this.writerPort));
			enough.countDown();
			assertThat(holder.get(20, TimeUnit.SECONDS)).isEqualTo(this.writerPort);
			for (int i = 0; i < 3; i++) {
				assertThat(this.routed.readingPort()).isEqualTo(this.writerPort);
			}
		}
		finally {
			enough.countDown();
			other.shutdownNow();
		}
	}

	@Test
	void connectionThatCannotBeSetUpLeavesItsPlaceToOthers() throws Exception {
		open((builder) -> builder.maximumFallbacks(1));
		unreachable();
		try (Connection connection = this.routed.dataSource.getConnection()) {
			connection.createStatement().execute("SET datestyle TO nonsense");
			connection.setReadOnly(true);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connection.prepareStatement("SELECT 1"))
				.withMessageContaining("DateStyle");
		}
		assertThat(this.routed.readingPort()).isEqualTo(this.writerPort);
	}

	@Test
	void nothingFallsBackToTheWriterWhenNothingMay() {
		open((builder) -> builder.maximumFallbacks(0));
		unreachable();
		assertThat(catchThrowable(() -> this.routed.readingPort())).rootCause()
			.isInstanceOf(NoReaderAvailableException.class);
	}

	@Test
	void consistencyFallsBackToTheWriterWhereLostReadersMustNot() {
		open((builder) -> builder.readerFallback(ReaderFallback.FAIL).maximumFallbacks(0));
		at(101);
		this.routed.writingPort();
		assertThat(readingPorts()).containsExactly(this.writerPort);
	}

}
