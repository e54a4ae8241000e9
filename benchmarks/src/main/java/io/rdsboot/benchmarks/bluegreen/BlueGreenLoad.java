package io.rdsboot.benchmarks.bluegreen;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.benchmarks.switchover.PairLoad;
import io.rdsboot.benchmarks.switchover.SwitchoverFigures;
import io.rdsboot.benchmarks.switchover.SwitchoverOutcome;
import io.rdsboot.benchmarks.switchover.SwitchoverOutcomes;
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
		new Report(
				"%d Blue/Green switchovers under load of %d threads (AWS's JDBC wrapper)".formatted(rounds,
						PairLoad.THREADS),
				new SwitchoverFigures(of(outcomes, BlueGreenContender.LIBRARY),
						of(outcomes, BlueGreenContender.WRAPPER))
					.all("rows written to blue after its fence"))
			.publish();
		// The wrapper's monitors of deployments never end, and are no daemons.
		System.exit(0);
	}

	private static SwitchoverOutcomes of(Map<BlueGreenContender, List<SwitchoverOutcome>> outcomes,
			BlueGreenContender contender) {
		return new SwitchoverOutcomes(
				Objects.requireNonNull(outcomes.get(contender), () -> "nothing for " + contender));
	}

}
