package io.rdsboot.routing.selection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.rdsboot.routing.WatchedService;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Test that readers share reads equally, those too that join under load.
 */
class ReaderBalanceTests {

	private static final int THREADS = 4;

	private static final int READS_A_THREAD = 500;

	@Test
	void readersServeEqualSharesAlsoRightAfterOneHasJoined() throws Exception {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(1).start();
				WatchedService service = new WatchedService(cluster)) {
			service.jdbc.execute("CREATE TABLE written (id int PRIMARY KEY, value int)");
			service.jdbc.execute("INSERT INTO written VALUES (1, 1)");
			cluster.awaitReplication();
			awaitReadsFrom(cluster.readers().get(0), service);
			assertEqualShares(cluster, service);
			for (int joined = 0; joined < 2; joined++) {
				service.forgetReads();
				awaitReadsFrom(cluster.addReader(), service);
				assertThat(service.coldReads).hasValue(0);
				assertEqualShares(cluster, service);
			}
		}
	}

	private static void awaitReadsFrom(LocalRdsInstance reader, WatchedService service) {
		Awaitility.await().pollInSameThread().pollInterval(Duration.ofMillis(1)).until(() -> {
			service.read(1);
			return service.reads(reader) > 0;
		});
	}

	/**
	 * Asserts that the shares' coefficient of variation is under 5 %.
	 */
	private static void assertEqualShares(LocalRdsCluster cluster, WatchedService service) throws Exception {
		service.forgetReads();
		readFromAllThreads(service);
		List<LocalRdsInstance> readers = cluster.readers();
		double mean = (double) THREADS * READS_A_THREAD / readers.size();
		double variance = readers.stream()
			.mapToDouble((reader) -> Math.pow(service.reads(reader) - mean, 2))
			.average()
			.orElseThrow();
		assertThat(Math.sqrt(variance) / mean).isLessThan(0.05);
	}

	private static void readFromAllThreads(WatchedService service) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try {
			List<Future<?>> reading = new ArrayList<>();
			for (int thread = 0; thread < THREADS; thread++) {
				reading.add(threads.submit(() -> {
					for (int read = 0; read < READS_A_THREAD; read++) {
						service.read(1);
					}
				}));
			}
			for (Future<?> each : reading) {
				each.get(2, TimeUnit.MINUTES);
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

}
