package io.rdsboot.benchmarks.bluegreen;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.rdsboot.benchmarks.CertificateFile;
import io.rdsboot.benchmarks.bluegreen.PairCall.Row;
import io.rdsboot.benchmarks.connections.DirectConnection;
import io.rdsboot.benchmarks.rotation.ConnectionSource;
import io.rdsboot.test.LocalBlueGreen;
import io.rdsboot.test.LocalRdsCluster;

/**
 * One switchover of a cluster of its own, under the load of one contender. Its times are
 * in the range of those that AWS's wrapper publishes: prepared for 2.6 s, closed for 7.4
 * s, and DNS after 38 s; those of DNS are shorter.
 */
final class Switchover {

	/** Until the pools are full, and everything that watches has begun to. */
	private static final Duration WARM_UP = Duration.ofSeconds(4);

	private static final Duration LIMIT = Duration.ofSeconds(45);

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
			DirectConnection.execute(blue, PairLoad.TABLE);
			try (LocalBlueGreen deployment = LocalBlueGreen.builder(blue)
				.hostNames(LocalNames::blue, LocalNames::green)
				.start();
					ConnectionSource source = contender.open(blue, certificate);
					PairLoad load = new PairLoad(source)) {
				warmUp(load, contender);
				switchOver(deployment);
				load.awaitWrites(deployment.openedAt().orElseThrow(), LIMIT);
				List<PairCall> calls = load.stop(LIMIT);
				LocalRdsCluster green = deployment.green();
				return new SwitchoverOutcome(deployment.closedAt().orElseThrow(), deployment.openedAt().orElseThrow(),
						calls,
						rows(green).stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting())),
						rows(blue));
			}
		}
	}

	private static void warmUp(PairLoad load, BlueGreenContender contender) throws InterruptedException {
		long start = System.nanoTime();
		TimeUnit.NANOSECONDS.sleep(WARM_UP.toNanos());
		if (!load.awaitWrites(start, LIMIT)) {
			throw new IllegalStateException(
					"%s does not write, before anything has happened: %s".formatted(contender, load.failures()));
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
		List<Row> rows = new ArrayList<>();
		try (Connection connection = DirectConnection.open(cluster);
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("SELECT thread, number FROM written")) {
			while (result.next()) {
				rows.add(new Row(result.getInt(1), result.getLong(2)));
			}
		}
		return rows;
	}

}
