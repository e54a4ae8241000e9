package io.rdsboot.benchmarks.soak;

import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

/**
 * What can happen to a pooler and to the servers behind it. Each finds all at work and
 * leaves it so; the pooler's names are put right afterwards, by the caller.
 */
enum PoolerFault {

	/** The pooler holds back what begins. */
	PAUSED_POOLER {

		@Override
		void strike(PooledCluster pooled, Random random) throws InterruptedException {
			pooled.pgBouncer().pause();
			pass(random);
			pooled.pgBouncer().resume();
		}

	},

	/** The pooler is killed, and started after a while. */
	KILLED_POOLER {

		@Override
		void strike(PooledCluster pooled, Random random) throws InterruptedException {
			pooled.pgBouncer().kill();
			pass(random);
			pooled.pgBouncer().start();
		}

	},

	/** The pooler is restarted at once. */
	RESTARTED_POOLER {

		@Override
		void strike(PooledCluster pooled, Random random) {
			pooled.pgBouncer().kill();
			pooled.pgBouncer().start();
		}

	},

	/** The pooler drops all that it has for the writer, and holds back what begins. */
	KILLED_DATABASE {

		@Override
		void strike(PooledCluster pooled, Random random) throws InterruptedException {
			pooled.pgBouncer().administer("KILL " + PooledCluster.WRITER);
			pass(random);
			pooled.pgBouncer().administer("RESUME " + PooledCluster.WRITER);
		}

	},

	/** The writer's name leads to a reader for a while. */
	WRONG_TARGET {

		@Override
		void strike(PooledCluster pooled, Random random) throws InterruptedException {
			pooled.pgBouncer().redirect(PooledCluster.WRITER, pooled.anyReader(random));
			pass(random);
		}

	},

	/** The reader's name leads to the writer for a while. */
	READER_TO_WRITER {

		@Override
		void strike(PooledCluster pooled, Random random) throws InterruptedException {
			pooled.pgBouncer().redirect(PooledCluster.READER, pooled.cluster().writer());
			pass(random);
		}

	},

	/** The reader's name moves to a reader that does not replay. */
	PAUSED_READER {

		@Override
		void strike(PooledCluster pooled, Random random) throws InterruptedException {
			LocalRdsInstance reader = pooled.anyReader(random);
			pooled.cluster().pauseReplay(reader);
			pass(random);
			pooled.pgBouncer().redirect(PooledCluster.READER, reader);
			pass(random);
			pooled.cluster().resumeReplay(reader);
		}

	},

	/** A reader is killed and comes back. */
	CRASHED_READER {

		@Override
		void strike(PooledCluster pooled, Random random) throws InterruptedException {
			LocalRdsInstance reader = pooled.anyReader(random);
			pooled.cluster().crash(reader);
			pass(random);
			pooled.cluster().restart(reader);
		}

	},

	/** The writer is killed and started again. */
	RESTARTED_WRITER {

		@Override
		void strike(PooledCluster pooled, Random random) throws InterruptedException {
			LocalRdsInstance writer = pooled.cluster().writer();
			pooled.cluster().crash(writer);
			pass(random);
			pooled.cluster().restart(writer);
		}

	},

	/** The writer is killed, and its name moves before it is back. */
	CRASHED_WRITER {

		@Override
		void strike(PooledCluster pooled, Random random) throws InterruptedException {
			LocalRdsCluster cluster = pooled.cluster();
			LocalRdsInstance former = cluster.writer();
			cluster.crash(former);
			pass(random);
			cluster.failover();
			pooled.pgBouncer().redirect(PooledCluster.WRITER, cluster.writer());
			pass(random);
			cluster.restart(former);
		}

	},

	/** The writer freezes, and comes back as a reader before the names move. */
	FROZEN_WRITER {

		@Override
		void strike(PooledCluster pooled, Random random) throws InterruptedException {
			LocalRdsCluster cluster = pooled.cluster();
			LocalRdsInstance former = cluster.writer();
			cluster.freeze(former);
			pass(random);
			cluster.promote();
			pass(random);
			cluster.thaw(former);
		}

	},

	/** Writer and reader change their roles, and the names follow later. */
	LATE_TARGET {

		@Override
		void strike(PooledCluster pooled, Random random) throws InterruptedException {
			pooled.cluster().failover();
			pass(random);
		}

	};

	/**
	 * Lets it happen.
	 * @param pooled the pooler, and the cluster behind it
	 * @param random decides what is left open
	 */
	abstract void strike(PooledCluster pooled, Random random) throws InterruptedException;

	private static void pass(Random random) throws InterruptedException {
		TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(2300));
	}

}
