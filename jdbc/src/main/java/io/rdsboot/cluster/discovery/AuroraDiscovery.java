package io.rdsboot.cluster.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddressPattern;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Discovery that asks one instance of an Aurora cluster which others there are, by
 * {@code aurora_replica_status()}. Instances are named by Aurora's identifiers, and their
 * addresses made from those. One that is new is listed as soon as the server at its
 * address has said that it is the one.
 */
public final class AuroraDiscovery implements InstanceDiscovery {

	/** A row that was not renewed for five minutes is of an instance that is gone. */
	private static final String SERVER_IDS = """
			SELECT server_id FROM pg_catalog.aurora_replica_status() \
			WHERE session_id = 'MASTER_SESSION_ID' OR last_update_timestamp IS NULL \
			OR last_update_timestamp >= pg_catalog.now() - interval '300 seconds' ORDER BY server_id""";

	private static final String REGIONS = """
			SELECT DISTINCT aws_region FROM pg_catalog.aurora_global_db_instance_status() \
			WHERE aws_region IS NOT NULL ORDER BY aws_region""";

	private static final Logger logger = LoggerFactory.getLogger(AuroraDiscovery.class);

	private final List<InstanceState> configured;

	private final InstanceAddressPattern addresses;

	private final Map<String, String> driverProperties;

	private final AskedServer server;

	private final InstanceConfirmation confirmation = new InstanceConfirmation("rds.topology.instance-address");

	private boolean askedForRegions;

	/**
	 * Create a discovery.
	 * @param configured the addresses to begin with; connection properties of the writer
	 * among them hold for all instances
	 * @param addresses makes addresses from identifiers
	 */
	public AuroraDiscovery(List<InstanceState> configured, InstanceAddressPattern addresses) {
		this.configured = List.copyOf(configured);
		this.addresses = addresses;
		this.server = new AskedServer(this.configured.stream().map(InstanceState::instance).toList(),
				"Only Aurora PostgreSQL has this function: set rds.topology.discovery to rds-api or static");
		this.driverProperties = ConfiguredInstances.writer(configured).driverProperties();
	}

	@Override
	public List<InstanceState> initial() {
		return this.configured;
	}

	@Override
	public List<DatabaseInstance> discover(ClusterTopology known, InstanceConnector connector, Duration timeout)
			throws DiscoveryException {
		List<String> serverIds = this.server.ask(known, connector, timeout, SERVER_IDS, (row) -> row.getString(1));
		tellOfOtherRegions();
		this.confirmation.retain(serverIds);
		List<DatabaseInstance> instances = new ArrayList<>();
		for (String serverId : serverIds) {
			DatabaseInstance instance = instance(serverId);
			if (known.state(instance).isPresent()
					|| this.confirmation.isConfirmed(instance, serverId, connector, timeout)) {
				instances.add(instance);
			}
		}
		if (instances.isEmpty()) {
			throw new DiscoveryException(
					"Aurora has the instances " + serverIds + ", and none of them answers at its address "
							+ this.addresses
							+ ": check rds.topology.instance-address, and that the instances can be reached from here",
					null);
		}
		return List.copyOf(instances);
	}

	/**
	 * A service that means to stay in its region has nothing to do, so that this is no
	 * warning.
	 */
	private void tellOfOtherRegions() {
		if (this.askedForRegions) {
			return;
		}
		this.askedForRegions = true;
		List<String> regions = this.server.askFurther(REGIONS, (row) -> row.getString(1));
		if (regions.size() > 1) {
			logger
				.info("The cluster belongs to a global database with the regions {}. If its writer moves to another of "
						+ "them, this service has no writer until it moves back or the service is configured anew. To follow "
						+ "it, set rds.global-database.endpoints", regions);
		}
	}

	private DatabaseInstance instance(String serverId) throws DiscoveryException {
		try {
			return new DatabaseInstance(serverId, this.addresses.address(serverId), 1, this.driverProperties, null);
		}
		catch (IllegalArgumentException ex) {
			throw new DiscoveryException("Aurora's instance '" + serverId + "' has no address by the pattern "
					+ this.addresses + ": " + ex.getMessage() + ". Correct rds.topology.instance-address", ex);
		}
	}

	@Override
	public void release() {
		this.server.release();
	}

}
