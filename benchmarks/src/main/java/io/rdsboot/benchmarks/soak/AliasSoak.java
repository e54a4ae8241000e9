package io.rdsboot.benchmarks.soak;

import java.sql.SQLException;

import io.rdsboot.benchmarks.RoutingService;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.test.LocalRdsCluster;

/**
 * Program that lets a random fault happen every five seconds to a cluster and to the
 * aliases in front of it, which are all that a service knows of it, while the service
 * writes numbered rows. It fails if a row does not add up, or if writes are not back
 * within three seconds after the aliases lead where they should. Takes ten minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Psoak-alias
 * </pre>
 *
 * {@code -Dsoak.duration} and {@code -Dsoak.seed} are those of {@link Soak}.
 */
public final class AliasSoak {

	private static final double LONGEST_RETURN_SECONDS = 3;

	private AliasSoak() {
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
				Aliases aliases = Aliases.of(cluster);
				RoutingService service = RoutingService.at(cluster, Aliases.address(aliases.writer()),
						"rds.readers=" + Aliases.address(aliases.reader()))) {
			return course.run(cluster, Application.of(service), AliasFault.class, (fault, random) -> {
				fault.strike(aliases, random);
				aliases.putRight(random);
			}, LONGEST_RETURN_SECONDS);
		}
	}

}
