package io.rdsboot.operations;

import java.time.Duration;
import java.util.function.Consumer;

import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.watch.TopologyMonitor;
import io.rdsboot.credentials.iam.IamCredentialsProvider;
import io.rdsboot.datasource.RdsDataSource;
import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.consistency.ConsistencyToken;
import io.rdsboot.routing.consistency.ConsistencyTokens;
import io.rdsboot.test.LocalAws;
import io.rdsboot.test.LocalBlueGreen;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

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
			awaitDeployment(output);
			deployment.initiate();
			deployment.begin();
			deployment.open();
			service.awaitWrites(200);
			assertThat(isRedirected(service)).isTrue();
			deployment.moveAddresses();
			deployment.complete();
			awaitNames(service);
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
			awaitDeployment(output);
			deployment.initiate();
			awaitOutput(output, "switchover is under way");
			deployment.begin();
			deployment.rollBack();
			service.awaitWrites(100);
			awaitOutput(output, "was taken back");
			assertThat(isRedirected(service)).isFalse();
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
			awaitDeployment(output);
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
			awaitOutput(output, "GRANT USAGE ON SCHEMA rds_tools");
			deployment.switchover(Duration.ofSeconds(1));
			service.awaitWrites(100);
			service.stop();
			service.assertConsistent(deployment.green(), 2);
			service.assertNothingWritten(blue, deployment.green());
			assertThat(output.getAll().split("GRANT USAGE ON SCHEMA rds_tools", -1)).hasSize(2);
		}
	}

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

	@Test
	void twoSwitchoversInARow(CapturedOutput output) throws Exception {
		try (LocalRdsCluster blue = LocalRdsCluster.builder().readers(1).tls().start();
				SwitchedService service = new SwitchedService(blue).createTable();
				LocalBlueGreen first = blue.blueGreen()) {
			service.load(4);
			awaitDeployment(output);
			first.switchover(Duration.ZERO);
			service.awaitWrites(100);
			awaitNames(service);
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

	/**
	 * A position in blue's log says nothing on green's.
	 */
	@Test
	void tokenOfBeforeIsHonouredByItsTime(CapturedOutput output) throws Exception {
		try (LocalRdsCluster blue = LocalRdsCluster.builder().readers(1).tls().start();
				SwitchedService service = new SwitchedService(blue).createTable();
				LocalBlueGreen deployment = blue.blueGreen()) {
			TopologyMonitor monitor = service.dataSource().monitor();
			ConsistencyTokens tokens = ConsistencyTokens.builder("app").writerLog(monitor).build();
			ConsistencyToken before = written(service, tokens);
			assertThat(before.position()).isNotNull();
			awaitDeployment(output);
			deployment.switchover(Duration.ZERO);
			service.load(1);
			service.awaitWrites(1);
			service.stop();
			// A pool may be led to green by its name before the monitor is.
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> monitor.logSince() != null);
			ConsistencySession session = ConsistencySession.open();
			tokens.apply(before, session);
			ConsistencyToken passedOn = tokens.capture(session);
			assertThat(passedOn.position()).isNotNull().isNotEqualTo(before.position());
		}
	}

	private static ConsistencyToken written(SwitchedService service, ConsistencyTokens tokens) {
		ConsistencySession session = ConsistencySession.open();
		ConsistencySession.Binding binding = session.bind();
		try {
			service.jdbc().update("INSERT INTO numbers VALUES (0)");
			return tokens.capture(session);
		}
		finally {
			binding.close();
		}
	}

	@Test
	void stagingServiceOnGreenIsNotMovedNorDoesItMoveOthers(CapturedOutput output) throws Exception {
		try (LocalRdsCluster blue = LocalRdsCluster.builder().readers(0).tls().start();
				SwitchedService service = new SwitchedService(blue).createTable()) {
			try (LocalBlueGreen deployment = blue.blueGreen(); RdsDataSource staging = staging(deployment)) {
				service.load(2);
				awaitDeployment(output);
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
			awaitDeployment(output);
			deployment.switchover(Duration.ofSeconds(2));
			service.awaitWrites(100);
			awaitNames(service);
			service.awaitWrites(100);
			service.stop();
			service.assertConsistent(deployment.green(), 1);
			service.assertNothingWritten(blue, deployment.green());
		}
	}

	/**
	 * Tokens are signed for the name of the server, which is green's until it gets
	 * blue's.
	 */
	@Test
	void tokensFollowTheNames(CapturedOutput output) throws Exception {
		try (LocalRdsCluster blue = LocalRdsCluster.builder().readers(0).iam().start();
				IamCredentialsProvider provider = provider(blue);
				SwitchedService service = new SwitchedService(blue, (builder) -> builder.credentials(provider))
					.createTable();
				LocalBlueGreen deployment = blue.blueGreen()) {
			service.load(4);
			awaitDeployment(output);
			deployment.switchover(Duration.ofSeconds(1));
			service.awaitWrites(100);
			awaitNames(service);
			service.awaitWrites(100);
			service.stop();
			service.assertConsistent(deployment.green(), 1);
			service.assertNothingWritten(blue, deployment.green());
		}
	}

	private static IamCredentialsProvider provider(LocalRdsCluster cluster) {
		LocalAws aws = cluster.aws();
		return IamCredentialsProvider
			.builder(StaticCredentialsProvider
				.create(AwsBasicCredentials.create(aws.accessKeyId(), aws.secretAccessKey())), cluster.username())
			.region(Region.of(aws.region()))
			.clock(cluster.clock())
			.build();
	}

	private static LocalRdsCluster tableOnly() throws Exception {
		LocalRdsCluster cluster = LocalRdsCluster.builder().readers(1).tls().start();
		new SwitchedService(cluster).createTable().close();
		return cluster;
	}

	private static void awaitDeployment(CapturedOutput output) {
		awaitOutput(output, "There is a Blue/Green deployment");
	}

	private static void awaitOutput(CapturedOutput output, String text) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> output.getAll().contains(text));
	}

	private static boolean isRedirected(SwitchedService service) {
		TopologyMonitor monitor = service.dataSource().monitor();
		return monitor.topology().instances().stream().anyMatch((state) -> monitor.redirect(state.instance()) != null);
	}

	/**
	 * Waits until all names lead to green by themselves.
	 */
	private static void awaitNames(SwitchedService service) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !isRedirected(service));
	}

}
