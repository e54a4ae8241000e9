package io.rdsboot.operations;

import io.rdsboot.test.LocalBlueGreen;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of services that start during a Blue/Green switchover.
 */
class BlueGreenStartTests {

	@ParameterizedTest
	@ValueSource(strings = { "begun", "open", "moved", "complete" })
	void serviceThatStartsInAnyPhaseFindsItsWay(String phase) throws Exception {
		try (LocalRdsCluster blue = tableOnly(); LocalBlueGreen deployment = blue.blueGreen()) {
			deployment.initiate();
			deployment.begin();
			if (!phase.equals("begun")) {
				deployment.open();
			}
			if (phase.equals("moved") || phase.equals("complete")) {
				deployment.moveAddresses();
			}
			if (phase.equals("complete")) {
				deployment.complete();
			}
			try (SwitchedService service = new SwitchedService(blue)) {
				service.load(2);
				if (phase.equals("begun")) {
					deployment.open();
				}
				service.awaitWrites(20);
				service.stop();
				service.assertConsistent(deployment.green(), 1);
				service.assertNothingWritten(blue, deployment.green());
			}
		}
	}

	private static LocalRdsCluster tableOnly() throws Exception {
		LocalRdsCluster cluster = LocalRdsCluster.builder().readers(1).tls().start();
		new SwitchedService(cluster).createTable().close();
		return cluster;
	}

}
