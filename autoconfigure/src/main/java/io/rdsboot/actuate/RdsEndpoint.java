package io.rdsboot.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstancePlacement;
import io.rdsboot.cluster.InstancePlacements;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.ServerIdentity;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.credentials.RenewalStatus;
import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.pool.login.InstanceRefusedException;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Actuator endpoint that shows the cluster as this application sees it: instances with
 * their roles, lag and pools, where connections were borrowed and why, and the age of the
 * credentials. It asks no server and waits for nothing. Where writing is allowed, an
 * operator takes readers out and in, and renews the connections of a pool. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
@Endpoint(id = "rds", defaultAccess = Access.READ_ONLY)
public final class RdsEndpoint {

	private final ReadWriteRoutingDataSource dataSource;

	private final TopologyProvider topologyProvider;

	private final InstancePlacements placements;

	private final InstancePools pools;

	private final DatabaseCredentialsProvider credentials;

	private final RoutingTally tally;

	private final ClusterEvents events;

	/**
	 * Create the endpoint.
	 */
	public RdsEndpoint(ReadWriteRoutingDataSource dataSource, TopologyProvider topologyProvider,
			InstancePlacements placements, InstancePools pools, DatabaseCredentialsProvider credentials,
			RoutingTally tally, ClusterEvents events) {
		this.dataSource = dataSource;
		this.topologyProvider = topologyProvider;
		this.placements = placements;
		this.pools = pools;
		this.credentials = credentials;
		this.tally = tally;
		this.events = events;
	}

	/**
	 * Return the cluster.
	 */
	@ReadOperation
	public Cluster cluster() {
		ClusterTopology topology = this.topologyProvider.topology();
		return new Cluster(topology.writer().map((state) -> state.instance().name()).orElse(null),
				this.topologyProvider.isResting(), topology.instances().stream().map(this::instance).toList(),
				this.tally.decisions(), this.credentials.renewalStatus(), this.events.events());
	}

	/**
	 * Return one instance.
	 * @param instance its name
	 * @return the instance, or {@code null} if there is none of that name
	 */
	@ReadOperation
	public @Nullable Instance instance(@Selector String instance) {
		return find(instance).map(this::instance).orElse(null);
	}

	/**
	 * Ask all instances soon for their role and lag.
	 */
	@WriteOperation
	public void look() {
		this.topologyProvider.checkNow();
	}

	/**
	 * Change what becomes of one instance.
	 * @param instance its name
	 * @param action what to do
	 * @return the instance afterwards
	 * @throws InvalidEndpointRequestException if there is no such instance, or it is no
	 * reader that can be taken out or in
	 */
	@WriteOperation
	public Instance change(@Selector String instance, Action action) {
		InstanceState state = find(instance)
			.orElseThrow(() -> invalid("There is no instance '%s' in the cluster: it has %s".formatted(instance,
					this.topologyProvider.topology()
						.instances()
						.stream()
						.map((each) -> each.instance().name())
						.toList())));
		boolean done = switch (action) {
			case SUSPEND -> suspend(state.instance());
			case RESUME -> resume(state.instance());
			case RENEW_CONNECTIONS -> renewConnections(state.instance());
		};
		if (!done) {
			throw invalid("Instance '%s' has the role %s: only readers can be suspended and resumed".formatted(instance,
					state.role()));
		}
		return instance(state);
	}

	private boolean suspend(DatabaseInstance reader) {
		boolean before = this.dataSource.isReaderSuspended(reader);
		boolean done = this.dataSource.suspendReader(reader);
		if (done && !before) {
			this.events.operated(ClusterEvents.Kind.SUSPENDED, reader);
		}
		return done;
	}

	private boolean resume(DatabaseInstance reader) {
		boolean before = this.dataSource.isReaderSuspended(reader);
		boolean done = this.dataSource.resumeReader(reader);
		if (done && before) {
			this.events.operated(ClusterEvents.Kind.RESUMED, reader);
		}
		return done;
	}

	private boolean renewConnections(DatabaseInstance instance) {
		this.pools.find(instance).ifPresent(InstancePool::renewConnections);
		return true;
	}

	private static InvalidEndpointRequestException invalid(String reason) {
		return new InvalidEndpointRequestException(reason, reason);
	}

	private Optional<InstanceState> find(String name) {
		return this.topologyProvider.topology()
			.instances()
			.stream()
			.filter((state) -> state.instance().name().equals(name))
			.findFirst();
	}

	private Instance instance(InstanceState state) {
		DatabaseInstance instance = state.instance();
		LogProgress progress = state.progress();
		ServerIdentity server = state.server();
		InstancePlacement placement = this.placements.current();
		return new Instance(instance.name(), instance.address().toString(), placement.zone(instance),
				placement.groups(instance), state.role(), state.reachable(),
				(state.role() == InstanceRole.READER) ? reader(instance) : null,
				(progress != null) ? progress.lag() : null, (progress != null) ? progress.position().toString() : null,
				(server != null) ? server.description() : null,
				Objects.toString(this.topologyProvider.redirect(instance), null),
				this.pools.find(instance).map(Pool::of).orElse(null));
	}

	private ReaderState reader(DatabaseInstance instance) {
		if (this.dataSource.isReaderSuspended(instance)) {
			return ReaderState.SUSPENDED;
		}
		return this.dataSource.isReaderAvailable(instance) ? ReaderState.SERVES : ReaderState.LEFT_OUT;
	}

	/**
	 * What an operator does to an instance.
	 */
	public enum Action {

		/** Route no reads to a reader until it is resumed. */
		SUSPEND,

		/** Route reads to a reader again. */
		RESUME,

		/** Close idle connections, and those in use when they are given back. */
		RENEW_CONNECTIONS

	}

	/**
	 * Whether reads are routed to a reader.
	 */
	public enum ReaderState {

		/** They are, as far as its lag and their sessions allow. */
		SERVES,

		/** It has failed, or opens its first connections. */
		LEFT_OUT,

		/** An operator has suspended it. */
		SUSPENDED

	}

	/**
	 * The cluster as this application sees it.
	 *
	 * @param writer name of the writer, or {@code null} while none is known
	 * @param resting whether nobody asks the instances, because the database is not used
	 * @param instances all instances
	 * @param decisions where connections were borrowed and why, the latest first
	 * @param credentials age of the credentials, or {@code null} if they are not renewed
	 * @param events the last changes of the cluster, the latest first
	 */
	public record Cluster(@Nullable String writer, boolean resting, List<Instance> instances,
			List<RoutingTally.Decision> decisions, @Nullable RenewalStatus credentials,
			List<ClusterEvents.Event> events) {

	}

	/**
	 * An instance.
	 *
	 * @param name its name
	 * @param address its address
	 * @param zone name of its availability zone, or {@code null} if that is not known
	 * @param groups names of the groups of readers that it is in
	 * @param role its role, as far as is known
	 * @param reachable whether it answered when it was last asked
	 * @param reader whether reads are routed to it, or {@code null} if it is no reader
	 * @param lag age of its data when it was last asked, or {@code null} if that is not
	 * known
	 * @param position what it has written or replayed of the log, or {@code null} if that
	 * is not known
	 * @param server the server that its address leads to, or {@code null} if that is not
	 * known
	 * @param redirectedTo where its connections are opened while its address leads
	 * elsewhere, as after a Blue/Green switchover, or {@code null} if they are opened
	 * there
	 * @param pool its pool, or {@code null} if it has none
	 */
	public record Instance(String name, String address, @Nullable String zone, Set<String> groups, InstanceRole role,
			boolean reachable, @Nullable ReaderState reader, @Nullable Duration lag, @Nullable String position,
			@Nullable String server, @Nullable String redirectedTo, @Nullable Pool pool) {

	}

	/**
	 * A pool.
	 *
	 * @param active connections in use
	 * @param idle connections in no use
	 * @param maximumSize how many there may be
	 * @param minimumIdle how many are kept idle at least
	 * @param waiting threads that wait for a connection
	 * @param failure why the last connection could not be opened, or {@code null} if it
	 * could
	 */
	public record Pool(int active, int idle, int maximumSize, int minimumIdle, int waiting, @Nullable String failure) {

		static Pool of(InstancePool pool) {
			InstanceRefusedException failure = pool.unreachableFailure();
			return new Pool(pool.activeConnections(), pool.idleConnections(), pool.maximumSize(), pool.minimumIdle(),
					pool.waitingThreads(), (failure != null) ? failure.getMessage() : null);
		}

	}

}
