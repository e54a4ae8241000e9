package io.rdsboot.cluster.discovery;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddressPattern;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstancePlacement;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.RdsHostName.Kind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Discovery by {@code aurora_replica_status()} where the servers have it, and of what is
 * configured where they do not.
 */
public final class AutoDiscovery implements InstanceDiscovery {

	private static final Logger logger = LoggerFactory.getLogger(AutoDiscovery.class);

	private final InstanceDiscovery aurora;

	private final InstanceDiscovery configured;

	private boolean auroraMissing;

	private AutoDiscovery(InstanceDiscovery aurora, InstanceDiscovery configured) {
		this.aurora = aurora;
		this.configured = configured;
	}

	/**
	 * Choose a discovery by what the addresses look like. Instances are looked for where
	 * their addresses are known: by a pattern, or by the writer's cluster endpoint as
	 * long as no reader is named but by the reader endpoint.
	 * @param configured the addresses to begin with
	 * @param pattern addresses of the instances, or {@code null} to derive it
	 * @return the discovery
	 */
	public static InstanceDiscovery of(List<InstanceState> configured, @Nullable InstanceAddressPattern pattern) {
		return of(configured, pattern, InstancePlacement.NONE);
	}

	/**
	 * Choose a discovery by what the addresses look like, where some of the readers are
	 * members of groups: they say nothing of which other readers there are.
	 * @param configured the addresses to begin with
	 * @param pattern addresses of the instances, or {@code null} to derive it
	 * @param placement has the groups of readers
	 * @return the discovery
	 */
	public static InstanceDiscovery of(List<InstanceState> configured, @Nullable InstanceAddressPattern pattern,
			InstancePlacement placement) {
		InstanceDiscovery fixed = new ConfiguredDiscovery(configured);
		Optional<InstanceAddressPattern> addresses = (pattern != null) ? Optional.of(pattern)
				: derive(configured, placement);
		return addresses
			.<InstanceDiscovery>map((known) -> new AutoDiscovery(new AuroraDiscovery(configured, known), fixed))
			.orElse(fixed);
	}

	private static Optional<InstanceAddressPattern> derive(List<InstanceState> configured,
			InstancePlacement placement) {
		DatabaseInstance writer = ConfiguredInstances.writer(configured);
		boolean wholeCluster = isOf(Kind.CLUSTER, writer) && configured.stream()
			.map(InstanceState::instance)
			.allMatch((instance) -> instance.equals(writer) || isOf(Kind.CLUSTER_READER, instance)
					|| ((isOf(Kind.INSTANCE, instance) || isOf(Kind.CLUSTER_CUSTOM, instance))
							&& !placement.groups(instance).isEmpty()));
		return wholeCluster ? InstanceAddressPattern.derive(writer.address()) : Optional.empty();
	}

	private static boolean isOf(Kind kind, DatabaseInstance instance) {
		return ConfiguredInstances.kind(instance).filter(kind::equals).isPresent();
	}

	@Override
	public List<InstanceState> initial() {
		return this.configured.initial();
	}

	@Override
	public List<DatabaseInstance> discover(ClusterTopology known, InstanceConnector connector, Duration timeout)
			throws DiscoveryException {
		if (!this.auroraMissing) {
			try {
				return this.aurora.discover(known, connector, timeout);
			}
			catch (DiscoveryException ex) {
				if (!AskedServer.isFunctionMissing(ex)) {
					throw ex;
				}
				this.auroraMissing = true;
				logger.info(
						"The servers have no aurora_replica_status(), so that the instances are those configured,"
								+ " {}. To follow instances that come and go, set rds.topology.discovery to rds-api",
						initial().stream().map((state) -> state.instance().address()).toList());
			}
		}
		return this.configured.discover(known, connector, timeout);
	}

	@Override
	public void release() {
		this.aurora.release();
	}

}
