package io.rdsboot.benchmarks.bluegreen;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.rdsboot.benchmarks.CertificateFile;
import io.rdsboot.benchmarks.connections.DirectConnection;
import io.rdsboot.benchmarks.rotation.ConnectionSource;
import io.rdsboot.benchmarks.switchover.PairCall;
import io.rdsboot.benchmarks.switchover.PairCall.Row;
import io.rdsboot.benchmarks.switchover.PairLoad;
import io.rdsboot.benchmarks.switchover.SwitchoverOutcome;
import io.rdsboot.benchmarks.switchover.WrittenRows;
import io.rdsboot.test.LocalBlueGreen;
import io.rdsboot.test.LocalRdsCluster;

/**
 * One switchover of a cluster of its own, under the load of one contender. Its times are
 * in the range of those that AWS's wrapper publishes: prepared for 2.6 s, closed for 7.4
 * s, and DNS after 38 s; those of DNS are shorter.
 */
final class Switchover {

	private static final Duration PREPARED = Duration.ofMillis(2600);

	private static final Duration CLOSED = Duration.ofSeconds(3);

	private static final Duration DNS_LAG = Duration.ofSeconds(4);

	private static final Duration NAMES_KEPT = Duration.ofSeconds(8);

	/** By chance, so that no client's rhythm falls together with a phase. */
	private static final Duration JITTER = Duration.ofSeconds(1);

	private final Random random;

	/**
	 * Creates a switchover.
	 * @param random varies its times
	 */
	Switchover(Random random) {
		this.random = random;
	}

	/**
	 * Runs the switchover.
	 * @param contender who is under load
	 */
	SwitchoverOutcome run(BlueGreenContender contender) throws SQLException, InterruptedException {
		try (LocalRdsCluster blue = LocalRdsCluster.builder().readers(1).tls().start();
				CertificateFile certificate = CertificateFile.of(blue)) {
			PairLoad.createTable(blue);
			try (LocalBlueGreen deployment = LocalBlueGreen.builder(blue)
				.hostNames(LocalNames::blue, LocalNames::green)
				.start();
					ConnectionSource source = contender.open(blue, certificate);
					PairLoad load = new PairLoad(source)) {
				load.warmUp(contender);
				switchOver(deployment);
				load.awaitWrites(deployment.openedAt().orElseThrow(), PairLoad.LIMIT);
				List<PairCall> calls = load.stop(PairLoad.LIMIT);
				LocalRdsCluster green = deployment.green();
				return new SwitchoverOutcome(deployment.closedAt().orElseThrow(), deployment.openedAt().orElseThrow(),
						calls, WrittenRows.counted(rows(green)), rows(blue));
			}
		}
	}

	private void switchOver(LocalBlueGreen deployment) throws InterruptedException {
		deployment.initiate();
		pass(PREPARED);
		deployment.begin();
		pass(CLOSED);
		deployment.open();
		pass(DNS_LAG);
		deployment.moveAddresses();
		pass(NAMES_KEPT);
		deployment.removeGreenAddresses();
		deployment.complete();
		pass(Duration.ofSeconds(1));
	}

	private void pass(Duration time) throws InterruptedException {
		TimeUnit.NANOSECONDS.sleep(time.toNanos() + (long) (this.random.nextDouble() * JITTER.toNanos()));
	}

	private static List<Row> rows(LocalRdsCluster cluster) throws SQLException {
		try (Connection connection = DirectConnection.open(cluster)) {
			return WrittenRows.of(connection);
		}
	}

}
