package io.rdsboot.cluster.discovery;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceAddressPattern;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.watch.DirectConnector;
import io.rdsboot.test.LocalGlobalDatabase;
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
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link GlobalDatabaseDiscovery} with Aurora's functions on real servers. Each
 * test leaves an instance in two regions, both running, and the writer in the first.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class GlobalDatabaseDiscoveryTests {

	private static final String FIRST = "us-east-1";

	private static final String SECOND = "eu-west-1";

	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	private LocalGlobalDatabase database;

	private InstanceConnector connector;

	private AddressRegions regions;

	private GlobalDatabaseDiscovery discovery;

	@BeforeAll
	void startDatabase() {
		this.database = LocalGlobalDatabase.builder().region(FIRST, 1).region(SECOND, 1).start();
	}

	@AfterAll
	void closeDatabase() {
		if (this.database != null) {
			this.database.close();
		}
	}

	@BeforeEach
	void createDiscovery() {
		DirectConnector direct = new DirectConnector(this.database.cluster());
		this.connector = (instance, timeout) -> {
			synchronized (direct) {
				return direct.connect(instance, timeout);
			}
		};
		this.regions = new AddressRegions(this.database.regions());
		this.discovery = discovery(FIRST, SECOND);
	}

	@AfterEach
	void restore() {
		this.discovery.release();
		this.database.cluster().aurora().restore();
	}

	private GlobalDatabaseDiscovery discovery(String... used) {
		InstanceAddress endpoint = new InstanceAddress(this.database.writerEndpoint().host(),
				this.database.writerEndpoint().port());
		Map<String, InstanceAddressPattern> addresses = new HashMap<>();
		for (String region : used) {
			addresses.put(region, InstanceAddressPattern.parse(this.database.instanceAddress(), endpoint.port()));
		}
		return new GlobalDatabaseDiscovery(ConfiguredInstances.states(DatabaseInstance.at(endpoint), List.of()),
				addresses, List.of(), this.regions);
	}

	private List<DatabaseInstance> discover() throws DiscoveryException {
		return this.discovery.discover(ClusterTopology.of(this.discovery.initial()), this.connector, TIMEOUT);
	}

	private String name(LocalRdsInstance instance) {
		return this.database.cluster().aurora().serverId(instance) + "." + this.database.region(instance);
	}

	private LocalRdsInstance instance(String region) {
		return this.database.instances(region).get(0);
	}

	@Test
	void instancesOfAllRegionsHaveTheirRegionInTheirNames() throws DiscoveryException {
		List<DatabaseInstance> found = discover();
		assertThat(found).extracting(DatabaseInstance::name)
			.containsExactly(name(instance(SECOND)), name(instance(FIRST)));
		assertThat(found).extracting((instance) -> this.regions.region(instance.address()).orElseThrow())
			.containsExactly(SECOND, FIRST);
	}

	@Test
	void discoveryOfOneRegionTellsOnceOfTheOthers(CapturedOutput output) throws DiscoveryException {
		LocalRdsInstance writer = instance(FIRST);
		InstanceAddress endpoint = new InstanceAddress(writer.host(), writer.port());
		AuroraDiscovery ofOneRegion = new AuroraDiscovery(
				ConfiguredInstances.states(DatabaseInstance.at(endpoint), List.of()),
				InstanceAddressPattern.parse(this.database.instanceAddress(), endpoint.port()));
		try {
			for (int i = 0; i < 2; i++) {
				ofOneRegion.discover(ClusterTopology.of(ofOneRegion.initial()), this.connector, TIMEOUT);
			}
		}
		finally {
			ofOneRegion.release();
		}
		assertThat(output).containsOnlyOnce("global database with the regions [eu-west-1, us-east-1]")
			.containsOnlyOnce("set rds.global-database.endpoints");
	}

	@Test
	void regionWithoutAddressesIsNotUsedAndToldOnce(CapturedOutput output) throws DiscoveryException {
		this.discovery = discovery(FIRST);
		discover();
		assertThat(discover()).extracting(DatabaseInstance::name).containsExactly(name(instance(FIRST)));
		assertThat(output).containsOnlyOnce(
				"Region eu-west-1 of the global database is not used: there is no rds.global-database.endpoints.eu-west-1")
			.doesNotContain("there are no writes");
	}

	@Test
	void writerInARegionWithoutAddressesIsTold(CapturedOutput output) throws DiscoveryException {
		this.discovery = discovery(SECOND);
		discover();
		discover();
		assertThat(output).containsOnlyOnce("The writer of the global database, " + name(instance(FIRST))
				+ ", is in a region that is not used, so that there are no writes: set rds.global-database.endpoints.us-east-1");
	}

	@Test
	void writerThatAnswersStaysThoughAListLeavesItOut() throws DiscoveryException {
		DatabaseInstance left = new DatabaseInstance("99.us-east-1", new InstanceAddress("127.0.0.1", 1), 1, Map.of(),
				null);
		ClusterTopology known = ClusterTopology.of(List.of(new InstanceState(left, InstanceRole.WRITER, true)));
		assertThat(this.discovery.discover(known, this.connector, TIMEOUT)).contains(left).hasSize(3);
	}

	@Test
	void globalWriterEndpointSaysItselfWhatItIsAndHasTheWritersRegion() throws DiscoveryException {
		InstanceAddress global = InstanceAddress.parse("app.global-abc123.global.rds.amazonaws.com");
		InstanceAddressPattern pattern = InstanceAddressPattern.parse(this.database.instanceAddress(), 5432);
		this.discovery = new GlobalDatabaseDiscovery(ConfiguredInstances.states(DatabaseInstance.at(global), List.of()),
				Map.of(FIRST, pattern, SECOND, pattern),
				List.of(new InstanceAddress(instance(SECOND).host(), instance(SECOND).port())), this.regions);
		assertThat(this.discovery.initial()).extracting((state) -> state.instance().fixedRole()).containsOnlyNulls();
		assertThat(this.regions.region(global)).isEmpty();
		InstanceConnector unresolved = (instance, timeout) -> {
			if (instance.address().equals(global)) {
				throw new SQLException("no such name", "08001");
			}
			return this.connector.connect(instance, timeout);
		};
		this.discovery.discover(ClusterTopology.of(this.discovery.initial()), unresolved, TIMEOUT);
		assertThat(this.regions.region(global)).contains(FIRST);
	}

	@Test
	void clusterThatIsNoGlobalDatabaseIsRefused() {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(0).aurora().start()) {
			DatabaseInstance writer = DatabaseInstance
				.at(new InstanceAddress(cluster.writer().host(), cluster.writer().port()));
			GlobalDatabaseDiscovery other = new GlobalDatabaseDiscovery(ConfiguredInstances.states(writer, List.of()),
					Map.of(FIRST, InstanceAddressPattern.parse("127.0.0.{id}", 5432)), List.of(), this.regions);
			assertThatExceptionOfType(DiscoveryException.class).isThrownBy(
					() -> other.discover(ClusterTopology.of(other.initial()), new DirectConnector(cluster), TIMEOUT))
				.withMessageContaining("belongs to no global database");
			other.release();
		}
		assertThatIllegalArgumentException().isThrownBy(() -> discovery());
	}

}
