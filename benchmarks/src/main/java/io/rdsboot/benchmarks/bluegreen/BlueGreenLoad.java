package io.rdsboot.benchmarks.bluegreen;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import org.slf4j.LoggerFactory;

/**
 * Program that switches a Blue/Green deployment over under the load of a service, and
 * compares how this library and AWS's JDBC wrapper come through. Takes about half an
 * hour:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-blue-green
 * </pre>
 *
 * With {@code -Dbluegreen.rounds=1} it is done once, to try it.
 */
public final class BlueGreenLoad {

	private static final double PAUSE_LIMIT_SECONDS = 0.5;

	private BlueGreenLoad() {
	}

	/**
	 * Runs the switchovers.
	 * @param args none
	 * @throws IOException if names cannot be resolved locally
	 * @throws SQLException if a cluster cannot be prepared
	 * @throws InterruptedException if the program is interrupted
	 */
	public static void main(String[] args) throws IOException, SQLException, InterruptedException {
		// Before anything has resolved a name.
		LocalNames.install();
		int rounds = Integer.getInteger("bluegreen.rounds", 20);
		Map<BlueGreenContender, List<SwitchoverOutcome>> outcomes = new EnumMap<>(BlueGreenContender.class);
		// The same times in every run.
		Random random = new Random(1);
		for (int round = 1; round <= rounds; round++) {
			for (BlueGreenContender contender : BlueGreenContender.values()) {
				SwitchoverOutcome outcome = new Switchover(random).run(contender);
				LoggerFactory.getLogger(BlueGreenLoad.class).info("{}/{}, {}: {}", round, rounds, contender, outcome);
				outcomes.computeIfAbsent(contender, (first) -> new ArrayList<>()).add(outcome);
			}
		}
		new Report("%d Blue/Green switchovers under load of %d threads (AWS's JDBC wrapper)".formatted(rounds,
				PairLoad.THREADS), figures(outcomes))
			.publish();
	}

	private static List<Figure> figures(Map<BlueGreenContender, List<SwitchoverOutcome>> outcomes) {
		return List.of(
				figure("writes pause longer than the servers, s, p50 of threads", outcomes,
						(list) -> quantile(list, 0.5), PAUSE_LIMIT_SECONDS),
				figure("the same, longest", outcomes, (list) -> quantile(list, 1), PAUSE_LIMIT_SECONDS),
				figure("errors of one thread in a switchover, at most", outcomes,
						(list) -> worst(list, SwitchoverOutcome::mostFailuresOfAThread), 1),
				figure("errors of all threads in a switchover, mean", outcomes,
						(list) -> sum(list, SwitchoverOutcome::failures) / list.size(), Double.POSITIVE_INFINITY),
				figure("longest read, s", outcomes, (list) -> worst(list, SwitchoverOutcome::longestRead),
						Double.POSITIVE_INFINITY),
				figure("rows lost", outcomes, (list) -> sum(list, SwitchoverOutcome::lost), 0),
				figure("rows doubled", outcomes, (list) -> sum(list, SwitchoverOutcome::doubled), 0),
				figure("rows written to blue after its fence", outcomes,
						(list) -> sum(list, SwitchoverOutcome::writtenBehindTheFence), 0),
				figure("reads of a session that missed its write", outcomes,
						(list) -> sum(list, SwitchoverOutcome::stale), 0));
	}

	private static double quantile(List<SwitchoverOutcome> outcomes, double share) {
		List<Double> sorted = outcomes.stream().flatMap((outcome) -> outcome.pausesBeyond().stream()).sorted().toList();
		return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
	}

	private static double worst(List<SwitchoverOutcome> outcomes, ToDoubleFunction<SwitchoverOutcome> figure) {
		return outcomes.stream().mapToDouble(figure).max().orElseThrow();
	}

	private static double sum(List<SwitchoverOutcome> outcomes, ToLongFunction<SwitchoverOutcome> figure) {
		return outcomes.stream().mapToLong(figure).sum();
	}

	private static Figure figure(String name, Map<BlueGreenContender, List<SwitchoverOutcome>> outcomes,
			ToDoubleFunction<List<SwitchoverOutcome>> value, double limit) {
		return new Figure(name, value.applyAsDouble(of(outcomes, BlueGreenContender.LIBRARY)), limit,
				String.format(Locale.ROOT, "(%.3f)", value.applyAsDouble(of(outcomes, BlueGreenContender.WRAPPER))));
	}

	private static List<SwitchoverOutcome> of(Map<BlueGreenContender, List<SwitchoverOutcome>> outcomes,
			BlueGreenContender contender) {
		return Objects.requireNonNull(outcomes.get(contender), () -> "nothing for " + contender);
	}

}
