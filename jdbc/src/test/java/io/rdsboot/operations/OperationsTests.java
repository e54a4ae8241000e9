package io.rdsboot.operations;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests of services while RDS does to a cluster what it does beside Blue/Green
 * switchovers: to them it is the same.
 */
class OperationsTests {

	/**
	 * A server that is killed ends one session after the other, so that a thread may be
	 * in one that has ended, and then in one that is about to.
	 */
	private static final int FAILURES_OF_THREAD = 2;

	@ParameterizedTest
	@EnumSource
	void nothingIsLostAndEachFailureIsTold(Operation operation) throws Exception {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(1).tls().start();
				SwitchedService service = new SwitchedService(cluster).createTable()) {
			service.load(8);
			service.awaitWrites(100);
			operation.run(cluster);
			service.awaitWrites(200);
			service.stop();
			service.assertConsistent(cluster, FAILURES_OF_THREAD);
		}
	}

	/**
	 * What is done to the cluster.
	 */
	enum Operation {

		/** A failover, planned or not: another instance becomes the writer. */
		FAILOVER {

			@Override
			void run(LocalRdsCluster cluster) {
				cluster.failover();
			}

		},

		/** A reboot, a change of the storage or of a static parameter. */
		REBOOT_OF_WRITER {

			@Override
			void run(LocalRdsCluster cluster) {
				LocalRdsInstance writer = cluster.writer();
				cluster.crash(writer);
				cluster.restart(writer);
			}

		},

		/** An upgrade to another minor version in place. */
		REBOOT_OF_ALL {

			@Override
			void run(LocalRdsCluster cluster) {
				cluster.instances().forEach(cluster::crash);
				cluster.restart(cluster.writer());
				cluster.readers().forEach(cluster::restart);
			}

		},

		/**
		 * A failover of a Multi-AZ instance, or a change of its class: the address stays,
		 * and leads to another server.
		 */
		OTHER_SERVER_AT_THE_ADDRESS {

			@Override
			void run(LocalRdsCluster cluster) {
				LocalRdsInstance former = cluster.writer();
				LocalRdsInstance successor = cluster.failover();
				cluster.address(former).pointTo(successor);
				cluster.address(successor).pointTo(former);
			}

		};

		abstract void run(LocalRdsCluster cluster);

	}

}
