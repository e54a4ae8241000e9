package io.rdsboot.cluster.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstancePlacement;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.RdsHostName.Kind;
import io.rdsboot.cluster.discovery.PlacementSource.PlacedInstance;

/**
 * Discovery that puts the members of custom endpoints in the place of these, as soon as
 * they are known. Until then, and where nobody tells them, an endpoint counts as one
 * reader.
 */
public final class CustomEndpointDiscovery implements InstanceDiscovery {

	private final InstanceDiscovery others;

	private final List<DatabaseInstance> endpoints;

	private final InstancePlacement configured;

	private final Supplier<Map<InstanceAddress, List<PlacedInstance>>> members;

	private CustomEndpointDiscovery(InstanceDiscovery others, List<DatabaseInstance> endpoints,
			InstancePlacement configured, Supplier<Map<InstanceAddress, List<PlacedInstance>>> members) {
		this.others = others;
		this.endpoints = endpoints;
		this.configured = configured;
		this.members = members;
	}

	/**
	 * Put the members of custom endpoints in the place of these.
	 * @param others finds all else
	 * @param configured the configured groups of readers
	 * @param members the members by the address of the custom endpoint, as far as they
	 * are known; asked at each look, and must not block
	 * @return the discovery, the one of the others where no reader is a custom endpoint
	 */
	public static InstanceDiscovery of(InstanceDiscovery others, InstancePlacement configured,
			Supplier<Map<InstanceAddress, List<PlacedInstance>>> members) {
		List<DatabaseInstance> endpoints = others.initial()
			.stream()
			.filter((state) -> state.role() == InstanceRole.READER && isCustomEndpoint(state.instance()))
			.map(InstanceState::instance)
			.toList();
		return endpoints.isEmpty() ? others : new CustomEndpointDiscovery(others, endpoints, configured, members);
	}

	/**
	 * Return whether an instance is a custom endpoint by its address.
	 */
	public static boolean isCustomEndpoint(DatabaseInstance instance) {
		return ConfiguredInstances.kind(instance).filter(Kind.CLUSTER_CUSTOM::equals).isPresent();
	}

	@Override
	public List<InstanceState> initial() {
		return this.others.initial();
	}

	@Override
	public List<DatabaseInstance> discover(ClusterTopology known, InstanceConnector connector, Duration timeout)
			throws DiscoveryException {
		List<DatabaseInstance> found = new ArrayList<>(this.others.discover(known, connector, timeout));
		Map<InstanceAddress, List<PlacedInstance>> membersOf = this.members.get();
		for (DatabaseInstance endpoint : this.endpoints) {
			List<PlacedInstance> members = membersOf.get(endpoint.address());
			if (members != null) {
				replace(endpoint, members, found);
			}
			else if (!found.contains(endpoint) && !this.configured.groups(endpoint).isEmpty()) {
				// The reads of its group have no other reader.
				found.add(endpoint);
			}
		}
		return List.copyOf(found);
	}

	/**
	 * Where instances are found otherwise, the members are among them.
	 */
	private static void replace(DatabaseInstance endpoint, List<PlacedInstance> members, List<DatabaseInstance> found) {
		if (!found.remove(endpoint)) {
			return;
		}
		Set<InstanceAddress> present = found.stream().map(DatabaseInstance::address).collect(Collectors.toSet());
		for (PlacedInstance member : members) {
			if (present.add(member.address())) {
				found.add(new DatabaseInstance(member.identifier(), member.address(), endpoint.weight(),
						endpoint.driverProperties(), null));
			}
		}
	}

	@Override
	public void release() {
		this.others.release();
	}

}
