package io.rdsboot.cluster.knowledge;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.ServerIdentity;
import io.rdsboot.cluster.poll.Observation;
import io.rdsboot.cluster.poll.SessionIdentity;
import io.rdsboot.cluster.poll.WatchFailure;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ClusterKnowledge}: what follows from answers that real servers seldom
 * give in the same order twice.
 */
@ExtendWith(OutputCaptureExtension.class)
class ClusterKnowledgeTests {

	private final DatabaseInstance a = instance("a");

	private final DatabaseInstance b = instance("b");

	private final DatabaseInstance c = instance("c");

	private final TopologyLog log = new TopologyLog();

	private ClusterKnowledge knowledge;

	private long now;

	@BeforeEach
	void begin() {
		this.knowledge = new ClusterKnowledge(List.of(new InstanceState(this.a, InstanceRole.WRITER, true),
				new InstanceState(this.b, InstanceRole.READER, true),
				new InstanceState(this.c, InstanceRole.READER, true)), this.log, Duration.ofMinutes(1));
	}

	@Test
	void configuredWriterIsHeardBeforeAnotherIsBelieved() {
		claims(this.b, 1);
		assertThat(writer()).isEqualTo("a");
		replays(this.a);
		assertThat(writer()).isEqualTo("b");
	}

	@Test
	void configuredWriterThatDoesNotAnswerIsReplaced() {
		claims(this.b, 1);
		refuses(this.a);
		assertThat(writer()).isEqualTo("b");
	}

	@Test
	void higherTimelineIsBelievedAtOnce() {
		claims(this.a, 1);
		claims(this.b, 2);
		assertThat(writer()).isEqualTo("b");
		assertThat(role(this.a)).isEqualTo(InstanceRole.UNKNOWN);
		claims(this.a, 1);
		assertThat(writer()).isEqualTo("b");
	}

	@Test
	void writerThatComesBackFromAnOlderTimelineIsNotBelieved() {
		claims(this.a, 1);
		claims(this.b, 2);
		refuses(this.b);
		claims(this.a, 1);
		assertThat(writer()).isEqualTo("b");
	}

	@Test
	void sameTimelineIsNotBelievedEvenIfTheWriterIsSilent() {
		claims(this.a, 1);
		claims(this.b, 1);
		assertThat(writer()).isEqualTo("a");
		refuses(this.a);
		assertThat(writer()).isEqualTo("a");
	}

	@Test
	void nobodyIsBelievedWhenTwoBeginToClaimOnTheSameTimeline() {
		replays(this.a);
		assertThat(writer()).isNull();
		this.knowledge.find(this.b).answered(answer(true, 100, 2, null));
		this.knowledge.find(this.c).answered(answer(true, 100, 2, null));
		this.knowledge.conclude(this.now);
		assertThat(writer()).isNull();
		replays(this.c);
		assertThat(writer()).isEqualTo("b");
	}

	@Test
	void withoutTimelinesTheWriterIsReplacedWhenItFallsSilent() {
		claims(this.a, Observation.NO_TIMELINE);
		claims(this.b, Observation.NO_TIMELINE);
		assertThat(writer()).isEqualTo("a");
		this.knowledge.find(this.a).fellSilent();
		this.knowledge.conclude(this.now);
		assertThat(writer()).isEqualTo("b");
	}

	@Test
	void withoutTimelinesTheWriterThatInsistsStays() {
		claims(this.a, Observation.NO_TIMELINE);
		claims(this.b, Observation.NO_TIMELINE);
		claims(this.a, Observation.NO_TIMELINE);
		refuses(this.a);
		assertThat(writer()).isEqualTo("a");
	}

	@Test
	void instanceOfAnotherClusterIsNeverBelieved() {
		answers(this.a, answer(true, 100, 1, "1"));
		answers(this.b, answer(true, 900, 7, "2"));
		refuses(this.a);
		assertThat(writer()).isEqualTo("a");
		assertThat(state(this.b).reachable()).isFalse();
		assertThat(role(this.b)).isEqualTo(InstanceRole.UNKNOWN);
	}

	@Test
	void whenTheWriterItselfBecomesAnotherClusterTheOthersFollow() {
		answers(this.a, answer(true, 100, 1, "1"));
		answers(this.b, answer(false, 100, 0, "1"));
		answers(this.a, answer(true, 100, 1, "2"));
		this.knowledge.conclude(this.now);
		assertThat(writer()).isEqualTo("a");
		assertThat(state(this.b).reachable()).isFalse();
		answers(this.b, answer(false, 100, 0, "2"));
		assertThat(state(this.b).reachable()).isTrue();
	}

	@Test
	void roleThatIsConfiguredForGoodIsNotAsked() {
		DatabaseInstance proxy = new DatabaseInstance("proxy", this.a.address(), 1, Map.of(), InstanceRole.WRITER);
		this.knowledge.members(List.of(proxy, this.b));
		refuses(proxy);
		claims(this.b, 9);
		assertThat(writer()).isEqualTo("proxy");
		assertThat(role(this.b)).isEqualTo(InstanceRole.UNKNOWN);
	}

	@Test
	void clusterWhoseInstancesAreNamedAnewIsNeverWithoutAWriter() {
		claims(this.a, 1);
		replays(this.b);
		DatabaseInstance one = instance("one");
		DatabaseInstance two = instance("two");
		this.knowledge.members(List.of(one, two, this.b));
		assertThat(this.knowledge.watched()).contains(this.a, this.b, this.c, one, two);
		claims(one, 1);
		assertThat(writer()).isEqualTo("a");
		refuses(two);
		assertThat(writer()).isEqualTo("one");
		assertThat(this.knowledge.topology().instances()).extracting(InstanceState::instance)
			.containsExactly(one, two, this.b);
		assertThat(role(two)).isEqualTo(InstanceRole.UNKNOWN);
		assertThat(role(this.b)).isEqualTo(InstanceRole.READER);
		assertThat(this.knowledge.watched()).containsExactlyInAnyOrder(one, two, this.b);
	}

	@Test
	void writerThatLeavesIsForgotten() {
		claims(this.a, 1);
		this.knowledge.members(List.of(this.b));
		this.knowledge.conclude(this.now);
		assertThat(writer()).isNull();
		assertThat(this.knowledge.find(this.a)).isNull();
	}

	@Test
	void refusedLoginLeavesRoleAndReachabilityAndForgetsProgress() {
		claims(this.a, 1);
		assertThat(state(this.a).progress()).isNotNull();
		fails(this.a, new SQLException("FATAL: password authentication failed", "28P01"));
		assertThat(state(this.a)).isEqualTo(new InstanceState(this.a, InstanceRole.WRITER, true));
	}

	@Test
	void serverThatRefusesALoginCanBeReached() {
		refuses(this.a);
		assertThat(state(this.a).reachable()).isFalse();
		fails(this.a, new SQLException("FATAL: too many connections", "53300"));
		assertThat(state(this.a).reachable()).isTrue();
	}

	@Test
	void answerOfTheWriterIsNewsOfAllReaders() {
		answers(this.b, answer(false, 100, 0, null));
		answers(this.a, answer(true, 100, 1, null));
		assertThat(Objects.requireNonNull(state(this.b).progress()).lag()).isZero();
	}

	@Test
	void promotionBeginsAnotherHistory() {
		answers(this.a, answer(true, 100, 1, null));
		answers(this.b, answer(true, 110, 2, null));
		answers(this.c, answer(false, 105, 0, null));
		assertThat(Objects.requireNonNull(state(this.c).progress()).lag()).isNull();
		answers(this.c, answer(false, 110, 0, null));
		assertThat(Objects.requireNonNull(state(this.c).progress()).lag()).isZero();
	}

	@Test
	void configurationAloneIsNoClaim(CapturedOutput output) {
		answers(this.b, answer(true, 100, 2, "1", "server-b"));
		answers(this.b, answer(true, 100, 2, "1", "server-b"));
		this.now += Contradictions.SECOND_LOOK_AFTER.toNanos();
		answers(this.b, answer(true, 100, 2, "1", "server-b"));
		assertThat(output).doesNotContain("say that they are the writer");
		answers(this.a, answer(false, 100, 0, "1", "server-a"));
		assertThat(writer()).isEqualTo("b");
		assertThat(output).contains("Instance b is the writer, and a, which is configured as such, is not")
			.doesNotContain(" WARN ")
			.doesNotContain(" ERROR ");
	}

	@Test
	void writerIsNotMissedBeforeAllWereAsked(CapturedOutput output) {
		replays(this.a);
		replays(this.b);
		assertThat(output).doesNotContain("has no writer");
		replays(this.c);
		assertThat(output).containsOnlyOnce("The cluster has no writer: none of a, b, c says that it is");
		claims(this.a, 1);
		assertThat(output).containsOnlyOnce("Instance a is the writer");
	}

	@Test
	void writerThatDoesNotAnswerIsNoReaderToBeMissed(CapturedOutput output) {
		replays(this.b);
		replays(this.c);
		refuses(this.a);
		assertThat(output).doesNotContain("has no writer");
	}

	@Test
	void writerThatSaysThatItIsAReplicaIsMissedUntilAnotherIsThere(CapturedOutput output) {
		replays(this.b);
		replays(this.c);
		claims(this.a, 1);
		refuses(this.a);
		assertThat(output).as("silence is no answer").doesNotContain("has no writer");
		replays(this.a);
		assertThat(output)
			.containsOnlyOnce("The cluster has no writer: instance a no longer is, and no other says that it is");
		claims(this.b, 2);
		assertThat(output).containsOnlyOnce("Instance b is the writer now, and a no longer is");
	}

	@Test
	void writerIsNotMissedWhereItsSuccessorHasSpokenFirst(CapturedOutput output) {
		replays(this.b);
		replays(this.c);
		claims(this.a, 1);
		claims(this.b, 2);
		replays(this.a);
		assertThat(output).doesNotContain("has no writer");
	}

	@Test
	void severalWritersOfWhichNoneIsRightAreToldWhenAllHaveSaidSoTwice(CapturedOutput output) {
		replays(this.a);
		this.knowledge.find(this.b).answered(answer(true, 100, 2, "1", "server-b"));
		this.knowledge.find(this.c).answered(answer(true, 100, 2, "1", "server-c"));
		this.knowledge.conclude(this.now);
		assertThat(output).doesNotContain("say that they are the writer");
		this.now += Contradictions.SECOND_LOOK_AFTER.toNanos();
		answers(this.b, answer(true, 100, 2, "1", "server-b"));
		answers(this.c, answer(true, 100, 2, "1", "server-c"));
		assertThat(writer()).isNull();
		assertThat(output)
			.containsOnlyOnce(
					"Several instances say that they are the writer, b among them, and none is used for writes")
			.doesNotContain("rebuild")
			.doesNotContain("has no writer");
	}

	/**
	 * Until it has replayed its log, a server answers that it is starting up.
	 */
	@Test
	void readerThatRestartsIsNotOneThatCannotBeWatched(CapturedOutput output) {
		claims(this.a, 1);
		replays(this.b);
		replays(this.c);
		fails(this.b, new SQLException("the database system is shutting down", "57P01"));
		fails(this.b, new SQLException("Connection refused", "08001"));
		fails(this.b, new SQLException("the database system is starting up", "57P03"));
		fails(this.b, new SQLException("the database system is starting up", "57P03"));
		replays(this.b);
		assertThat(output.getOut().lines().filter((line) -> line.contains(" WARN ") || line.contains(" ERROR ")))
			.singleElement()
			.asString()
			.contains("Instance b, a reader, cannot be reached: ");
		assertThat(output).containsOnlyOnce("Instance b, a reader, can be reached again");
	}

	@Test
	void twoWritersAreToldWhenBothHaveSaidSoTwiceOverNewConnections(CapturedOutput output) {
		SessionIdentity a1 = new SessionIdentity("1", new ServerIdentity("server-a"));
		SessionIdentity b1 = new SessionIdentity("1", new ServerIdentity("server-b"));
		answers(this.a, answerOver(a1, true, 100, 1));
		answers(this.b, answerOver(b1, true, 100, 2));
		answers(this.a, answerOver(a1, true, 100, 1));
		assertThat(toAskAnew()).containsExactlyInAnyOrder(this.a, this.b);
		this.now += Contradictions.SECOND_LOOK_AFTER.toNanos();
		answers(this.a, answerOver(a1, true, 100, 1));
		answers(this.b, answerOver(b1, true, 100, 2));
		assertThat(output).doesNotContain("say that they are the writer");
		answers(this.a, answerOver(new SessionIdentity("1", new ServerIdentity("server-a")), true, 100, 1));
		assertThat(toAskAnew()).containsExactly(this.b);
		assertThat(output).doesNotContain("say that they are the writer");
		answers(this.b, answerOver(new SessionIdentity("1", new ServerIdentity("server-b")), true, 100, 2));
		assertThat(output).containsOnlyOnce(
				"Two instances say that they are the writer: b is taken for it, and a, which is not used, does too. "
						+ "Stop a and rebuild it as a reader");
		assertThat(toAskAnew()).isEmpty();
		replays(this.a);
		assertThat(output).containsOnlyOnce("Instance a no longer disputes who is the writer");
	}

	@Test
	void claimThatIsTakenBackAtTheSecondLookWasNone(CapturedOutput output) {
		answers(this.a, answer(true, 100, 1, "1", "server-a"));
		answers(this.b, answer(true, 100, 2, "1", "server-b"));
		answers(this.a, answer(true, 100, 1, "1", "server-a"));
		this.now += Contradictions.SECOND_LOOK_AFTER.toNanos();
		answers(this.b, answer(true, 100, 2, "1", "server-b"));
		answers(this.a, answer(false, 100, 0, "1", "server-a"));
		assertThat(output).doesNotContain("say that they are the writer").doesNotContain("disputes");
		assertThat(toAskAnew()).isEmpty();
	}

	@Test
	void secondWriterThatCannotBeAskedAgainIsNotToBeStopped(CapturedOutput output) {
		answers(this.a, answer(true, 100, 1, "1", "server-a"));
		answers(this.b, answer(true, 100, 2, "1", "server-b"));
		answers(this.a, answer(true, 100, 1, "1", "server-a"));
		refuses(this.b);
		this.now += Contradictions.SECOND_LOOK_AFTER.toNanos();
		answers(this.a, answer(true, 100, 1, "1", "server-a"));
		answers(this.a, answer(true, 100, 1, "1", "server-a"));
		assertThat(output).doesNotContain("say that they are the writer");
	}

	@Test
	void serverThatIsKnownByTwoAddressesIsOneWriter(CapturedOutput output) {
		answers(this.a, answer(true, 100, 1, "1", "server"));
		for (int i = 0; i < 3; i++) {
			answers(this.b, answer(true, 100, 1, "1", "server"));
			answers(this.a, answer(true, 100, 1, "1", "server"));
			this.now += Contradictions.SECOND_LOOK_AFTER.toNanos();
		}
		assertThat(writer()).isEqualTo("a");
		assertThat(role(this.b)).isEqualTo(InstanceRole.UNKNOWN);
		assertThat(output)
			.containsOnlyOnce("The address of b leads to the same server as that of a, which is the writer")
			.doesNotContain(" WARN ")
			.doesNotContain(" ERROR ");
	}

	@Test
	void newWriterThatIsKnownByTwoAddressesIsBelieved(CapturedOutput output) {
		replays(this.a);
		this.knowledge.find(this.b).answered(answer(true, 100, 2, "1", "server"));
		this.knowledge.find(this.c).answered(answer(true, 100, 2, "1", "server"));
		this.knowledge.conclude(this.now);
		assertThat(writer()).isEqualTo("b");
		assertThat(output).doesNotContain(" WARN ").doesNotContain(" ERROR ");
	}

	@Test
	void serversThatCannotBeToldApartAreNotAccused(CapturedOutput output) {
		claims(this.a, 1);
		claims(this.b, 2);
		for (int i = 0; i < 3; i++) {
			claims(this.a, 1);
			claims(this.b, 2);
			this.now += Contradictions.SECOND_LOOK_AFTER.toNanos();
		}
		assertThat(output).doesNotContain("say that they are the writer");
	}

	@Test
	void readerIsToBeRebuiltWhenItHasStrayedTwice(CapturedOutput output) {
		answers(this.a, answer(true, 100, 2, "1", "server-a"));
		answers(this.b, answer(false, 200, 0, "1", "server-b"));
		answers(this.a, answer(true, 110, 2, "1", "server-a"));
		assertThat(output)
			.containsOnlyOnce("Reader b has replayed more than the writer has written: its lag is unknown")
			.doesNotContain("Rebuild");
		assertThat(toAskAnew()).containsExactlyInAnyOrder(this.a, this.b);
		this.now += Contradictions.SECOND_LOOK_AFTER.toNanos();
		answers(this.b, answer(false, 200, 0, "1", "server-b"));
		assertThat(state(this.b).progress()).isNull();
		answers(this.a, answer(true, 120, 2, "1", "server-a"));
		assertThat(output).containsOnlyOnce("Rebuild it from the present one");
	}

	/**
	 * The writer's log has grown past the place where the reader's parted from it.
	 */
	@Test
	void readerThatHasStrayedIsNotBelievedOverANewConnection(CapturedOutput output) {
		answers(this.a, answer(true, 100, 2, "1", "server-a"));
		answers(this.b, answer(false, 200, 0, "1", "server-b"));
		answers(this.a, answer(true, 300, 2, "1", "server-a"));
		assertThat(state(this.b).progress()).isNotNull();
		answers(this.b, answer(false, 400, 0, "1", "server-b"));
		answers(this.a, answer(true, 310, 2, "1", "server-a"));
		answers(this.a, answer(true, 500, 2, "1", "server-a"));
		answers(this.b, answer(false, 400, 0, "1", "server-b"));
		assertThat(state(this.b).progress()).isNull();
		assertThat(output).doesNotContain("Rebuild");
		answers(this.b, answer(false, 500, 0, "1", "server-b-rebuilt"));
		assertThat(state(this.b).progress()).isNotNull();
	}

	@Test
	void writerThatIsFoundUnderItsOwnNameIsNoNewWriter(CapturedOutput output) {
		DatabaseInstance one = instance("one");
		answers(this.a, answer(true, 100, 1, "1", "server"));
		this.knowledge.members(List.of(one, this.b));
		answers(one, answer(true, 100, 1, "1", "server"));
		assertThat(writer()).isEqualTo("one");
		assertThat(output).contains("Instance one, the writer, has joined the cluster")
			.doesNotContain("is the writer now");
	}

	@Test
	void failoverSaysAtItsEndHowLongThereWasNoWriter(CapturedOutput output) {
		claims(this.a, 1);
		refuses(this.a);
		this.now += Duration.ofMillis(1500).toNanos();
		claims(this.b, 2);
		assertThat(output).contains("Instance b is the writer now, and a no longer is: for 1500 ms there was none");
	}

	@Test
	void connectionServesForAMinuteWhereNothingSpeaksAgainstIt() {
		answers(this.a, answer(true, 100, 1, "1", "server-a"));
		answers(this.b, answer(false, 100, 0, "1", "server-b"));
		this.now += Duration.ofSeconds(59).toNanos();
		assertThat(toAskAnew()).isEmpty();
		this.now += Duration.ofSeconds(1).toNanos();
		assertThat(toAskAnew()).containsExactlyInAnyOrder(this.a, this.b);
		assertThat(toAskAnew()).isEmpty();
	}

	@Test
	void addressOfTheWriterThatLeadsToAReaderIsTriedEachSecondWhileThereIsNoWriter() {
		answers(this.a, answer(false, 100, 0, "1", "server-a"));
		answers(this.b, answer(false, 100, 0, "1", "server-b"));
		this.now += Duration.ofSeconds(1).toNanos();
		assertThat(toAskAnew()).containsExactly(this.a);
		assertThat(toAskAnew()).isEmpty();
		this.now += Duration.ofSeconds(4).toNanos();
		assertThat(toAskAnew()).containsExactlyInAnyOrder(this.a, this.b);
		claims(this.b, 2);
		this.now += Duration.ofSeconds(5).toNanos();
		assertThat(toAskAnew()).isEmpty();
	}

	/**
	 * Until the watch has followed, what it has heard holds for another server.
	 */
	@Test
	void watchFollowsAPoolThatHasMetAnotherServer() {
		answers(this.a, answer(true, 100, 1, "1", "server-a"));
		answers(this.b, answer(false, 100, 0, "1", "server-b"));
		assertThat(state(this.b).progress()).isNotNull();
		met(this.b, "server-c");
		assertThat(state(this.b).progress()).isNull();
		assertThat(toAskAnew()).containsExactly(this.b);
		answers(this.b, answer(false, 100, 0, "1", "server-c"));
		assertThat(state(this.b).progress()).isNotNull();
		assertThat(state(this.b).server()).isEqualTo(new ServerIdentity("server-c"));
		assertThat(toAskAnew()).isEmpty();
	}

	@Test
	void writersLogIsNotSampledWhileItsAddressMayLeadElsewhere() {
		answers(this.a, answer(true, 100, 1, "1", "server-a"));
		met(this.a, "server-b");
		long written = this.now + 1;
		answers(this.a, answerOver(this.knowledge.find(this.a).session(), true, 200, 1));
		assertThat(this.knowledge.positionAt(written)).isEmpty();
		answers(this.a, answer(true, 900, 2, "1", "server-b"));
		assertThat(this.knowledge.positionAt(written)).contains(new LogPosition(900));
	}

	@Test
	void refusedWriteHasTheWriterAskedAnew() {
		answers(this.a, answer(true, 100, 1, "1", "server-a"));
		this.knowledge.find(this.a).statementFailed(new SQLException("read-only transaction", "25006"));
		assertThat(toAskAnew()).containsExactly(this.a);
		this.knowledge.find(this.a).statementFailed(new SQLException("read-only transaction", "25006"));
		assertThat(toAskAnew()).isEmpty();
	}

	@Test
	void othersAreAskedAnewWhenTheAddressOfTheWriterHasMoved() {
		answers(this.b, answer(false, 100, 0, "1", "server-b"));
		answers(this.a, answer(true, 100, 1, "1", "server-a"));
		assertThat(toAskAnew()).isEmpty();
		answers(this.a, answer(true, 100, 2, "1", "server-z"));
		this.now++;
		assertThat(toAskAnew()).containsExactly(this.b);
		answers(this.b, answer(false, 100, 0, "1", "server-b"));
		this.now += Duration.ofSeconds(2).toNanos();
		assertThat(toAskAnew()).isEmpty();
	}

	@Test
	void strangerThatAnswersFirstWasNoMember(CapturedOutput output) {
		answers(this.b, answer(false, 100, 0, "2", "stranger"));
		answers(this.a, answer(true, 100, 1, "1", "server-a"));
		this.now += Contradictions.SECOND_LOOK_AFTER.toNanos();
		answers(this.a, answer(true, 100, 1, "1", "server-a"));
		answers(this.b, answer(false, 100, 0, "2", "stranger"));
		assertThat(output).containsOnlyOnce("Instance b belongs to another cluster than a")
			.doesNotContain("has led to before");
	}

	@Test
	void readerOfTheClusterBeforeIsNotUsedUntilItsAddressHasMovedToo(CapturedOutput output) {
		answers(this.a, answer(true, 100, 1, "1", "blue-a"));
		answers(this.b, answer(false, 100, 0, "1", "blue-b"));
		answers(this.a, answer(true, 100, 1, "2", "green-a"));
		assertThat(role(this.b)).isEqualTo(InstanceRole.UNKNOWN);
		this.now += Contradictions.SECOND_LOOK_AFTER.toNanos();
		answers(this.a, answer(true, 100, 1, "2", "green-a"));
		answers(this.b, answer(false, 100, 0, "1", "blue-b"));
		assertThat(output).containsOnlyOnce("Instance b belongs to the cluster that the address of a has led to before")
			.doesNotContain("correct its address");
		toAskAnew();
		this.now += Duration.ofSeconds(5).toNanos();
		assertThat(toAskAnew()).contains(this.b);
		answers(this.b, answer(false, 100, 0, "2", "green-b"));
		assertThat(role(this.b)).isEqualTo(InstanceRole.READER);
	}

	@Test
	void addressOfTheWriterMayLeadToAnotherClusterAfterItHasLedToAReader() {
		answers(this.a, answer(true, 100, 1, "1", "blue-a"));
		answers(this.b, answer(false, 100, 0, "1", "blue-b"));
		answers(this.a, answer(false, 100, 0, "2", "green-b"));
		assertThat(writer()).isNull();
		answers(this.a, answer(true, 100, 1, "2", "green-a"));
		assertThat(writer()).isEqualTo("a");
		assertThat(role(this.b)).isEqualTo(InstanceRole.UNKNOWN);
	}

	/**
	 * As a name does that resolves to several addresses by turns.
	 */
	@Test
	void progressOfSeveralServersAtOneAddressIsNotKnown() {
		answers(this.a, answer(true, 100, 1, "1", "server-a"));
		for (String server : List.of("server-b", "server-c", "server-b", "server-c")) {
			answers(this.b, answer(false, 100, 0, "1", server));
		}
		assertThat(state(this.b).progress()).isNull();
		assertThat(state(this.b).server()).isNull();
		assertThat(role(this.b)).isEqualTo(InstanceRole.READER);
		met(this.b, "server-b");
		assertThat(toAskAnew()).isEmpty();
		this.now += AddressServers.MEMORY.toNanos();
		answers(this.a, answer(true, 100, 1, "1", "server-a"));
		answers(this.b, answer(false, 100, 0, "1", "server-b"));
		answers(this.b, answer(false, 100, 0, "1", "server-b"));
		assertThat(state(this.b).progress()).isNotNull();
	}

	private Set<DatabaseInstance> toAskAnew() {
		return this.knowledge.toAskAnew(this.now).keySet();
	}

	private void met(DatabaseInstance instance, String server) {
		this.knowledge.find(instance).connected(new ServerIdentity(server), this.now);
		this.knowledge.conclude(this.now);
	}

	private void claims(DatabaseInstance instance, long timeline) {
		answers(instance, answer(true, 100, timeline, null));
	}

	private void replays(DatabaseInstance instance) {
		answers(instance, answer(false, 100, Observation.NO_TIMELINE, null));
	}

	private void answers(DatabaseInstance instance, Observation answer) {
		this.knowledge.find(instance).answered(answer);
		this.knowledge.conclude(this.now);
	}

	private void refuses(DatabaseInstance instance) {
		fails(instance, new SQLException("Connection refused", "08001"));
	}

	private void fails(DatabaseInstance instance, SQLException failure) {
		this.log.failed(instance, WatchFailure.of(failure));
		this.knowledge.find(instance).failed(WatchFailure.of(failure));
		this.knowledge.conclude(this.now);
	}

	private Observation answer(boolean writer, long position, long timeline, @Nullable String systemIdentifier) {
		return answer(writer, position, timeline, systemIdentifier, null);
	}

	/**
	 * Returns an answer over a new connection.
	 */
	private Observation answer(boolean writer, long position, long timeline, @Nullable String systemIdentifier,
			@Nullable String server) {
		ServerIdentity identity = (server != null) ? new ServerIdentity(server) : null;
		return answerOver(new SessionIdentity(systemIdentifier, identity), writer, position, timeline);
	}

	private Observation answerOver(SessionIdentity session, boolean writer, long position, long timeline) {
		this.now += 10;
		return new Observation(writer, new LogPosition(position), timeline, null, session, this.now, this.now + 1);
	}

	private @Nullable String writer() {
		return this.knowledge.topology().writer().map((state) -> state.instance().name()).orElse(null);
	}

	private InstanceRole role(DatabaseInstance instance) {
		return state(instance).role();
	}

	private InstanceState state(DatabaseInstance instance) {
		return this.knowledge.topology().state(instance).orElseThrow();
	}

	private static DatabaseInstance instance(String name) {
		return new DatabaseInstance(name, new InstanceAddress(name, 5432), 1, Map.of(), null);
	}

}
