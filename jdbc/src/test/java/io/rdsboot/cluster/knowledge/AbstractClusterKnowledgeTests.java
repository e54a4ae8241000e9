package io.rdsboot.cluster.knowledge;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * A writer and two readers as {@link ClusterKnowledge} knows them, whose answers the test
 * gives.
 */
@ExtendWith(OutputCaptureExtension.class)
abstract class AbstractClusterKnowledgeTests {

	final DatabaseInstance a = instance("a");

	final DatabaseInstance b = instance("b");

	final DatabaseInstance c = instance("c");

	final TopologyLog log = new TopologyLog();

	ClusterKnowledge knowledge;

	long now;

	@BeforeEach
	void begin() {
		begin(List.of(new InstanceState(this.a, InstanceRole.WRITER, true),
				new InstanceState(this.b, InstanceRole.READER, true),
				new InstanceState(this.c, InstanceRole.READER, true)));
	}

	void begin(List<InstanceState> instances) {
		this.knowledge = new ClusterKnowledge(instances, this.log, Duration.ofMinutes(1));
	}

	Set<DatabaseInstance> toAskAnew() {
		return this.knowledge.toAskAnew(this.now).keySet();
	}

	void met(DatabaseInstance instance, String server) {
		this.knowledge.find(instance).connected(new ServerIdentity(server), this.now);
		this.knowledge.conclude(this.now);
	}

	void claims(DatabaseInstance instance, long timeline) {
		answers(instance, answer(true, 100, timeline, null));
	}

	void replays(DatabaseInstance instance) {
		answers(instance, answer(false, 100, Observation.NO_TIMELINE, null));
	}

	void answers(DatabaseInstance instance, Observation answer) {
		this.knowledge.answered(this.knowledge.find(instance), answer);
		this.knowledge.conclude(this.now);
	}

	void refuses(DatabaseInstance instance) {
		fails(instance, new SQLException("Connection refused", "08001"));
	}

	void fails(DatabaseInstance instance, SQLException failure) {
		this.log.failed(instance, WatchFailure.of(failure));
		this.knowledge.find(instance).failed(WatchFailure.of(failure));
		this.knowledge.conclude(this.now);
	}

	Observation answer(boolean writer, long position, long timeline, @Nullable String systemIdentifier) {
		return answer(writer, position, timeline, systemIdentifier, null);
	}

	/**
	 * Returns an answer over a new connection.
	 */
	Observation answer(boolean writer, long position, long timeline, @Nullable String systemIdentifier,
			@Nullable String server) {
		ServerIdentity identity = (server != null) ? new ServerIdentity(server) : null;
		return answerOver(new SessionIdentity(systemIdentifier, identity), writer, position, timeline);
	}

	Observation answerOver(SessionIdentity session, boolean writer, long position, long timeline) {
		this.now += 10;
		return new Observation(writer, false, new LogPosition(position), timeline, null, session, this.now,
				this.now + 1);
	}

	@Nullable String writer() {
		return this.knowledge.topology().writer().map((state) -> state.instance().name()).orElse(null);
	}

	InstanceRole role(DatabaseInstance instance) {
		return state(instance).role();
	}

	InstanceState state(DatabaseInstance instance) {
		return this.knowledge.topology().state(instance).orElseThrow();
	}

	static DatabaseInstance instance(String name) {
		return new DatabaseInstance(name, new InstanceAddress(name, 5432), 1, Map.of(), null);
	}

}
