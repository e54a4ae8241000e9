package io.rdsboot.cluster.knowledge;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.rdsboot.cluster.AddressRedirect;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.ServerIdentity;
import io.rdsboot.cluster.bluegreen.Deployment;
import io.rdsboot.cluster.bluegreen.DeploymentStatus;
import io.rdsboot.cluster.poll.Observation;
import io.rdsboot.cluster.poll.SessionIdentity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Switchover} by what {@link ClusterKnowledge} makes of it: blue are the
 * writer {@code a} and the readers {@code b} and {@code c}.
 */
class SwitchoverTests extends AbstractClusterKnowledgeTests {

	private static final String BLUE = "1";

	private static final String GREEN = "2";

	private final DatabaseInstance greenA = instance("a-green-abc123:5432", "a-green-abc123");

	private final DatabaseInstance greenB = instance("b-green-abc123:5432", "b-green-abc123");

	@Test
	void greenIsWatchedOnceASwitchoverIsUnderWay() {
		blueAnswers();
		told(this.a, DeploymentStatus.AVAILABLE);
		assertThat(this.knowledge.isDeployed()).isTrue();
		assertThat(this.knowledge.isSwitchingOver(this.now)).isFalse();
		assertThat(this.knowledge.watched()).doesNotContain(this.greenA);
		told(this.a, DeploymentStatus.SWITCHOVER_INITIATED);
		assertThat(this.knowledge.isSwitchingOver(this.now)).isTrue();
		assertThat(this.knowledge.watched()).contains(this.greenA, this.greenB, this.a, this.b, this.c);
		assertThat(writer()).isEqualTo("a");
	}

	@Test
	void closedWriterIsNoneAndServesReadsMeanwhile() {
		blueAnswers();
		closes(this.a, BLUE);
		assertThat(writer()).isNull();
		assertThat(role(this.a)).isEqualTo(InstanceRole.READER);
		assertThat(role(this.b)).isEqualTo(InstanceRole.READER);
		long now = this.now;
		assertThat(state(this.a).progress().includesCommitsUntil(now)).as("its log is complete").isTrue();
		replaysOver(this.b, BLUE);
		assertThat(state(this.b).progress().includesCommitsUntil(now)).as("and readers can tell").isTrue();
	}

	@Test
	void namesAreRedirectedOnceGreenTakesWritesAndBlueDoesNot(CapturedOutput output) {
		blueAnswers();
		told(this.a, DeploymentStatus.SWITCHOVER_IN_PROGRESS);
		closes(this.greenA, GREEN);
		closes(this.a, BLUE);
		assertThat(this.knowledge.redirects()).doesNotContainKey(this.a);
		opens(this.greenA, GREEN);
		Map<DatabaseInstance, AddressRedirect> redirects = this.knowledge.redirects();
		assertThat(redirects.get(this.a)).hasToString("127.0.0.1:5432");
		assertThat(redirects.get(this.a).names()).containsExactly(this.greenA.address(), this.a.address());
		assertThat(redirects.get(this.b).names()).first().isEqualTo(this.greenB.address());
		assertThat(redirects).doesNotContainKey(this.c);
		assertThat(toAskAnew()).contains(this.a, this.b, this.c);
		assertThat(writer()).as("what green's writer has said holds for it").isEqualTo("a");
		assertThat(state(this.a).server()).isEqualTo(new ServerIdentity("writer of " + GREEN));
		assertThat(output).contains("a-green-abc123:5432 takes writes").doesNotContain("another cluster");
	}

	@Test
	void answerOfBlueThatComesAfterwardsChangesNothing() {
		namesAreRedirected();
		toAskAnew();
		Observation late = closed(BLUE);
		answers(this.a, late);
		assertThat(writer()).isEqualTo("a");
		assertThat(this.knowledge.toAskAnew(this.now)).containsEntry(this.a, late.session());
		opens(this.a, GREEN);
		assertThat(writer()).isEqualTo("a");
		assertThat(toAskAnew()).isEmpty();
	}

	@Test
	void serversOfBlueServeNothingAfterwards() {
		namesAreRedirected();
		replaysOver(this.c, BLUE);
		assertThat(role(this.c)).isEqualTo(InstanceRole.UNKNOWN);
		assertThat(state(this.c).reachable()).isFalse();
		replaysOver(this.b, GREEN);
		assertThat(role(this.b)).isEqualTo(InstanceRole.READER);
	}

	@Test
	void blueThatIsSilentIsLeftOnceGreenWasOpened() {
		blueAnswers();
		told(this.a, DeploymentStatus.SWITCHOVER_IN_PROGRESS);
		closes(this.greenA, GREEN);
		refuses(this.a);
		assertThat(this.knowledge.redirects()).doesNotContainKey(this.a);
		opens(this.greenA, GREEN);
		assertThat(this.knowledge.redirects()).containsKey(this.a);
	}

	/**
	 * The writer has crashed before the switchover has begun to close anything.
	 */
	@Test
	void blueThatIsSilentIsNotLeftBeforeTheSwitchoverIsInProgress() {
		blueAnswers();
		told(this.a, DeploymentStatus.SWITCHOVER_INITIATED);
		closes(this.greenA, GREEN);
		refuses(this.a);
		opens(this.greenA, GREEN);
		assertThat(this.knowledge.redirects()).doesNotContainKey(this.a);
	}

	@Test
	void greenThatItsOwnerKeepsOpenIsNoNewWriter() {
		blueAnswers();
		opens(this.greenA, GREEN);
		told(this.a, DeploymentStatus.SWITCHOVER_IN_PROGRESS);
		opens(this.greenA, GREEN);
		closes(this.a, BLUE);
		assertThat(this.knowledge.redirects()).doesNotContainKey(this.a);
		told(this.greenA, DeploymentStatus.SWITCHOVER_IN_POST_PROCESSING);
		this.knowledge.conclude(this.now);
		assertThat(this.knowledge.redirects()).containsKey(this.a);
	}

	@Test
	void blueThatTakesWritesIsNotLeftWhateverTheDeploymentTells() {
		blueAnswers();
		told(this.a, DeploymentStatus.SWITCHOVER_IN_POST_PROCESSING);
		closes(this.greenA, GREEN);
		opens(this.greenA, GREEN);
		assertThat(this.knowledge.redirects()).doesNotContainKey(this.a);
		assertThat(writer()).isEqualTo("a");
	}

	@ParameterizedTest
	@EnumSource(names = { "UNKNOWN", "SWITCHOVER_INITIATED", "SWITCHOVER_IN_PROGRESS", "SWITCHOVER_IN_POST_PROCESSING",
			"SWITCHOVER_COMPLETED" })
	void serviceThatStartsAfterBlueWasClosedFindsGreen(DeploymentStatus status) {
		closes(this.a, BLUE);
		told(this.a, status);
		closes(this.greenA, GREEN);
		opens(this.greenA, GREEN);
		assertThat(this.knowledge.redirects()).containsKey(this.a);
		opens(this.a, GREEN);
		assertThat(writer()).isEqualTo("a");
	}

	@Test
	void switchoverThatIsTakenBackGoesOnAtBlue(CapturedOutput output) {
		blueAnswers();
		told(this.a, DeploymentStatus.SWITCHOVER_IN_PROGRESS);
		closes(this.greenA, GREEN);
		closes(this.a, BLUE);
		told(this.a, DeploymentStatus.AVAILABLE);
		opens(this.a, BLUE);
		assertThat(writer()).isEqualTo("a");
		assertThat(this.knowledge.watched()).doesNotContain(this.greenA);
		assertThat(output).contains("was taken back");
	}

	@Test
	void deploymentThatIsDeletedMidwayIsForgotten() {
		blueAnswers();
		told(this.a, DeploymentStatus.SWITCHOVER_IN_PROGRESS);
		this.knowledge.deploymentTold(this.a, Deployment.NONE, this.now);
		assertThat(this.knowledge.isDeployed()).isFalse();
		assertThat(this.knowledge.watched()).doesNotContain(this.greenA);
	}

	@Test
	void serviceThatUsesGreenByItsOwnNamesFollowsNothing() {
		ClusterKnowledge staging = new ClusterKnowledge(
				List.of(new InstanceState(this.greenA, InstanceRole.WRITER, true)), this.log, Duration.ofMinutes(1));
		staging.find(this.greenA).answered(answer(true, 100, 1, GREEN, GREEN));
		staging.conclude(this.now);
		staging.deploymentTold(this.greenA, deployment(DeploymentStatus.SWITCHOVER_IN_PROGRESS), this.now);
		assertThat(staging.isDeployed()).isFalse();
		assertThat(staging.watched()).containsExactly(this.greenA);
	}

	@Test
	void serviceThatUsesWhatWasLeftStaysThere() {
		DatabaseInstance left = instance("a-old1", "a-old1");
		ClusterKnowledge reports = new ClusterKnowledge(List.of(new InstanceState(left, InstanceRole.WRITER, true)),
				this.log, Duration.ofMinutes(1));
		reports.find(left).answered(closed(BLUE));
		reports.conclude(this.now);
		reports.deploymentTold(left, deployment(DeploymentStatus.SWITCHOVER_COMPLETED), this.now);
		assertThat(reports.isDeployed()).isFalse();
	}

	@Test
	void addressOfSeveralServersIsRedirectedWithTheOthers() {
		DatabaseInstance several = new DatabaseInstance("readers", new InstanceAddress("readers", 5432), 1, Map.of(),
				InstanceRole.READER);
		begin(List.of(new InstanceState(this.a, InstanceRole.WRITER, true),
				new InstanceState(several, InstanceRole.READER, true)));
		opens(this.a, BLUE);
		answers(several, new Observation(false, false, null, Observation.NO_TIMELINE, null,
				new SessionIdentity(null, null), ++this.now, this.now + 1));
		told(this.a, DeploymentStatus.SWITCHOVER_IN_PROGRESS);
		replaysOver(this.greenB, GREEN);
		closes(this.greenA, GREEN);
		closes(this.a, BLUE);
		opens(this.greenA, GREEN);
		opens(this.a, GREEN);
		assertThat(this.knowledge.redirects()).containsKeys(this.a, several);
		led(several, open(GREEN));
		led(several, open(GREEN));
		assertThat(this.knowledge.redirects()).containsKey(several);
		led(this.a, open(GREEN));
		led(this.a, open(GREEN));
		assertThat(this.knowledge.redirects()).isEmpty();
		assertThat(state(several).reachable()).isTrue();
	}

	@Test
	void redirectEndsOnceTheNameLeadsToGreenTwice() {
		namesAreRedirected();
		opens(this.a, GREEN);
		led(this.a, closed(BLUE));
		led(this.a, open(GREEN));
		led(this.a, closed(BLUE));
		led(this.a, open(GREEN));
		assertThat(this.knowledge.redirects()).containsKey(this.a);
		led(this.a, open(GREEN));
		assertThat(this.knowledge.redirects()).doesNotContainKey(this.a).containsKey(this.b);
		assertThat(writer()).isEqualTo("a");
	}

	private void namesAreRedirected() {
		blueAnswers();
		told(this.a, DeploymentStatus.SWITCHOVER_IN_PROGRESS);
		closes(this.greenA, GREEN);
		closes(this.a, BLUE);
		opens(this.greenA, GREEN);
		assertThat(this.knowledge.redirects()).containsKey(this.a);
	}

	private void led(DatabaseInstance instance, Observation direct) {
		this.knowledge.led(instance, direct);
		this.knowledge.conclude(this.now);
	}

	private void blueAnswers() {
		opens(this.a, BLUE);
		replaysOver(this.b, BLUE);
		replaysOver(this.c, BLUE);
		assertThat(writer()).isEqualTo("a");
	}

	private void told(DatabaseInstance teller, DeploymentStatus status) {
		this.knowledge.deploymentTold(teller, deployment(status), this.now);
	}

	private Deployment deployment(DeploymentStatus status) {
		InetSocketAddress endpoint = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5432);
		return new Deployment(status, Set.of(this.a.address(), this.b.address()),
				Map.of(this.greenA.address(), endpoint, this.greenB.address(), endpoint));
	}

	private void opens(DatabaseInstance instance, String cluster) {
		if (this.knowledge.find(instance) != null) {
			answers(instance, open(cluster));
		}
	}

	private Observation open(String cluster) {
		return answer(true, 100, 1, cluster, "writer of " + cluster);
	}

	private void closes(DatabaseInstance instance, String cluster) {
		answers(instance, closed(cluster));
	}

	private Observation closed(String cluster) {
		this.now += 10;
		return new Observation(false, true, new LogPosition(100), 1, null,
				new SessionIdentity(cluster, new ServerIdentity("writer of " + cluster)), this.now, this.now + 1);
	}

	private void replaysOver(DatabaseInstance instance, String cluster) {
		answers(instance, answer(false, 100, Observation.NO_TIMELINE, cluster, instance + " of " + cluster));
	}

	private static DatabaseInstance instance(String name, String host) {
		return new DatabaseInstance(name, new InstanceAddress(host, 5432), 1, Map.of(), null);
	}

}
