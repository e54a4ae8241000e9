package io.rdsboot.cluster.knowledge;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.ServerIdentity;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.system.CapturedOutput;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what {@link ClusterKnowledge} makes of addresses that lead to other servers
 * than before.
 */
class MovedAddressTests extends AbstractClusterKnowledgeTests {

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

}
