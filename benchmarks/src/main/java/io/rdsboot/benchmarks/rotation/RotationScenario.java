package io.rdsboot.benchmarks.rotation;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.rdsboot.benchmarks.CertificateFile;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.RotationStep;
import io.rdsboot.test.RotationStrategy;

/**
 * Rotations of the secret that a pool under load takes its credentials from, whose steps
 * are 30 s apart. They alternate with as much time without a rotation. Time goes five
 * times as fast as a real clock: the cluster's clock is moved, and what happens in real
 * time, such as a connection's lifetime, takes a fifth of its time. Not thread-safe.
 */
final class RotationScenario {

	private static final String LOOK_UP = "GetSecretValue";

	private static final Duration STEP = Duration.ofSeconds(30);

	private static final int SPEED = 5;

	private final RotationStrategy strategy;

	private final RotationContender contender;

	RotationScenario(RotationStrategy strategy, RotationContender contender) {
		this.strategy = strategy;
		this.contender = contender;
	}

	/**
	 * Returns the real time that a time on the cluster's clock takes.
	 */
	static Duration atFullSpeed(Duration time) {
		return time.dividedBy(SPEED);
	}

	/**
	 * Runs the scenario on a cluster of its own.
	 * @param rounds how many rotations
	 * @throws ExecutionException if a connection was borrowed and could not be used
	 */
	RotationOutcome run(int rounds) throws ExecutionException, InterruptedException {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(0).secretsManager(this.strategy).start();
				CertificateFile certificate = CertificateFile.of(cluster);
				ShortLivedPool pool = new ShortLivedPool(this.contender.open(cluster, certificate))) {
			RotationOutcome outcome = new RotationOutcome();
			pool.shortenLifetimes();
			round(cluster, pool, false);
			for (int round = 0; round < rounds; round++) {
				Borrows reference = round(cluster, pool, false);
				long lookUps = cluster.aws().requests(LOOK_UP);
				long start = System.nanoTime();
				Borrows rotation = round(cluster, pool, true);
				outcome.add(rotation, reference, cluster.aws().requests(LOOK_UP) - lookUps,
						Duration.ofNanos(System.nanoTime() - start));
			}
			return outcome;
		}
	}

	private static Borrows round(LocalRdsCluster cluster, ShortLivedPool pool, boolean rotate)
			throws ExecutionException, InterruptedException {
		pool.awaitMost();
		try (BorrowLoad load = new BorrowLoad(pool)) {
			for (RotationStep step : RotationStep.values()) {
				if (rotate) {
					cluster.secret().rotate(step);
				}
				pass(cluster, STEP);
			}
			return load.stop();
		}
	}

	/**
	 * Lets time pass. Moving the clock takes up to a second, because signatures have
	 * whole seconds.
	 */
	private static void pass(LocalRdsCluster cluster, Duration time) throws InterruptedException {
		Duration real = atFullSpeed(time).minusSeconds(1);
		TimeUnit.NANOSECONDS.sleep(real.toNanos());
		cluster.clock().advance(time.minus(real));
	}

}
