package io.rdsboot.benchmarks.regions;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.benchmarks.switchover.PairLoad;
import io.rdsboot.benchmarks.switchover.SwitchoverOutcome;
import io.rdsboot.benchmarks.switchover.SwitchoverOutcomes;
import org.slf4j.LoggerFactory;

/**
 * Program that switches a global database over to another region and back under the load
 * of a service. Takes about two minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-regions
 * </pre>
 *
 * {@code -Dregions.rounds} is the number of switchovers there and back.
 * <p>
 * The database is a local emulation, whose regions are on one machine: the network
 * between them takes no time. AWS's JDBC wrapper does not run beside it. Its plugin for
 * global databases tells regions by host names such as Aurora's, which the emulation does
 * not have.
 */
public final class RegionLoad {

	private static final double PAUSE_LIMIT_SECONDS = 0.5;

	private RegionLoad() {
	}

	/**
	 * Runs the switchovers.
	 * @param args none
	 * @throws SQLException if the database cannot be prepared
	 * @throws InterruptedException if the program is interrupted
	 */
	public static void main(String[] args) throws SQLException, InterruptedException {
		int switchovers = 2 * Integer.getInteger("regions.rounds", 5);
		List<SwitchoverOutcome> outcomes = new ArrayList<>();
		// The same times in every run.
		try (RegionSwitchovers regions = new RegionSwitchovers(new Random(1))) {
			for (int i = 1; i <= switchovers; i++) {
				SwitchoverOutcome outcome = regions.next();
				LoggerFactory.getLogger(RegionLoad.class).info("{}/{}: {}", i, switchovers, outcome);
				outcomes.add(outcome);
			}
		}
		new Report("%d switchovers to another region under load of %d threads".formatted(switchovers, PairLoad.THREADS),
				figures(new SwitchoverOutcomes(outcomes)))
			.publish();
	}

	private static List<Figure> figures(SwitchoverOutcomes outcomes) {
		ToDoubleFunction<SwitchoverOutcome> longestPause = (
				outcome) -> outcome.pausesBeyond().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
		return List.of(
				new Figure("writes pause longer than the servers, s, p50 of threads", outcomes.pauseBeyond(0.5),
						PAUSE_LIMIT_SECONDS,
						"(longest of each switchover: %s)".formatted(outcomes.values()
							.stream()
							.map((outcome) -> "%.3f".formatted(longestPause.applyAsDouble(outcome)))
							.toList())),
				new Figure("the same, longest", outcomes.pauseBeyond(1), PAUSE_LIMIT_SECONDS, ""),
				new Figure("errors of one thread in a switchover, at most",
						outcomes.worst(SwitchoverOutcome::mostFailuresOfAThread), 1, ""),
				Figure.withoutTarget("errors of all threads in a switchover, mean",
						outcomes.mean(SwitchoverOutcome::failures), ""),
				Figure.withoutTarget("longest read, s", outcomes.worst(SwitchoverOutcome::longestRead), ""),
				new Figure("rows lost", outcomes.sum(SwitchoverOutcome::lost), 0, ""),
				new Figure("rows doubled", outcomes.sum(SwitchoverOutcome::doubled), 0, ""),
				new Figure("rows written to the former writer alone",
						outcomes.sum(SwitchoverOutcome::writtenBehindTheFence), 0, ""),
				new Figure("reads of a session that missed its write", outcomes.sum(SwitchoverOutcome::stale), 0, ""));
	}

}
