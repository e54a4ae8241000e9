package io.rdsboot.operations;

import java.time.Duration;
import java.util.function.Consumer;

import io.rdsboot.cluster.InstanceState;
import io.rdsboot.datasource.RdsDataSource;
import io.rdsboot.test.LocalBlueGreen;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of services during a Blue/Green switchover.
 */
@ExtendWith(OutputCaptureExtension.class)
class BlueGreenTests {

	private static final int THREADS = 16;

	@Test
	void writesWaitWhileNoServerTakesThemAndNothingIsLost(CapturedOutput output) throws Exception {
		try (LocalRdsCluster blue = LocalRdsCluster.builder().readers(1).tls().start();
				SwitchedService service = new SwitchedService(blue).createTable();
				LocalBlueGreen deployment = blue.blueGreen()) {
			service.load(THREADS);
			service.awaitWrites(200);
			SwitchedService.awaitDeployment(output);
			deployment.initiate();
			deployment.begin();
			deployment.open();
			service.awaitWrites(200);
			assertThat(service.isRedirected()).isTrue();
			deployment.moveAddresses();
			deployment.complete();
			service.awaitNames();
			service.awaitWrites(200);
			service.stop();
			service.assertConsistent(deployment.green(), 1);
			service.assertNothingWritten(blue, deployment.green());
			assertThat(output).doesNotContain(" ERROR ", "Two instances", "another cluster");
		}
	}

	/**
	 * Blue stays in use, and the next switchover succeeds.
	 */
	@Test
	void switchoverThatIsRolledBackGoesOnAtBlue(CapturedOutput output) throws Exception {
		try (LocalRdsCluster blue = LocalRdsCluster.builder().readers(1).tls().start();
				SwitchedService service = new SwitchedService(blue).createTable();
				LocalBlueGreen deployment = blue.blueGreen()) {
			service.load(4);
			SwitchedService.awaitDeployment(output);
			deployment.initiate();
			SwitchedService.awaitOutput(output, "switchover is under way");
			deployment.begin();
			deployment.rollBack();
			service.awaitWrites(100);
			SwitchedService.awaitOutput(output, "was taken back");
			assertThat(service.isRedirected()).isFalse();
			deployment.switchover(Duration.ZERO);
			service.awaitWrites(100);
			service.stop();
			service.assertConsistent(deployment.green(), 2);
			service.assertNothingWritten(blue, deployment.green());
		}
	}

	/**
	 * There is no reader but the closed writer, which has all that was written.
	 */
	@Test
	void readsGoOnWhileBlueIsClosed() throws Exception {
		try (LocalRdsCluster blue = LocalRdsCluster.builder().readers(0).tls().start();
				SwitchedService service = new SwitchedService(blue).createTable();
				LocalBlueGreen deployment = blue.blueGreen()) {
			service.jdbc().update("INSERT INTO numbers VALUES (1)");
			deployment.initiate();
			deployment.begin();
			service.awaitNoWriter();
			assertThat(service.count()).isEqualTo(1);
			assertThat(service.count()).isEqualTo(1);
		}
	}

	/**
	 * What blue tells stands still, and so does DNS.
	 */
	@Test
	void serversEndASwitchoverWhoseStatusStandsStill(CapturedOutput output) throws Exception {
		try (LocalRdsCluster blue = LocalRdsCluster.builder().readers(0).tls().start();
				SwitchedService service = new SwitchedService(blue).createTable();
				LocalBlueGreen deployment = LocalBlueGreen.builder(blue).detachBlue().start()) {
			service.load(4);
			SwitchedService.awaitDeployment(output);
			deployment.initiate();
			deployment.begin();
			deployment.open();
			service.awaitWrites(100);
			service.stop();
			service.assertConsistent(deployment.green(), 1);
			service.assertNothingWritten(blue, deployment.green());
		}
	}

	/**
	 * Nothing is written to blue, and DNS leads to green in the end.
	 */
	@Test
	void withoutThePrivilegeWritesWaitForTheNames(CapturedOutput output) throws Exception {
		try (LocalRdsCluster blue = LocalRdsCluster.builder().readers(1).tls().start();
				SwitchedService service = new SwitchedService(blue).createTable();
				LocalBlueGreen deployment = LocalBlueGreen.builder(blue).withoutGrants().start()) {
			service.load(4);
			service.awaitWrites(100);
			SwitchedService.awaitOutput(output, "GRANT USAGE ON SCHEMA rds_tools");
			deployment.switchover(Duration.ofSeconds(1));
			service.awaitWrites(100);
			service.stop();
			service.assertConsistent(deployment.green(), 2);
			service.assertNothingWritten(blue, deployment.green());
			assertThat(output.getAll().split("GRANT USAGE ON SCHEMA rds_tools", -1)).hasSize(2);
		}
	}

	@Test
	void twoSwitchoversInARow(CapturedOutput output) throws Exception {
		try (LocalRdsCluster blue = LocalRdsCluster.builder().readers(1).tls().start();
				SwitchedService service = new SwitchedService(blue).createTable();
				LocalBlueGreen first = blue.blueGreen()) {
			service.load(4);
			SwitchedService.awaitDeployment(output);
			first.switchover(Duration.ZERO);
			service.awaitWrites(100);
			service.awaitNames();
			first.delete();
			try (LocalBlueGreen second = first.green().blueGreen()) {
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.until(() -> output.getAll().split("There is a Blue/Green deployment", -1).length > 2);
				second.switchover(Duration.ofSeconds(1));
				service.awaitWrites(100);
				service.stop();
				service.assertConsistent(second.green(), 2);
				service.assertNothingWritten(first.green(), second.green());
			}
		}
	}

	@Test
	void stagingServiceOnGreenIsNotMovedNorDoesItMoveOthers(CapturedOutput output) throws Exception {
		try (LocalRdsCluster blue = LocalRdsCluster.builder().readers(0).tls().start();
				SwitchedService service = new SwitchedService(blue).createTable()) {
			try (LocalBlueGreen deployment = blue.blueGreen(); RdsDataSource staging = staging(deployment)) {
				service.load(2);
				SwitchedService.awaitDeployment(output);
				deployment.initiate();
				deployment.begin();
				service.awaitNoWriter();
				assertThat(staging.monitor().topology().instances()).hasSize(1);
				assertThat(staging.monitor().topology().writer()).isEmpty();
				deployment.open();
				assertThat(staging.monitor().awaitWriter(Duration.ofSeconds(10))).isTrue();
				service.awaitWrites(20);
				InstanceState writer = staging.monitor().topology().writer().orElseThrow();
				assertThat(staging.monitor().redirect(writer.instance())).isNull();
			}
		}
	}

	private static RdsDataSource staging(LocalBlueGreen deployment) throws Exception {
		Consumer<RdsDataSource.Builder> asItIs = (builder) -> {
		};
		return SwitchedService.dataSource(deployment.green(), asItIs);
	}

	@Test
	void auroraClusterIsFollowed(CapturedOutput output) throws Exception {
		try (LocalRdsCluster blue = LocalRdsCluster.builder().readers(1).aurora().tls().start();
				SwitchedService service = new SwitchedService(blue).createTable();
				LocalBlueGreen deployment = blue.blueGreen()) {
			service.load(4);
			service.awaitWrites(100);
			SwitchedService.awaitDeployment(output);
			deployment.switchover(Duration.ofSeconds(2));
			service.awaitWrites(100);
			service.awaitNames();
			service.awaitWrites(100);
			service.stop();
			service.assertConsistent(deployment.green(), 1);
			service.assertNothingWritten(blue, deployment.green());
		}
	}

}
