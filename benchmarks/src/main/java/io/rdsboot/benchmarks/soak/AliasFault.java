package io.rdsboot.benchmarks.soak;

import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

/**
 * What can happen to servers and the aliases in front of them. Each finds all servers at
 * work and leaves them so; the aliases are put right afterwards, by the caller.
 */
enum AliasFault {

	/**
	 * The writer is stopped in order and comes back as a reader before the alias moves.
	 */
	LATE_ALIAS {

		@Override
		void strike(Aliases aliases, Random random) throws InterruptedException {
			aliases.cluster().failover();
			pass(random);
		}

	},

	/** The alias moves at once, and takes the open connections along. */
	VIRTUAL_IP {

		@Override
		void strike(Aliases aliases, Random random) {
			aliases.cluster().failover();
			aliases.writer().pointTo(aliases.cluster().writer());
			aliases.writer().disconnect();
		}

	},

	/** The writer is killed, and the alias moves before it is back. */
	CRASHED_WRITER {

		@Override
		void strike(Aliases aliases, Random random) throws InterruptedException {
			LocalRdsCluster cluster = aliases.cluster();
			LocalRdsInstance former = cluster.writer();
			cluster.crash(former);
			pass(random);
			cluster.failover();
			aliases.putRight(random);
			pass(random);
			cluster.restart(former);
		}

	},

	/** The writer freezes, and comes back as a reader before the alias moves. */
	FROZEN_WRITER {

		@Override
		void strike(Aliases aliases, Random random) throws InterruptedException {
			LocalRdsCluster cluster = aliases.cluster();
			LocalRdsInstance former = cluster.writer();
			cluster.freeze(former);
			pass(random);
			cluster.promote();
			pass(random);
			cluster.thaw(former);
		}

	},

	/** The writer is killed and started again, where the alias leads. */
	RESTARTED_WRITER {

		@Override
		void strike(Aliases aliases, Random random) throws InterruptedException {
			aliases.cluster().crash(aliases.cluster().writer());
			pass(random);
			aliases.cluster().restart(aliases.cluster().writer());
		}

	},

	/** Two failovers before the alias moves. */
	TWO_FAILOVERS {

		@Override
		void strike(Aliases aliases, Random random) throws InterruptedException {
			aliases.cluster().failover();
			pass(random);
			aliases.cluster().failover();
		}

	},

	/** Somebody lets the writer's alias lead to a reader, and drops the connections. */
	WRONG_ALIAS {

		@Override
		void strike(Aliases aliases, Random random) throws InterruptedException {
			aliases.writer().pointTo(aliases.anyReader(random));
			aliases.writer().disconnect();
			pass(random);
		}

	},

	/** The readers' alias leads to the writer for a while. */
	READER_TO_WRITER {

		@Override
		void strike(Aliases aliases, Random random) throws InterruptedException {
			aliases.reader().pointTo(aliases.cluster().writer());
			aliases.reader().disconnect();
			pass(random);
		}

	},

	/** The readers' alias moves, and the connections stay on the reader before. */
	MOVED_READER {

		@Override
		void strike(Aliases aliases, Random random) throws InterruptedException {
			aliases.reader().pointTo(aliases.anyReader(random));
			pass(random);
		}

	},

	/** The reader that the alias leads to stops replaying while the alias moves. */
	PAUSED_READER {

		@Override
		void strike(Aliases aliases, Random random) throws InterruptedException {
			LocalRdsInstance reader = aliases.anyReader(random);
			aliases.cluster().pauseReplay(reader);
			aliases.reader().pointTo(reader);
			aliases.reader().disconnect();
			pass(random);
			aliases.cluster().resumeReplay(reader);
		}

	};

	/**
	 * Lets it happen.
	 * @param aliases the addresses, and the cluster behind them
	 * @param random decides what is left open
	 */
	abstract void strike(Aliases aliases, Random random) throws InterruptedException;

	private static void pass(Random random) throws InterruptedException {
		TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(2300));
	}

}
