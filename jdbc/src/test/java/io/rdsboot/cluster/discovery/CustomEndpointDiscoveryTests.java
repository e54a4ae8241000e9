package io.rdsboot.cluster.discovery;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstancePlacement;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.discovery.PlacementSource.PlacedInstance;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link CustomEndpointDiscovery}.
 */
class CustomEndpointDiscoveryTests {

	private static final InstanceConnector UNUSED = (instance, timeout) -> {
		throw new AssertionError("Nobody connects to " + instance);
	};

	private static final DatabaseInstance WRITER = at("app.cluster-abc123.us-east-1.rds.amazonaws.com");

	private static final DatabaseInstance FIRST = at("app-1.abc123.us-east-1.rds.amazonaws.com");

	private static final DatabaseInstance SECOND = at("app-2.abc123.us-east-1.rds.amazonaws.com");

	private static final DatabaseInstance ENDPOINT = new DatabaseInstance("reports",
			new InstanceAddress("reports.cluster-custom-abc123.us-east-1.rds.amazonaws.com", 5432), 3,
			Map.of("ApplicationName", "reports"), InstanceRole.READER);

	private final Map<InstanceAddress, List<PlacedInstance>> members = new HashMap<>();

	private static DatabaseInstance at(String host) {
		return DatabaseInstance.at(new InstanceAddress(host, 5432));
	}

	private static PlacedInstance placed(DatabaseInstance instance) {
		return new PlacedInstance(instance.address().host(), instance.address(), null);
	}

	@Test
	void endpointIsItsMembersAsSoonAsTheyAreKnown() throws Exception {
		InstanceDiscovery discovery = CustomEndpointDiscovery.of(
				new ConfiguredDiscovery(ConfiguredInstances.states(WRITER, List.of(FIRST, ENDPOINT))),
				InstancePlacement.NONE, () -> this.members);
		assertThat(discover(discovery)).containsExactly(WRITER, FIRST, ENDPOINT);
		this.members.put(ENDPOINT.address(), List.of(placed(FIRST), placed(SECOND)));
		assertThat(discover(discovery)).containsExactly(WRITER, FIRST, new DatabaseInstance(SECOND.address().host(),
				SECOND.address(), 3, Map.of("ApplicationName", "reports"), null));
		this.members.put(ENDPOINT.address(), List.of());
		assertThat(discover(discovery)).containsExactly(WRITER, FIRST);
		this.members.clear();
		assertThat(discover(discovery)).containsExactly(WRITER, FIRST, ENDPOINT);
	}

	@Test
	void endpointOfAGroupStaysBesideInstancesThatAreFoundUntilItsMembersAreKnown() throws Exception {
		InstanceDiscovery found = new Found(ConfiguredInstances.states(WRITER, List.of(ENDPOINT)),
				List.of(FIRST, SECOND));
		InstanceDiscovery grouped = CustomEndpointDiscovery.of(found,
				InstancePlacement.NONE.withGroup("reports", Set.of(ENDPOINT.address())), () -> this.members);
		assertThat(discover(grouped)).containsExactly(FIRST, SECOND, ENDPOINT);
		this.members.put(ENDPOINT.address(), List.of(placed(SECOND)));
		assertThat(discover(grouped)).containsExactly(FIRST, SECOND);
		this.members.clear();
		assertThat(discover(CustomEndpointDiscovery.of(found, InstancePlacement.NONE, () -> this.members)))
			.containsExactly(FIRST, SECOND);
	}

	@Test
	void withoutCustomEndpointsNothingChanges() {
		InstanceDiscovery others = new ConfiguredDiscovery(ConfiguredInstances.states(WRITER, List.of(FIRST)));
		assertThat(CustomEndpointDiscovery.of(others, InstancePlacement.NONE, () -> this.members)).isSameAs(others);
	}

	private static List<DatabaseInstance> discover(InstanceDiscovery discovery) throws DiscoveryException {
		return discovery.discover(ClusterTopology.of(discovery.initial()), UNUSED, Duration.ofSeconds(1));
	}

	/**
	 * Discovery that finds other instances than those that are configured.
	 */
	private record Found(List<InstanceState> initial, List<DatabaseInstance> instances) implements InstanceDiscovery {

		@Override
		public List<DatabaseInstance> discover(ClusterTopology known, InstanceConnector connector, Duration timeout) {
			return this.instances;
		}

	}

}
