package io.rdsboot.cluster.knowledge;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.ServerIdentity;
import io.rdsboot.cluster.poll.SessionIdentity;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.system.CapturedOutput;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what {@link ClusterKnowledge} has the log say of writers that are missing or
 * too many, and of readers that have strayed.
 */
class TopologyWarningTests extends AbstractClusterKnowledgeTests {

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

}
