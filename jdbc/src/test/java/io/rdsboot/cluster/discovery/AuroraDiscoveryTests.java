package io.rdsboot.cluster.discovery;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceAddressPattern;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.watch.DirectConnector;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link AuroraDiscovery} and {@link AutoDiscovery} with Aurora's functions on
 * real servers. Each test leaves a writer and two readers, all running.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class AuroraDiscoveryTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	private LocalRdsCluster cluster;

	private DirectConnector connector;

	private DatabaseInstance configured;

	private AuroraDiscovery discovery;

	@BeforeAll
	void startCluster() {
		this.cluster = LocalRdsCluster.builder().readers(2).aurora().start();
	}

	@AfterAll
	void closeCluster() {
		if (this.cluster != null) {
			this.cluster.close();
		}
	}

	@BeforeEach
	void createDiscovery() {
		this.connector = new DirectConnector(this.cluster);
		// Another name for the writer, as a cluster endpoint is.
		this.configured = new DatabaseInstance("cluster endpoint", address(this.cluster.writer()), 3,
				Map.of("ApplicationName", "orders"), null);
		this.discovery = discovery("127.0.0.{id}");
	}

	@AfterEach
	void release() {
		this.discovery.release();
		this.cluster.aurora().restore();
		assertThat(this.connector.open()).isZero();
	}

	private AuroraDiscovery discovery(String pattern) {
		return new AuroraDiscovery(ConfiguredInstances.states(this.configured, List.of()),
				InstanceAddressPattern.parse(pattern, this.configured.address().port()));
	}

	private static InstanceAddress address(LocalRdsInstance instance) {
		return new InstanceAddress(instance.host(), instance.port());
	}

	private DatabaseInstance instance(LocalRdsInstance instance) {
		return new DatabaseInstance(this.cluster.aurora().serverId(instance), address(instance), 1,
				Map.of("ApplicationName", "orders"), null);
	}

	private List<DatabaseInstance> instances(LocalRdsInstance... without) {
		return this.cluster.instances()
			.stream()
			.filter((instance) -> !List.of(without).contains(instance))
			.map(this::instance)
			.toList();
	}

	private ClusterTopology initial() {
		return ClusterTopology.of(this.discovery.initial());
	}

	private ClusterTopology known(LocalRdsInstance... unreachable) {
		return ClusterTopology.of(this.cluster.instances()
			.stream()
			.map((instance) -> new InstanceState(instance(instance),
					(instance == this.cluster.writer()) ? InstanceRole.WRITER : InstanceRole.READER,
					!List.of(unreachable).contains(instance)))
			.toList());
	}

	private List<DatabaseInstance> discover(ClusterTopology known) throws DiscoveryException {
		return this.discovery.discover(known, this.connector, TIMEOUT);
	}

	@Test
	void discoverWhenAskedAgainReturnsTheSameOverOneConnection() throws Exception {
		List<DatabaseInstance> found = discover(initial());
		assertThat(found).containsExactlyInAnyOrderElementsOf(instances());
		assertThat(this.connector.open()).isEqualTo(1);
		assertThat(this.connector.opened()).hasSize(1 + found.size());
		for (int i = 0; i < 3; i++) {
			assertThat(discover(known())).isEqualTo(found);
		}
		assertThat(this.connector.opened()).hasSize(1 + found.size());
	}

	@Test
	void discoverOfAClusterInOneRegionTellsOfNoOther(CapturedOutput output) throws Exception {
		discover(initial());
		assertThat(output).doesNotContain("global database");
	}

	@Test
	void discoverConnectsAnewNowAndThenBecauseAnAddressMayLeadElsewhere() throws Exception {
		List<DatabaseInstance> found = discover(initial());
		int opened = this.connector.opened().size();
		for (int i = 1; i < AskedServer.LOOKS; i++) {
			discover(known());
		}
		assertThat(this.connector.opened()).hasSize(opened);
		assertThat(discover(known())).isEqualTo(found);
		assertThat(this.connector.opened()).hasSize(opened + 1);
		assertThat(this.connector.open()).isEqualTo(1);
	}

	@Test
	void discoverWhenRowIsStaleLeavesItsInstanceOut() throws Exception {
		LocalRdsInstance stale = this.cluster.readers().get(1);
		this.cluster.aurora().showStale(stale);
		assertThat(discover(known())).containsExactlyInAnyOrderElementsOf(instances(stale));
	}

	@Test
	void discoverWhenRowOfTheWriterIsStaleKeepsIt() throws Exception {
		this.cluster.aurora().showStale(this.cluster.writer());
		assertThat(discover(known(this.cluster.writer()))).containsExactlyInAnyOrderElementsOf(instances());
	}

	@Test
	void discoverWhenReaderComesAndGoesFollows() throws Exception {
		LocalRdsInstance added = this.cluster.addReader();
		try {
			assertThat(discover(initial())).containsExactlyInAnyOrderElementsOf(instances()).hasSize(4);
		}
		finally {
			this.cluster.removeReader(added);
		}
		assertThat(discover(known())).containsExactlyInAnyOrderElementsOf(instances()).hasSize(3);
		this.cluster.aurora().showStale(added);
		assertThat(discover(known())).hasSize(3);
	}

	@Test
	void discoverWhenAskedInstanceHasCrashedAsksAnother() throws Exception {
		LocalRdsInstance asked = this.cluster.writer();
		discover(known());
		this.cluster.crash(asked);
		try {
			// At first nobody has noticed.
			assertThat(discover(known())).containsExactlyInAnyOrderElementsOf(instances());
			assertThat(discover(known(asked))).containsExactlyInAnyOrderElementsOf(instances());
			assertThat(this.connector.opened()).hasSize(2);
		}
		finally {
			this.cluster.restart(asked);
		}
	}

	@Test
	void discoverWhenAskedInstanceIsFrozenAsksAnotherInTime() throws Exception {
		LocalRdsInstance asked = this.cluster.writer();
		discover(known());
		this.cluster.freeze(asked);
		try {
			assertThat(discover(known())).containsExactlyInAnyOrderElementsOf(instances());
		}
		finally {
			this.cluster.thaw(asked);
		}
	}

	@Test
	void discoverWhenAskedInstanceIsNoLongerReachableLeavesItsConnection() throws Exception {
		discover(known());
		discover(known(this.cluster.writer()));
		assertThat(this.connector.opened().get(0).isClosed()).isTrue();
		assertThat(this.connector.opened()).hasSize(2);
	}

	@Test
	void discoverWhenNewInstanceIsDownListsItOnceItAnswers(CapturedOutput output) throws Exception {
		LocalRdsInstance down = this.cluster.readers().get(0);
		this.cluster.crash(down);
		try {
			assertThat(discover(initial())).containsExactlyInAnyOrderElementsOf(instances(down));
			assertThat(discover(initial())).containsExactlyInAnyOrderElementsOf(instances(down));
			assertThat(discover(known(down))).containsExactlyInAnyOrderElementsOf(instances());
		}
		finally {
			this.cluster.restart(down);
		}
		assertThat(discover(initial())).containsExactlyInAnyOrderElementsOf(instances());
		assertThat(output).containsOnlyOnce("is not used, because the server at " + address(down) + " does not answer");
	}

	@Test
	void discoverWhenPatternLeadsNowhereSaysSo() {
		AuroraDiscovery wrong = discovery("127.0.0.{id}:1");
		assertThatExceptionOfType(DiscoveryException.class)
			.isThrownBy(() -> wrong.discover(ClusterTopology.of(wrong.initial()), this.connector, TIMEOUT))
			.withMessageContainingAll("[11, 12, 13]", "127.0.0.{id}:1", "rds.topology.instance-address");
		wrong.release();
	}

	@Test
	void discoverWhenPatternLeadsToAnotherInstanceLeavesItOut(CapturedOutput output) throws Exception {
		LocalRdsInstance writer = this.cluster.writer();
		InstanceConnector misled = (instance, timeout) -> this.connector.connect(instance(writer), timeout);
		assertThat(this.discovery.discover(initial(), misled, TIMEOUT)).containsExactly(instance(writer));
		assertThat(output).contains(
				"is instance '" + this.cluster.aurora().serverId(writer) + "': correct rds.topology.instance-address");
	}

	@Test
	void discoverWhenNothingAnswersSaysWhyWithoutTheSecret() {
		InstanceConnector refused = (instance, timeout) -> {
			throw new SQLException("refused at " + instance, "08001");
		};
		assertThatExceptionOfType(DiscoveryException.class)
			.isThrownBy(() -> this.discovery.discover(initial(), refused, TIMEOUT))
			.withMessageContaining("The server at " + this.configured.address() + " could not be asked")
			.withMessageContaining("refused at cluster endpoint");
	}

	@Test
	void releaseWhenConnectedClosesAndTheNextLookBeginsAnew() throws Exception {
		discover(known());
		assertThat(this.connector.open()).isEqualTo(1);
		this.discovery.release();
		assertThat(this.connector.open()).isZero();
		assertThat(discover(known())).hasSize(3);
	}

	@Test
	void autoWhenServersAreOfAuroraFindsThem() throws Exception {
		InstanceDiscovery auto = AutoDiscovery.of(this.discovery.initial(),
				InstanceAddressPattern.parse("127.0.0.{id}", this.configured.address().port()));
		assertThat(auto.initial()).isEqualTo(this.discovery.initial());
		assertThat(auto.discover(initial(), this.connector, TIMEOUT)).containsExactlyInAnyOrderElementsOf(instances());
		auto.release();
	}

	@Test
	void autoWhenServersAreNotOfAuroraFindsWhatIsConfiguredAndAsksOnce(CapturedOutput output) throws Exception {
		try (LocalRdsCluster plain = LocalRdsCluster.builder().distinctHosts().readers(0).start()) {
			DatabaseInstance writer = DatabaseInstance.at(address(plain.writer()));
			// Never answers, which must not hide what the writer has said.
			DatabaseInstance reader = DatabaseInstance.at(new InstanceAddress("127.0.0.99", plain.writer().port()));
			List<InstanceState> states = ConfiguredInstances.states(writer, List.of(reader));
			InstanceAddressPattern pattern = InstanceAddressPattern.parse("127.0.0.{id}", writer.address().port());
			DirectConnector direct = new DirectConnector(plain);
			InstanceDiscovery auto = AutoDiscovery.of(states, pattern);
			for (int i = 0; i < 2; i++) {
				assertThat(auto.discover(ClusterTopology.of(states), direct, TIMEOUT)).containsExactly(writer, reader);
			}
			assertThat(direct.opened()).hasSize(1);
			assertThat(direct.open()).isZero();
			assertThat(output).containsOnlyOnce("have no aurora_replica_status()")
				.contains("rds.topology.discovery to rds-api");
			AuroraDiscovery aurora = new AuroraDiscovery(states, pattern);
			assertThatExceptionOfType(DiscoveryException.class)
				.isThrownBy(() -> aurora.discover(ClusterTopology.of(states), direct, TIMEOUT))
				.withMessageContaining("Only Aurora PostgreSQL has this function");
		}
	}

	@Test
	void discoverWhenFailedOverFindsTheSameInstances() throws Exception {
		List<DatabaseInstance> before = discover(initial());
		LocalRdsInstance promoted = this.cluster.failover();
		this.cluster.readers().forEach((reader) -> this.cluster.aurora().showWriter(reader, reader));
		assertThat(discover(known(promoted))).isEqualTo(before);
		assertThat(Stream.of(promoted).map(this::instance)).isSubsetOf(before);
	}

}
