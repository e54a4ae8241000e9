package io.rdsboot.benchmarks.consistency;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.rdsboot.benchmarks.connections.DirectConnection;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.routing.consistency.ConsistencyToken;
import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.test.LocalRdsCluster;
import org.jspecify.annotations.Nullable;

/**
 * Program that writes a row and reads it again, 100,000 times over 8 threads and two
 * instances of a service, while readers stop to replay for a few seconds now and then.
 * Half of the reads are made on the other instance, with a token that travelled. None may
 * be stale. Takes a few minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-consistency
 * </pre>
 */
public final class ConsistencyLoad {

	private static final int READERS = 2;

	private static final int THREADS = 8;

	private static final int PAIRS_A_THREAD = 100_000 / THREADS;

	/** One pair of so many is read again later, and eventually consistent as well. */
	private static final int SAMPLE = 20;

	/** Rails sends reads to the writer for so long after a write, and then anywhere. */
	private static final Duration TIMER = Duration.ofSeconds(2);

	private static final double RETURN_LIMIT_SECONDS = 3;

	private static final Duration RETURN_PATIENCE = Duration.ofSeconds(30);

	private final StaleReads sameInstance = new StaleReads();

	private final StaleReads otherInstance = new StaleReads();

	private final StaleReads later = new StaleReads();

	private final StaleReads eventual = new StaleReads();

	private final StaleReads eventualLater = new StaleReads();

	private final LocalRdsCluster cluster;

	private final ServiceInstance first;

	private final ServiceInstance second;

	private final ServiceInstance third;

	private ConsistencyLoad(LocalRdsCluster cluster, ServiceInstance first, ServiceInstance second,
			ServiceInstance third) {
		this.cluster = cluster;
		this.first = first;
		this.second = second;
		this.third = third;
	}

	/**
	 * Runs the load.
	 * @param args none
	 * @throws SQLException if the cluster cannot be prepared
	 * @throws ExecutionException if a write or a read failed
	 * @throws InterruptedException if the program is interrupted
	 */
	public static void main(String[] args) throws SQLException, ExecutionException, InterruptedException {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(READERS).start()) {
			DirectConnection.execute(cluster, PairTable.CREATE);
			try (ServiceInstance first = new ServiceInstance(cluster, "session");
					ServiceInstance second = new ServiceInstance(cluster, "session");
					ServiceInstance eventual = new ServiceInstance(cluster, "eventual")) {
				new ConsistencyLoad(cluster, first, second, eventual).run().publish();
			}
		}
	}

	private Report run() throws SQLException, ExecutionException, InterruptedException {
		writeAndRead();
		if (this.eventual.isEmpty() || this.eventualLater.isEmpty()) {
			throw new IllegalStateException(
					"No read was stale without consistency either: the replay was never behind");
		}
		List<Figure> figures = new ArrayList<>(List.of(this.sameInstance.none("stale reads on the same instance"),
				this.otherInstance.none("stale reads on the other instance, with a token"),
				this.later.none("stale reads with a token two seconds later"),
				Figure.withoutTarget("share of the writer in all these reads", shareOfWriter(),
						"(%s; %s)".formatted(this.first.reads(), this.second.reads())),
				this.eventual.share("eventual: share of stale reads at once"),
				this.eventualLater.share("eventual: the same after two seconds, as with a two-second timer")));
		this.cluster.awaitReplication();
		figures.add(new Figure("reads return to every reader after it has caught up, s", secondsUntilReturn(),
				RETURN_LIMIT_SECONDS, ""));
		return new Report("Write, then read, while readers stop to replay", figures);
	}

	private void writeAndRead() throws ExecutionException, InterruptedException {
		ExecutorService executor = Executors.newFixedThreadPool(THREADS);
		ReplayPauses pauses = new ReplayPauses(this.cluster);
		try {
			List<Future<@Nullable Void>> threads = new ArrayList<>();
			for (int thread = 0; thread < THREADS; thread++) {
				long firstId = (long) thread * PAIRS_A_THREAD;
				threads.add(executor.submit(() -> {
					pairs(firstId);
					return null;
				}));
			}
			for (Future<@Nullable Void> thread : threads) {
				thread.get();
			}
		}
		finally {
			executor.shutdownNow();
			pauses.stop();
		}
	}

	private void pairs(long firstId) throws SQLException {
		Queue<Written> sample = new ArrayDeque<>();
		for (int pair = 0; pair < PAIRS_A_THREAD; pair++) {
			long id = firstId + pair;
			this.first.write(id, pair / 2 % 2 == 0);
			if (pair % SAMPLE == 0) {
				this.eventual.add(this.third.sees(id));
				sample.add(new Written(id, this.first.token(), System.nanoTime()));
			}
			if (pair % 2 == 0) {
				this.sameInstance.add(this.first.sees(id));
			}
			else {
				this.otherInstance.add(this.second.sees(id, this.first.token()));
			}
			readAgain(sample);
		}
	}

	private void readAgain(Queue<Written> sample) throws SQLException {
		Written oldest = sample.peek();
		if (oldest != null && System.nanoTime() - oldest.time() > TIMER.toNanos()) {
			sample.remove();
			this.eventualLater.add(this.third.sees(oldest.id()));
			this.later.add(this.second.sees(oldest.id(), oldest.token()));
		}
	}

	private double shareOfWriter() {
		return (this.first.reads().shareOfWriter() + this.second.reads().shareOfWriter()) / 2;
	}

	/**
	 * Returns the time until each reader has served a session that knows of a fresh
	 * write.
	 */
	private double secondsUntilReturn() throws SQLException, InterruptedException {
		long id = -1;
		this.first.write(id, true);
		ConsistencyToken token = this.first.token();
		this.cluster.awaitReplication();
		Set<String> served = new HashSet<>();
		long start = System.nanoTime();
		while (served.size() < READERS) {
			if (System.nanoTime() - start > RETURN_PATIENCE.toNanos()) {
				throw new IllegalStateException("After %s of %s, only %s have served a session that has written"
					.formatted(RETURN_PATIENCE, this.cluster.readers(), served));
			}
			this.later.add(this.second.sees(id, token));
			RoutingDecision decision = this.second.reads().last();
			if (decision != null && this.cluster.readers()
				.stream()
				.anyMatch((reader) -> decision.instance().address().port() == reader.port())) {
				served.add(decision.instance().name());
			}
			TimeUnit.MILLISECONDS.sleep(1);
		}
		return (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
	}

	/**
	 * A row that was written, and the session that knows of it.
	 */
	private record Written(long id, ConsistencyToken token, long time) {

	}

}
