package io.rdsboot.benchmarks.soak;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

/**
 * What can happen to a cluster. Each fault finds the cluster whole, and leaves it whole.
 * <p>
 * A promotion takes the reader that has received most: with one reader's answer to each
 * commit, this one alone is sure to have all that was acknowledged.
 */
enum Fault {

	/** The writer is killed, a reader promoted, and the former writer comes back. */
	CRASHED_WRITER {

		@Override
		void strike(LocalRdsCluster cluster, Random random) throws InterruptedException {
			LocalRdsInstance former = cluster.writer();
			cluster.crash(former);
			pass(random);
			cluster.failover();
			pass(random);
			cluster.restart(former);
		}

	},

	/** The writer is stopped in order, a reader promoted. */
	SWITCHOVER {

		@Override
		void strike(LocalRdsCluster cluster, Random random) {
			cluster.failover();
		}

	},

	/** The writer freezes, and stays so while a reader is promoted. */
	FROZEN_WRITER {

		@Override
		void strike(LocalRdsCluster cluster, Random random) throws InterruptedException, SQLException {
			LocalRdsInstance former = cluster.writer();
			cluster.freeze(former);
			pass(random);
			cluster.promote();
			pass(random);
			cluster.thaw(former);
		}

	},

	/** The writer freezes, and goes on as if nothing had been. */
	STALLED_WRITER {

		@Override
		void strike(LocalRdsCluster cluster, Random random) throws InterruptedException {
			cluster.freeze(cluster.writer());
			pass(random);
			cluster.thaw(cluster.writer());
		}

	},

	/** The writer is killed and started again. */
	RESTARTED_WRITER {

		@Override
		void strike(LocalRdsCluster cluster, Random random) throws InterruptedException {
			cluster.crash(cluster.writer());
			pass(random);
			cluster.restart(cluster.writer());
		}

	},

	/** A reader freezes and goes on. */
	FROZEN_READER {

		@Override
		void strike(LocalRdsCluster cluster, Random random) throws InterruptedException {
			LocalRdsInstance reader = anyReader(cluster, random);
			cluster.freeze(reader);
			pass(random);
			cluster.thaw(reader);
		}

	},

	/** A reader receives and does not replay. */
	PAUSED_REPLAY {

		@Override
		void strike(LocalRdsCluster cluster, Random random) throws InterruptedException {
			LocalRdsInstance reader = anyReader(cluster, random);
			cluster.pauseReplay(reader);
			pass(random);
			cluster.resumeReplay(reader);
		}

	},

	/** A reader is killed and comes back. */
	CRASHED_READER {

		@Override
		void strike(LocalRdsCluster cluster, Random random) throws InterruptedException {
			LocalRdsInstance reader = anyReader(cluster, random);
			cluster.crash(reader);
			pass(random);
			cluster.restart(reader);
		}

	},

	/** All readers are killed and come back; until then nobody answers to a commit. */
	LOST_READERS {

		@Override
		void strike(LocalRdsCluster cluster, Random random) throws InterruptedException {
			List<LocalRdsInstance> readers = cluster.readers();
			readers.forEach(cluster::crash);
			pass(random);
			readers.forEach(cluster::restart);
		}

	},

	/** Every server is killed, and the same writer comes back first. */
	RESTARTED_CLUSTER {

		@Override
		void strike(LocalRdsCluster cluster, Random random) throws InterruptedException {
			List<LocalRdsInstance> instances = cluster.instances();
			instances.forEach(cluster::crash);
			pass(random);
			instances.forEach(cluster::restart);
		}

	};

	private static final Duration SHORTEST = Duration.ofMillis(200);

	private static final Duration LONGEST = Duration.ofMillis(2500);

	/**
	 * Lets it happen, and repairs it.
	 * @param cluster a cluster of which all instances run
	 * @param random decides what is left open
	 */
	abstract void strike(LocalRdsCluster cluster, Random random) throws InterruptedException, SQLException;

	private static void pass(Random random) throws InterruptedException {
		long range = LONGEST.minus(SHORTEST).toNanos();
		TimeUnit.NANOSECONDS.sleep(SHORTEST.toNanos() + (long) (random.nextDouble() * range));
	}

	private static LocalRdsInstance anyReader(LocalRdsCluster cluster, Random random) {
		return cluster.readers().get(random.nextInt(cluster.readers().size()));
	}

}
