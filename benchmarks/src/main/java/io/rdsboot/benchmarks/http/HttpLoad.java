package io.rdsboot.benchmarks.http;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;

import io.rdsboot.benchmarks.connections.DirectConnection;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.test.LocalRdsCluster;

/**
 * Program that lets clients of a web application write and at once look for what they
 * have written: half of them browsers that post a form and follow the redirect, half of
 * them clients that get a short text. A balancer sends each request to another of two
 * instances of the service, and a third one that restarts all the while. Nothing is
 * configured but the addresses:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-http
 * </pre>
 */
public final class HttpLoad {

	private static final List<Duration> LAGS = List.of(Duration.ZERO, Duration.ofMillis(20), Duration.ofMillis(100),
			Duration.ofSeconds(1));

	private static final Duration LAG_OF_AURORA = Duration.ofMillis(20);

	private static final double LARGEST_SHARE_OF_WRITER = 0.2;

	private static final int CLIENTS = 8;

	private static final int BROWSERS = 16;

	private static final long THINKING_MILLISECONDS = 250;

	/** How many visits without cookies show that reads would be stale. */
	private static final int CONTROL = 200;

	private final int pairs = Integer.getInteger("http.pairs", 100_000);

	private final LocalRdsCluster cluster;

	private final ServedReads served = new ServedReads();

	private final List<Figure> figures = new ArrayList<>();

	private HttpLoad(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	/**
	 * Runs the load.
	 * @param args none
	 * @throws SQLException if the cluster cannot be prepared
	 * @throws IOException if a request failed
	 * @throws ExecutionException if a request failed
	 * @throws InterruptedException if the program is interrupted
	 */
	public static void main(String[] args) throws SQLException, IOException, ExecutionException, InterruptedException {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(2).start()) {
			DirectConnection.execute(cluster, NoteService.TABLE);
			cluster.awaitReplication();
			new HttpLoad(cluster).run().publish();
		}
	}

	private Report run() throws IOException, ExecutionException, InterruptedException {
		try (NoteInstance first = start(); NoteInstance second = start()) {
			Balancer balancer = new Balancer(first, second);
			Visits visits = new Visits(balancer);
			for (Duration lag : LAGS) {
				this.cluster.replicationLag(lag);
				writeAndRead(visits, balancer, lag);
			}
			this.cluster.replicationLag(LAG_OF_AURORA);
			browse(visits);
		}
		return new Report("Post, redirect, get", this.figures);
	}

	private NoteInstance start() {
		return NoteInstance.start(this.cluster, this.served);
	}

	private void writeAndRead(Visits visits, Balancer balancer, Duration lag)
			throws IOException, ExecutionException, InterruptedException {
		visits.reset();
		this.served.reset();
		Restarts restarts = new Restarts(balancer, this::start);
		try {
			visits.writeAndRead(CLIENTS, this.pairs);
		}
		finally {
			restarts.stop();
		}
		String name = "lag of %d ms: ".formatted(lag.toMillis());
		this.figures.add(new Figure(name + "stale reads", (double) visits.stale(), 0,
				"of %d, with %d restarts".formatted(visits.reads(), restarts.number())));
		this.figures.add(Figure.withoutTarget(name + "share of the writer in reads right after a write",
				this.served.shareOfWriter(), this.served.toString()));
		visits.reset();
		visits.writeAndReadWithoutCookies(CONTROL);
		this.figures.add(Figure.withoutTarget(name + "stale reads of a client that forgets its cookies",
				(double) visits.stale(), "of " + visits.reads()));
	}

	private void browse(Visits visits) throws ExecutionException, InterruptedException {
		browse(visits, THINKING_MILLISECONDS, LARGEST_SHARE_OF_WRITER);
		browse(visits, 0, Double.POSITIVE_INFINITY);
	}

	private void browse(Visits visits, long thinkingMilliseconds, double limit)
			throws ExecutionException, InterruptedException {
		visits.reset();
		this.served.reset();
		visits.browse(BROWSERS, Math.max(1, this.pairs / 10 / BROWSERS / ((thinkingMilliseconds > 0) ? 10 : 1)),
				thinkingMilliseconds);
		String name = "lag of %d ms, one write in ten requests, a page each %d ms: ".formatted(LAG_OF_AURORA.toMillis(),
				thinkingMilliseconds);
		this.figures.add(new Figure(name + "stale reads", (double) visits.stale(), 0, "of " + visits.reads()));
		this.figures.add(new Figure(name + "share of the writer", this.served.shareOfWriter(), limit,
				String.format(Locale.ROOT, "%s", this.served)));
	}

}
