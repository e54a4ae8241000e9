package io.rdsboot.cluster.knowledge;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.poll.Observation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ClusterKnowledge}: what follows from answers that real servers seldom
 * give in the same order twice.
 */
class ClusterKnowledgeTests extends AbstractClusterKnowledgeTests {

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

}
