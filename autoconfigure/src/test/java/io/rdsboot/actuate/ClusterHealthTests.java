package io.rdsboot.actuate;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.TopologyListener;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.tls.TlsMode;
import io.rdsboot.tls.TlsSettings;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ClusterHealth} as what is known gets older.
 */
class ClusterHealthTests {

	private static final DatabaseInstance WRITER = DatabaseInstance.at(InstanceAddress.parse("127.0.0.1:1"));

	private final AtomicLong now = new AtomicLong();

	private final AtomicInteger asked = new AtomicInteger();

	private final Provider provider = new Provider();

	private final InstanceKnowledge knowledge = new InstanceKnowledge(this.now::get);

	private final InstancePools pools = new InstancePools("app", (address) -> new DatabaseCredentials("app", "secret"),
			new TlsSettings(TlsMode.DISABLE, null), ConnectivityListener.all(List.of()), List.of());

	private final ClusterHealth health = new ClusterHealth(this.provider, this.pools, this.knowledge,
			new InstanceChecks((instance, timeout) -> {
				this.asked.incrementAndGet();
				throw new SQLException("Nothing answers");
			}, this.knowledge, Duration.ofSeconds(1)));

	@AfterEach
	void close() {
		this.pools.close();
	}

	@Test
	void statusWhenAnswerIsOldIsUnknownAndAnotherIsAskedForInBackground() {
		this.knowledge.answered(WRITER, false);
		assertThat(status()).isEqualTo(Status.UP);
		assertThat(this.asked).hasValue(0);
		advance(Duration.ofSeconds(6));
		assertThat(status()).isEqualTo(Status.UP);
		Awaitility.await().until(() -> this.asked.get() == 1);
		this.knowledge.answered(WRITER, false);
		advance(Duration.ofSeconds(61));
		ClusterHealth.InstanceHealth old = health();
		assertThat(old.status()).isEqualTo(Status.UNKNOWN);
		assertThat(old.details()).containsEntry("lastAnswer", "61.0 s ago")
			.containsEntry("error", "Nothing was heard of the instance lately");
	}

	@Test
	void statusWhenCheckFailsIsDownForTheNextQuestion() {
		this.knowledge.answered(WRITER, false);
		advance(Duration.ofSeconds(6));
		status();
		Awaitility.await().until(() -> status().equals(Status.DOWN));
		assertThat(details().get("lastFailure")).asString().endsWith("Nothing answers");
	}

	/**
	 * Pools notice a loss before the topology does; when that follows, the loss has not
	 * begun anew.
	 */
	@Test
	void detailsWhenPoolCannotConnectSayThatTheInstanceIsUnreachableBeforeTheTopologyDoes() {
		this.knowledge.answered(WRITER, false);
		advance(Duration.ofSeconds(2));
		assertThat(details()).containsEntry("reachableFor", "2.0 s").doesNotContainKey("unreachableFor");
		this.knowledge.failed(WRITER, new SQLException("Connection refused", "08001"));
		advance(Duration.ofMillis(300));
		this.knowledge.failed(WRITER, new SQLException("Connection refused", "08001"));
		advance(Duration.ofMillis(200));
		assertThat(status()).isEqualTo(Status.DOWN);
		assertThat(details()).containsEntry("unreachableFor", "0.5 s").doesNotContainKey("reachableFor");
		ClusterTopology before = this.provider.topology();
		this.provider.reachable = false;
		this.knowledge.topologyChanged(before, this.provider.topology());
		advance(Duration.ofMillis(100));
		assertThat(details()).containsEntry("unreachableFor", "0.6 s");
		this.knowledge.connected(WRITER, null);
		this.provider.reachable = true;
		this.knowledge.topologyChanged(ClusterTopology.of(List.of()), this.provider.topology());
		assertThat(status()).isEqualTo(Status.UP);
		assertThat(details()).containsEntry("reachableFor", "0.0 s").doesNotContainKey("unreachableFor");
	}

	@Test
	void detailsWhenLoginIsRefusedSayThatTheInstanceIsReachable() {
		this.knowledge.answered(WRITER, false);
		advance(Duration.ofSeconds(1));
		this.knowledge.failed(WRITER, new SQLException("Connection refused", "08001"));
		this.knowledge.failed(WRITER, new SQLException("password authentication failed", "28P01"));
		assertThat(status()).as("there is no connection").isEqualTo(Status.DOWN);
		assertThat(details()).containsKey("reachableFor").doesNotContainKey("unreachableFor");
		advance(Duration.ofSeconds(1));
		this.knowledge.failed(WRITER, new SQLException("Connection refused", "08001"));
		advance(Duration.ofMillis(200));
		assertThat(details()).as("the refusal was an answer").containsEntry("unreachableFor", "0.2 s");
	}

	@Test
	void statusWhenProviderRestsIsUnknownInTimeAndNobodyIsAsked() {
		this.knowledge.answered(WRITER, false);
		this.provider.resting = true;
		advance(Duration.ofMinutes(10));
		assertThat(status()).isEqualTo(Status.UNKNOWN);
		assertThat(details()).containsEntry("monitoring", "at rest, because nothing uses the database");
		assertThat(this.asked).hasValue(0);
	}

	@Test
	void statusWhenWriterHasSaidThatItIsReplicaIsDown() {
		this.knowledge.answered(WRITER, true);
		assertThat(status()).isEqualTo(Status.DOWN);
		assertThat(details()).containsEntry("error", "The instance is a replica and cannot be written to");
	}

	@Test
	void readinessWhenAllIsLostEndsOnlyAfterTolerance() {
		ReadinessHealthIndicator readiness = new ReadinessHealthIndicator(this.health, () -> null,
				Duration.ofSeconds(30), this.now::get);
		this.provider.resting = true;
		this.provider.reachable = false;
		assertThat(readiness.health().getStatus()).isEqualTo(Status.UP);
		advance(Duration.ofSeconds(31));
		assertThat(readiness.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		this.provider.reachable = true;
		this.knowledge.answered(WRITER, false);
		assertThat(readiness.health().getStatus()).isEqualTo(Status.UP);
		this.provider.reachable = false;
		assertThat(readiness.health().getStatus()).as("a new loss has its own time").isEqualTo(Status.UP);
	}

	private Status status() {
		return health().status();
	}

	private Map<String, Object> details() {
		return health().details();
	}

	private ClusterHealth.InstanceHealth health() {
		return this.health.of(this.provider.topology().instances().get(0));
	}

	private void advance(Duration time) {
		this.now.addAndGet(TimeUnit.NANOSECONDS.convert(time));
	}

	private static final class Provider implements TopologyProvider {

		private boolean reachable = true;

		private boolean resting;

		@Override
		public ClusterTopology topology() {
			return ClusterTopology.of(List.of(new InstanceState(WRITER, InstanceRole.WRITER, this.reachable)));
		}

		@Override
		public void addListener(TopologyListener listener) {
		}

		@Override
		public boolean isResting() {
			return this.resting;
		}

	}

}
