package io.rdsboot.benchmarks.failover;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

/**
 * What happens to a cluster's writer, until a reader has taken its place.
 */
enum Fault {

	/** The writer's processes are killed. */
	CRASH {

		@Override
		long strike(LocalRdsCluster cluster, Random random) throws InterruptedException {
			cluster.crash(cluster.writer());
			long lost = System.nanoTime();
			pass(random);
			cluster.failover();
			return lost;
		}

		@Override
		void repair(LocalRdsCluster cluster, LocalRdsInstance former) {
			cluster.restart(former);
		}

	},

	/** The writer answers nothing any more, and stays so. */
	FREEZE {

		@Override
		long strike(LocalRdsCluster cluster, Random random) throws InterruptedException, SQLException {
			cluster.freeze(cluster.writer());
			long lost = System.nanoTime();
			pass(random);
			cluster.promote();
			return lost;
		}

		@Override
		void repair(LocalRdsCluster cluster, LocalRdsInstance former) {
			cluster.crash(former);
			cluster.restart(former);
		}

	},

	/** The writer is stopped in order, and comes back as a reader. */
	SWITCHOVER {

		@Override
		long strike(LocalRdsCluster cluster, Random random) {
			cluster.failover();
			return cluster.lastPromotion().orElseThrow();
		}

		@Override
		void repair(LocalRdsCluster cluster, LocalRdsInstance former) {
			// it has come back
		}

	};

	/** Time until a control plane has noticed, so that all clients have noticed too. */
	private static final Duration UNNOTICED = Duration.ofSeconds(2);

	/** By chance, so that no client's rhythm falls together with the promotion. */
	private static final Duration JITTER = Duration.ofSeconds(1);

	/**
	 * Lets it happen.
	 * @return nanoseconds when it was certain that the former writer takes no write
	 */
	abstract long strike(LocalRdsCluster cluster, Random random) throws InterruptedException, SQLException;

	/**
	 * Brings the former writer back.
	 */
	abstract void repair(LocalRdsCluster cluster, LocalRdsInstance former);

	private static void pass(Random random) throws InterruptedException {
		TimeUnit.NANOSECONDS.sleep(UNNOTICED.toNanos() + (long) (random.nextDouble() * JITTER.toNanos()));
	}

}
