package io.rdsboot.cluster.discovery;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddressPattern;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Discovery that asks one instance of an Aurora cluster which others there are, by
 * {@code aurora_replica_status()}. Instances are named by Aurora's identifiers, and their
 * addresses made from those. One that is new is listed as soon as the server at its
 * address has said that it is the one.
 */
public final class AuroraDiscovery implements InstanceDiscovery {

	private static final Logger logger = LoggerFactory.getLogger(AuroraDiscovery.class);

	/** A row that was not renewed for five minutes is of an instance that is gone. */
	private static final String SERVER_IDS = """
			SELECT server_id FROM pg_catalog.aurora_replica_status() \
			WHERE session_id = 'MASTER_SESSION_ID' OR last_update_timestamp IS NULL \
			OR last_update_timestamp >= pg_catalog.now() - interval '300 seconds' ORDER BY server_id""";

	private static final String UNDEFINED_FUNCTION = "42883";

	private static final String OWN_ID = "SELECT pg_catalog.aurora_db_instance_identifier()";

	/**
	 * How often one connection is asked over: its address may lead to another cluster by
	 * now.
	 */
	static final int LOOKS = 12;

	private final List<InstanceState> configured;

	private final InstanceAddressPattern addresses;

	private final Map<String, String> driverProperties;

	/** Identifiers whose servers did not answer as they should, which was logged. */
	private final Set<String> unconfirmed = new HashSet<>();

	private @Nullable Source source;

	private int looks;

	/**
	 * Create a discovery.
	 * @param configured the addresses to begin with; connection properties of the writer
	 * among them hold for all instances
	 * @param addresses makes addresses from identifiers
	 */
	public AuroraDiscovery(List<InstanceState> configured, InstanceAddressPattern addresses) {
		this.configured = List.copyOf(configured);
		this.addresses = addresses;
		this.driverProperties = ConfiguredInstances.writer(configured).driverProperties();
	}

	@Override
	public List<InstanceState> initial() {
		return this.configured;
	}

	@Override
	public List<DatabaseInstance> discover(ClusterTopology known, InstanceConnector connector, Duration timeout)
			throws DiscoveryException {
		List<String> serverIds = serverIds(known, connector, timeout);
		this.unconfirmed.retainAll(serverIds);
		List<DatabaseInstance> instances = new ArrayList<>();
		for (String serverId : serverIds) {
			DatabaseInstance instance = instance(serverId);
			if (known.state(instance).isPresent() || isConfirmed(instance, connector, timeout)) {
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

	private DatabaseInstance instance(String serverId) throws DiscoveryException {
		try {
			return new DatabaseInstance(serverId, this.addresses.address(serverId), 1, this.driverProperties, null);
		}
		catch (IllegalArgumentException ex) {
			throw new DiscoveryException("Aurora's instance '" + serverId + "' has no address by the pattern "
					+ this.addresses + ": " + ex.getMessage() + ". Correct rds.topology.instance-address", ex);
		}
	}

	private List<String> serverIds(ClusterTopology known, InstanceConnector connector, Duration timeout)
			throws DiscoveryException {
		List<DatabaseInstance> candidates = candidates(known);
		this.looks++;
		if (this.source != null && (!candidates.contains(this.source.instance()) || this.looks > LOOKS)) {
			release();
		}
		DiscoveryException failure = new DiscoveryException("No instance could be asked which others there are", null);
		if (this.source != null) {
			try {
				return values(this.source.connection(), SERVER_IDS);
			}
			catch (SQLException ex) {
				failure.addSuppressed(ex);
				release();
			}
		}
		for (DatabaseInstance candidate : candidates) {
			try {
				this.source = new Source(candidate, connector.connect(candidate, timeout));
				this.looks = 1;
				return values(this.source.connection(), SERVER_IDS);
			}
			catch (SQLException ex) {
				release();
				failure = failure(candidate, ex, failure);
				if (isFunctionMissing(failure)) {
					throw failure;
				}
			}
		}
		throw failure;
	}

	/**
	 * Return whether a look has failed because the server that was asked is not one of
	 * Aurora's.
	 */
	static boolean isFunctionMissing(DiscoveryException failure) {
		return failure.getCause() instanceof SQLException cause && UNDEFINED_FUNCTION.equals(cause.getSQLState());
	}

	private static DiscoveryException failure(DatabaseInstance candidate, SQLException cause,
			DiscoveryException previous) {
		String mend = UNDEFINED_FUNCTION.equals(cause.getSQLState())
				? ". Only Aurora PostgreSQL has this function: set rds.topology.discovery to rds-api or static" : "";
		DiscoveryException failure = new DiscoveryException(
				"The server at %s could not be asked which instances there are: %s%s".formatted(candidate.address(),
						cause.getMessage(), mend),
				cause);
		failure.addSuppressed(previous);
		return failure;
	}

	/**
	 * Return whom to ask: the writer first, which knows best, and the configured
	 * addresses last.
	 */
	private List<DatabaseInstance> candidates(ClusterTopology known) {
		return Stream
			.concat(Stream.concat(known.writer().stream(), known.instances().stream()).filter(InstanceState::reachable),
					this.configured.stream())
			.map(InstanceState::instance)
			.distinct()
			.toList();
	}

	private boolean isConfirmed(DatabaseInstance instance, InstanceConnector connector, Duration timeout) {
		String objection;
		try (Connection connection = connector.connect(instance, timeout)) {
			String answer = values(connection, OWN_ID).get(0);
			if (instance.name().equals(answer)) {
				this.unconfirmed.remove(instance.name());
				return true;
			}
			objection = "is instance '" + answer + "': correct rds.topology.instance-address";
		}
		catch (SQLException ex) {
			objection = "does not answer: " + ex.getMessage();
		}
		if (this.unconfirmed.add(instance.name())) {
			logger.warn("Aurora's instance '{}' is not used, because the server at {} {}", instance.name(),
					instance.address(), objection);
		}
		return false;
	}

	private static List<String> values(Connection connection, String query) throws SQLException {
		List<String> values = new ArrayList<>();
		try (PreparedStatement statement = connection.prepareStatement(query);
				ResultSet result = statement.executeQuery()) {
			while (result.next()) {
				values.add(result.getString(1));
			}
		}
		return values;
	}

	@Override
	public void release() {
		Source released = this.source;
		this.source = null;
		if (released != null) {
			try {
				released.connection().close();
			}
			catch (SQLException ex) {
				logger.debug("The connection to {} was lost before it was closed", released.instance(), ex);
			}
		}
	}

	/**
	 * The connection that is kept.
	 *
	 * @param instance where it leads
	 * @param connection the connection
	 */
	private record Source(DatabaseInstance instance, Connection connection) {
	}

}
