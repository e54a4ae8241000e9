package io.rdsboot.benchmarks.failover;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.rdsboot.benchmarks.connections.DirectConnection;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.test.LocalRdsCluster;

/**
 * Program that takes the writer from services under load, in three ways, and compares how
 * this library, AWS's JDBC wrapper and pgjdbc with several hosts come through. Takes
 * about half an hour:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-failover
 * </pre>
 *
 * With {@code -Dfailover.rounds=1} each is done once, to try it.
 */
public final class FailoverLoad {

	private static final int CRASHES = Integer.getInteger("failover.rounds", 10);

	/** Fewer, because a contender may take a minute each time. */
	private static final int OTHERS = Math.max(1, CRASHES / 3);

	private static final int READERS = 2;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	/** Of the default of {@code rds.failover.timeout}. */
	private static final double BUDGET_SECONDS = 30;

	private static final double CRASH_LIMIT_MILLIS = 50;

	private static final double FREEZE_LIMIT_SECONDS = 3;

	private static final Duration READ_ONLY_GRACE = Duration.ofSeconds(1);

	private static final double MILLIS_A_SECOND = 1000;

	private FailoverLoad() {
	}

	/**
	 * Runs the failovers.
	 * @param args none
	 * @throws SQLException if the cluster cannot be prepared
	 * @throws InterruptedException if the program is interrupted
	 */
	public static void main(String[] args) throws SQLException, InterruptedException {
		List<Figure> figures = new ArrayList<>();
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(READERS).aurora().start()) {
			DirectConnection.execute(cluster, WriteLoad.TABLE);
			FailoverContest contest = new FailoverContest(cluster, PATIENCE);
			figures.addAll(crash(contest.run(Fault.CRASH, CRASHES)));
			figures.addAll(freeze(contest.run(Fault.FREEZE, OTHERS)));
			figures.addAll(switchover(contest.run(Fault.SWITCHOVER, OTHERS)));
		}
		new Report("Failover under load of %d threads (%s)".formatted(WriteLoad.THREADS,
				peers().map(Contender::toString).collect(Collectors.joining(" | "))), figures)
			.publish();
	}

	private static List<Figure> crash(Map<Contender, Outages> outages) {
		ToDoubleFunction<Outages> firstWrite = (outage) -> outage.median(Outage::firstWrite) * MILLIS_A_SECOND;
		double library = firstWrite.applyAsDouble(of(outages, Contender.LIBRARY));
		double wrapper = Math.min(firstWrite.applyAsDouble(of(outages, Contender.WRAPPER)),
				firstWrite.applyAsDouble(of(outages, Contender.WRAPPER_TUNED)));
		return List.of(
				figure("crash, first write after the promotion, ms, median", outages, firstWrite, CRASH_LIMIT_MILLIS),
				new Figure("crash, the same, ratio to the wrapper's better one", library / wrapper, 1, ""),
				figure("crash, last thread writes again, s, median", outages,
						(outage) -> outage.median(Outage::lastThread), Double.POSITIVE_INFINITY),
				figure("crash, errors of one thread, at most", outages,
						(outage) -> outage.worst(Outage::mostFailuresOfAThread), 1));
	}

	private static List<Figure> freeze(Map<Contender, Outages> outages) {
		return List.of(
				figure("frozen, first write after the promotion, s, worst", outages,
						(outage) -> outage.worst(Outage::firstWrite), FREEZE_LIMIT_SECONDS),
				figure("frozen, last thread writes again, s, worst", outages,
						(outage) -> outage.worst(Outage::lastThread), Double.POSITIVE_INFINITY),
				figure("frozen, longest call, s", outages, (outage) -> outage.worst(Outage::longestCall),
						BUDGET_SECONDS),
				figure("frozen, errors of one thread, at most", outages,
						(outage) -> outage.worst(Outage::mostFailuresOfAThread), Double.POSITIVE_INFINITY));
	}

	private static List<Figure> switchover(Map<Contender, Outages> outages) {
		return List.of(
				figure("switchover, 25006 on one connection, at most", outages,
						(outage) -> outage.worst(Outage::mostReadOnlyRefusalsOfAConnection), 1),
				figure("switchover, 25006 later than 1 s after", outages,
						(outage) -> outage.worst((one) -> one.readOnlyRefusalsAfter(READ_ONLY_GRACE)), 0),
				figure("switchover, last thread writes again, s, worst", outages,
						(outage) -> outage.worst(Outage::lastThread), Double.POSITIVE_INFINITY),
				figure("switchover, errors of one thread, at most", outages,
						(outage) -> outage.worst(Outage::mostFailuresOfAThread), Double.POSITIVE_INFINITY));
	}

	private static Figure figure(String name, Map<Contender, Outages> outages, ToDoubleFunction<Outages> value,
			double limit) {
		String others = peers()
			.map((peer) -> String.format(Locale.ROOT, "%.3f", value.applyAsDouble(of(outages, peer))))
			.collect(Collectors.joining(" | ", "(", ")"));
		return new Figure(name, value.applyAsDouble(of(outages, Contender.LIBRARY)), limit, others);
	}

	private static Stream<Contender> peers() {
		return Stream.of(Contender.values()).filter((contender) -> contender != Contender.LIBRARY);
	}

	private static Outages of(Map<Contender, Outages> outages, Contender contender) {
		return Objects.requireNonNull(outages.get(contender), () -> "nothing for " + contender);
	}

}
