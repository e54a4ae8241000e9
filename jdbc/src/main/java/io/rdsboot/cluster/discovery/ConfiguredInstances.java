package io.rdsboot.cluster.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.RdsHostName;
import io.rdsboot.cluster.RdsHostName.Kind;

/**
 * What the addresses of a configured cluster say of the roles behind them.
 */
public final class ConfiguredInstances {

	private ConfiguredInstances() {
	}

	/**
	 * Return the states that a cluster begins with. An address that stands for several
	 * servers which cannot be told apart gets its configured role for good: a writer's at
	 * a proxy, a shard group or a global database, a reader's at a reader endpoint, a
	 * custom endpoint or a proxy. All others say themselves what they are.
	 * @param writer the instance that is configured as the writer
	 * @param readers the instances that are configured as readers, may be empty
	 */
	public static List<InstanceState> states(DatabaseInstance writer, List<DatabaseInstance> readers) {
		List<InstanceState> states = new ArrayList<>();
		states.add(state(writer, InstanceRole.WRITER));
		readers.forEach((reader) -> states.add(state(reader, InstanceRole.READER)));
		return List.copyOf(states);
	}

	private static InstanceState state(DatabaseInstance instance, InstanceRole role) {
		boolean fixed = kind(instance).map((kind) -> isFixed(kind, role)).orElse(false);
		return new InstanceState((fixed && instance.fixedRole() == null) ? withRole(instance, role) : instance, role,
				true);
	}

	private static DatabaseInstance withRole(DatabaseInstance instance, InstanceRole role) {
		return new DatabaseInstance(instance.name(), instance.address(), instance.weight(), instance.driverProperties(),
				role);
	}

	private static boolean isFixed(Kind kind, InstanceRole role) {
		return switch (kind) {
			case PROXY, SHARD_GROUP, GLOBAL -> true;
			case CLUSTER_READER, CLUSTER_CUSTOM -> role == InstanceRole.READER;
			case CLUSTER, INSTANCE -> false;
		};
	}

	static Optional<Kind> kind(DatabaseInstance instance) {
		return RdsHostName.parse(instance.address().host()).map(RdsHostName::kind);
	}

	/**
	 * Return the instance that is configured as the writer.
	 * @param configured the states that a cluster begins with
	 * @throws IllegalArgumentException if there is none
	 */
	static DatabaseInstance writer(List<InstanceState> configured) {
		return configured.stream()
			.filter((state) -> state.role() == InstanceRole.WRITER)
			.map(InstanceState::instance)
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("None of " + configured + " is the writer"));
	}

}
