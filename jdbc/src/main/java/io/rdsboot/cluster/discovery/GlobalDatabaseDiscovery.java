package io.rdsboot.cluster.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceAddressPattern;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.RdsHostName;
import io.rdsboot.cluster.RdsHostName.Kind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Discovery that asks one instance of an Aurora global database which others there are in
 * all regions, by {@code aurora_global_db_instance_status()}. An instance is named by
 * Aurora's identifier and its region, such as {@code orders-1.eu-west-1}, because
 * identifiers may be the same in two regions. Which of them is the writer, each is asked
 * itself: the function may name a former one.
 *
 * @see <a href=
 * "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora_global_db_instance_status.html">aurora_global_db_instance_status</a>
 */
public final class GlobalDatabaseDiscovery implements InstanceDiscovery {

	/**
	 * Property whose entries make the addresses.
	 */
	private static final String PROPERTY = "rds.global-database.endpoints";

	private static final Logger logger = LoggerFactory.getLogger(GlobalDatabaseDiscovery.class);

	private static final String INSTANCES = """
			SELECT server_id, aws_region, session_id = 'MASTER_SESSION_ID' \
			FROM pg_catalog.aurora_global_db_instance_status() \
			WHERE server_id IS NOT NULL AND aws_region IS NOT NULL ORDER BY aws_region, server_id""";

	private final List<InstanceState> configured;

	private final Map<String, InstanceAddressPattern> addresses;

	private final Map<String, String> driverProperties;

	private final AddressRegions regions;

	private final AskedServer server;

	private final InstanceConfirmation confirmation = new InstanceConfirmation(PROPERTY);

	/** Regions without addresses, of which was told. */
	private final Set<String> unused = new HashSet<>();

	private @Nullable String unreachableWriter;

	/**
	 * Create a discovery.
	 * @param configured the addresses to begin with; connection properties of the writer
	 * among them hold for all instances
	 * @param addresses makes addresses from identifiers, for each region; regions that
	 * are not among them are not used
	 * @param endpoints cluster endpoints of the regions, which are asked where no
	 * instance that is known answers; may be empty
	 * @param regions learns the regions of the addresses that are found
	 * @throws IllegalArgumentException if there is no region
	 */
	public GlobalDatabaseDiscovery(List<InstanceState> configured, Map<String, InstanceAddressPattern> addresses,
			List<InstanceAddress> endpoints, AddressRegions regions) {
		if (addresses.isEmpty()) {
			throw new IllegalArgumentException("A global database needs the addresses of one region at least");
		}
		this.configured = configured.stream().map(GlobalDatabaseDiscovery::leadingToOneServer).toList();
		this.addresses = Map.copyOf(addresses);
		this.regions = regions;
		this.driverProperties = ConfiguredInstances.writer(configured).driverProperties();
		this.server = new AskedServer(
				Stream
					.concat(this.configured.stream().map(InstanceState::instance),
							endpoints.stream().flatMap(this::ofRegion))
					.toList(),
				"Only Aurora PostgreSQL has this function: remove the properties of rds.global-database");
	}

	/**
	 * The cluster endpoint of a secondary region leads nowhere, and its reader endpoint
	 * to its instances.
	 */
	private Stream<DatabaseInstance> ofRegion(InstanceAddress endpoint) {
		Optional<RdsHostName> cluster = RdsHostName.parse(endpoint.host())
			.filter((name) -> name.kind() == Kind.CLUSTER);
		Stream<InstanceAddress> readers = cluster.stream()
			.map((name) -> new InstanceAddress(endpoint.host().replace(".cluster-", ".cluster-ro-"), endpoint.port()));
		return Stream.concat(Stream.of(endpoint), readers)
			.map((address) -> new DatabaseInstance(address.toString(), address, 1, this.driverProperties, null));
	}

	/**
	 * A global writer endpoint leads to one server at a time, which says itself whether
	 * it is the writer: the name may still lead to the former one.
	 */
	private static InstanceState leadingToOneServer(InstanceState state) {
		DatabaseInstance instance = state.instance();
		if (ConfiguredInstances.kind(instance).filter(Kind.GLOBAL::equals).isEmpty()) {
			return state;
		}
		return new InstanceState(new DatabaseInstance(instance.name(), instance.address(), instance.weight(),
				instance.driverProperties(), null), state.role(), state.reachable());
	}

	@Override
	public List<InstanceState> initial() {
		return this.configured;
	}

	/**
	 * A region that was lost and comes back may say for a while that it has the writer.
	 */
	@Override
	public boolean needsAllInstances() {
		return true;
	}

	@Override
	public List<DatabaseInstance> discover(ClusterTopology known, InstanceConnector connector, Duration timeout)
			throws DiscoveryException {
		Optional<DatabaseInstance> writer = known.writer()
			.filter(InstanceState::reachable)
			.map(InstanceState::instance);
		if (writer.isPresent() && !this.server.is(writer.get())) {
			this.server.release();
		}
		List<Row> rows = this.server.ask(known, connector, timeout, INSTANCES,
				(row) -> new Row(row.getString(1), row.getString(2), row.getBoolean(3)));
		if (rows.isEmpty()) {
			throw new DiscoveryException("The server that was asked belongs to no global database: correct "
					+ "rds.writer, or remove the properties of rds.global-database", null);
		}
		tell(rows);
		learnEndpoint(rows);
		List<DatabaseInstance> instances = instances(rows, known, connector, timeout);
		if (instances.isEmpty()) {
			throw new DiscoveryException("The global database has the instances "
					+ rows.stream().map(Row::name).toList() + ", and none of them answers at its address by "
					+ this.addresses + ": check " + PROPERTY + ", and that the instances can be reached from here",
					null);
		}
		return withWriter(instances, writer.orElse(null));
	}

	/**
	 * The global writer endpoint follows the writer from region to region.
	 */
	private void learnEndpoint(List<Row> rows) {
		rows.stream()
			.filter(Row::writer)
			.findFirst()
			.ifPresent((writer) -> this.configured.stream()
				.map(InstanceState::instance)
				.filter((instance) -> ConfiguredInstances.kind(instance).filter(Kind.GLOBAL::equals).isPresent())
				.forEach((instance) -> this.regions.put(instance.address(), writer.region())));
	}

	/**
	 * Looks at all that are new at once: those of a region that is lost do not answer.
	 */
	private List<DatabaseInstance> instances(List<Row> rows, ClusterTopology known, InstanceConnector connector,
			Duration timeout) throws DiscoveryException {
		this.confirmation.retain(rows.stream().map(Row::name).toList());
		List<CompletableFuture<Optional<DatabaseInstance>>> looks = new ArrayList<>();
		for (Row row : rows) {
			InstanceAddressPattern pattern = this.addresses.get(row.region());
			if (pattern != null) {
				DatabaseInstance instance = instance(row, pattern);
				this.regions.put(instance.address(), row.region());
				looks.add(known.state(instance).isPresent() ? CompletableFuture.completedFuture(Optional.of(instance))
						: CompletableFuture.supplyAsync(() -> confirmed(instance, row, connector, timeout),
								GlobalDatabaseDiscovery::onItsOwnThread));
			}
		}
		List<DatabaseInstance> instances = new ArrayList<>();
		looks.forEach((look) -> look.join().ifPresent(instances::add));
		return instances;
	}

	private Optional<DatabaseInstance> confirmed(DatabaseInstance instance, Row row, InstanceConnector connector,
			Duration timeout) {
		return this.confirmation.isConfirmed(instance, row.serverId(), connector, timeout) ? Optional.of(instance)
				: Optional.empty();
	}

	private static void onItsOwnThread(Runnable look) {
		Thread thread = new Thread(look, "rds-discovery-look");
		thread.setDaemon(true);
		thread.start();
	}

	private DatabaseInstance instance(Row row, InstanceAddressPattern pattern) throws DiscoveryException {
		try {
			return new DatabaseInstance(row.name(), pattern.address(row.serverId()), 1, this.driverProperties, null);
		}
		catch (IllegalArgumentException ex) {
			throw new DiscoveryException("Aurora's instance '" + row.name() + "' has no address by the pattern "
					+ pattern + ": " + ex.getMessage() + ". Correct " + PROPERTY + "." + row.region(), ex);
		}
	}

	/**
	 * The list of a server that was just started may be short. A writer that answers is
	 * one of the database whatever a list says.
	 */
	private List<DatabaseInstance> withWriter(List<DatabaseInstance> found, @Nullable DatabaseInstance writer) {
		boolean endpoint = this.configured.stream().anyMatch((state) -> state.instance().equals(writer));
		if (writer != null && !endpoint && !found.contains(writer)) {
			found.add(writer);
		}
		return List.copyOf(found);
	}

	private void tell(List<Row> rows) {
		for (Row row : rows) {
			if (!this.addresses.containsKey(row.region()) && this.unused.add(row.region())) {
				logger.info("Region {} of the global database is not used: there is no {}.{}", row.region(), PROPERTY,
						row.region());
			}
		}
		Optional<Row> outside = rows.stream()
			.filter((row) -> row.writer() && !this.addresses.containsKey(row.region()))
			.findFirst();
		if (outside.isPresent() && !outside.get().name().equals(this.unreachableWriter)) {
			logger.warn("The writer of the global database, {}, is in a region that is not used, so that there are no "
					+ "writes: set {}.{}", outside.get().name(), PROPERTY, outside.get().region());
		}
		this.unreachableWriter = outside.map(Row::name).orElse(null);
	}

	@Override
	public void release() {
		this.server.release();
	}

	/**
	 * What the function says of an instance.
	 *
	 * @param serverId Aurora's identifier
	 * @param region its region
	 * @param writer whether it is said to be the writer
	 */
	private record Row(String serverId, String region, boolean writer) {

		String name() {
			return this.serverId + "." + this.region;
		}

	}

}
