package io.rdsboot.operations;

import java.time.Duration;

import io.rdsboot.cluster.watch.TopologyMonitor;
import io.rdsboot.credentials.iam.IamCredentialsProvider;
import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.consistency.ConsistencyToken;
import io.rdsboot.routing.consistency.ConsistencyTokens;
import io.rdsboot.test.LocalAws;
import io.rdsboot.test.LocalBlueGreen;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what a session knew, and of what a service logs in with, across a Blue/Green
 * switchover.
 */
@ExtendWith(OutputCaptureExtension.class)
class BlueGreenTokensTests {

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
			SwitchedService.awaitDeployment(output);
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
			SwitchedService.awaitDeployment(output);
			deployment.switchover(Duration.ofSeconds(1));
			service.awaitWrites(100);
			service.awaitNames();
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

}
