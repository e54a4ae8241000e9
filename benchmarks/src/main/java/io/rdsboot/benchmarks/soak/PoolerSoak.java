package io.rdsboot.benchmarks.soak;

import java.sql.SQLException;

import io.rdsboot.benchmarks.RoutingService;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.test.LocalRdsCluster;

/**
 * Program that lets a random fault happen every five seconds to a PgBouncer in
 * transaction mode and to the servers behind it, while a service with the defaults, which
 * knows one name for the writer and one for a reader, writes numbered rows. It fails if a
 * row does not add up, or if writes are not back within three seconds after PgBouncer
 * works and its names lead where they should. Takes ten minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Psoak-pooler
 * </pre>
 *
 * {@code -Dsoak.duration} and {@code -Dsoak.seed} are those of {@link Soak}. With
 * {@code -Dsoak.pgbouncer=newest} it is the PgBouncer that {@code dev/pgbouncer --newest}
 * has built, which keeps prepared statements.
 */
public final class PoolerSoak {

	private static final double LONGEST_RETURN_SECONDS = 3;

	private PoolerSoak() {
	}

	/**
	 * Runs the soak.
	 * @param args none
	 * @throws SQLException if the cluster cannot be prepared or counted
	 * @throws InterruptedException if the program is interrupted
	 */
	public static void main(String[] args) throws SQLException, InterruptedException {
		run(SoakCourse.ofSystemProperties(), "newest".equals(System.getProperty("soak.pgbouncer"))).publish();
	}

	/**
	 * Runs a soak on a cluster of its own.
	 * @param course its course
	 * @param newest whether through a PgBouncer that keeps prepared statements
	 */
	static Report run(SoakCourse course, boolean newest) throws SQLException, InterruptedException {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(SoakCourse.READERS).start();
				PooledCluster pooled = PooledCluster.of(cluster, newest);
				RoutingService service = RoutingService.at(cluster, pooled.writer(),
						"rds.database=" + PooledCluster.WRITER, "rds.readers=" + pooled.reader())) {
			return course.run(cluster, Application.of(service), PoolerFault.class, (fault, random) -> {
				fault.strike(pooled, random);
				pooled.putRight(random);
			}, LONGEST_RETURN_SECONDS);
		}
	}

}
