package io.rdsboot.benchmarks.regions;

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
 * Program that switches a global database over to another region and back under the load
 * of a service, and compares how this library and AWS's JDBC wrapper come through. Takes
 * about four minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-regions
 * </pre>
 *
 * {@code -Dregions.rounds} is the number of switchovers there and back.
 * <p>
 * The database is a local emulation, whose regions are on one machine: the network
 * between them takes no time.
 */
public final class RegionLoad {

	private RegionLoad() {
	}

	/**
	 * Runs the switchovers.
	 * @param args none
	 * @throws SQLException if the database cannot be prepared
	 * @throws InterruptedException if the program is interrupted
	 */
	public static void main(String[] args) throws SQLException, InterruptedException {
		int rounds = Integer.getInteger("regions.rounds", 5);
		Map<RegionContender, List<SwitchoverOutcome>> outcomes = new EnumMap<>(RegionContender.class);
		// The same times in every run.
		try (RegionSwitchovers regions = new RegionSwitchovers(new Random(1))) {
			for (int round = 1; round <= rounds; round++) {
				for (RegionContender contender : RegionContender.values()) {
					for (int there = 0; there < 2; there++) {
						SwitchoverOutcome outcome = regions.next(contender);
						LoggerFactory.getLogger(RegionLoad.class)
							.info("{}/{}, {}: {}", round, rounds, contender, outcome);
						outcomes.computeIfAbsent(contender, (first) -> new ArrayList<>()).add(outcome);
					}
				}
			}
		}
		new Report(
				"%d switchovers to another region and back under load of %d threads (AWS's JDBC wrapper)"
					.formatted(rounds, PairLoad.THREADS),
				new SwitchoverFigures(of(outcomes, RegionContender.LIBRARY), of(outcomes, RegionContender.WRAPPER))
					.all("rows that the former writer alone has"))
			.publish();
	}

	private static SwitchoverOutcomes of(Map<RegionContender, List<SwitchoverOutcome>> outcomes,
			RegionContender contender) {
		return new SwitchoverOutcomes(
				Objects.requireNonNull(outcomes.get(contender), () -> "nothing for " + contender));
	}

}
