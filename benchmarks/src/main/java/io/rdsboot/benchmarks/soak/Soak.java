package io.rdsboot.benchmarks.soak;

import java.sql.SQLException;

import io.rdsboot.benchmarks.RoutingService;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.test.LocalRdsCluster;

/**
 * Program that lets a random fault happen to a cluster every five seconds while a service
 * writes numbered rows, and accounts for each row afterwards. It fails if one does not
 * add up. Takes ten minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Psoak
 * </pre>
 *
 * With {@code -Dsoak.duration=PT1M} it takes a minute, and with {@code -Dsoak.seed=42}
 * the faults are those of the run that printed this seed.
 */
public final class Soak {

	private Soak() {
	}

	/**
	 * Runs the soak.
	 * @param args none
	 * @throws SQLException if the cluster cannot be prepared or counted
	 * @throws InterruptedException if the program is interrupted
	 */
	public static void main(String[] args) throws SQLException, InterruptedException {
		run(SoakCourse.ofSystemProperties()).publish();
	}

	/**
	 * Runs a soak on a cluster of its own.
	 */
	static Report run(SoakCourse course) throws SQLException, InterruptedException {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(SoakCourse.READERS).start();
				RoutingService service = RoutingService.on(cluster)) {
			return course.run(cluster, Application.of(service), Fault.class,
					(fault, random) -> fault.strike(cluster, random));
		}
	}

}
