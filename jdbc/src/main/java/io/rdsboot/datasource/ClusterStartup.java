package io.rdsboot.datasource;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.ReplicationSource;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.cluster.WriterIsReplicaException;
import io.rdsboot.cluster.watch.TopologyMonitor;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.pool.StartupConnectionException;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The first look at the cluster, when the application starts: opens a connection to each
 * instance, lets the pools follow the cluster, begins to watch it, and waits until it is
 * known who is who. Refuses a start that no waiting would help.
 *
 * <p>
 * Roles as configured are an assumption here, since they may have moved while the
 * application was down. A configured writer that is down stops the start only if no other
 * instance is the writer; one that is a replica only if every address answers as a
 * replica that receives from somebody at present, twice. Then there is a primary, and it
 * is not among them; during a failover, the one that is about to be promoted receives
 * from nobody.
 */
@API(status = API.Status.INTERNAL)
public final class ClusterStartup {

	private static final Duration FIRST_LOOK_TIMEOUT = Duration.ofSeconds(5);

	private static final Duration SECOND_LOOK_AFTER = Duration.ofSeconds(1);

	private static final Duration ANSWER_TIMEOUT = Duration.ofMillis(1500);

	private final TopologyProvider topologyProvider;

	private final InstancePools pools;

	private final Predicate<InstanceRole> failsFast;

	private final StartupPatience patience;

	private final @Nullable TopologyMonitor monitor;

	private final Supplier<InstanceConnector> connector;

	/**
	 * Create the start.
	 * @param topologyProvider knows the cluster
	 * @param pools the pools
	 * @param failsFast for which roles a connection must be had
	 * @param patience says how long to wait for a database that is starting
	 * @param monitor watches the cluster, or {@code null} if nobody does
	 * @param connector opens connections that watch, where somebody does
	 */
	public ClusterStartup(TopologyProvider topologyProvider, InstancePools pools, Predicate<InstanceRole> failsFast,
			StartupPatience patience, @Nullable TopologyMonitor monitor, Supplier<InstanceConnector> connector) {
		this.topologyProvider = topologyProvider;
		this.pools = pools;
		this.failsFast = failsFast;
		this.patience = patience;
		this.monitor = monitor;
		this.connector = connector;
	}

	/**
	 * Begin.
	 * @throws StartupConnectionException if an instance that is needed cannot be
	 * connected to
	 * @throws WriterIsReplicaException if the primary is not among the addresses
	 */
	public void run() {
		DatabaseInstance configured = this.topologyProvider.topology()
			.writer()
			.map(InstanceState::instance)
			.orElse(null);
		StartupConnectionException failure = verify();
		if (failure != null && this.monitor == null) {
			this.patience.until(this::verify);
			failure = null;
		}
		this.pools.follow(this.topologyProvider);
		if (this.monitor != null) {
			try {
				watch(this.monitor, configured, failure);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private void watch(TopologyMonitor watching, @Nullable DatabaseInstance configured,
			@Nullable StartupConnectionException failure) throws InterruptedException {
		watching.start();
		watching.awaitFirstLook(FIRST_LOOK_TIMEOUT);
		if (failure != null) {
			if (!watching.knowsAllInstances()) {
				// Where the configured address leads nowhere, another instance may be
				// found.
				watching.awaitWriter(FIRST_LOOK_TIMEOUT);
			}
			this.patience.until(() -> verifyWriterAfter(failure));
		}
		if (configured != null && this.failsFast.test(InstanceRole.WRITER)) {
			refuseReplica(configured, watching);
		}
	}

	/**
	 * Connect to all instances at once.
	 * @return the failure of a writer that is down, and may be one no longer
	 */
	private @Nullable StartupConnectionException verify() {
		List<CompletableFuture<Void>> connected = this.topologyProvider.topology()
			.instances()
			.stream()
			.filter((state) -> this.failsFast.test(state.role()))
			.map((state) -> CompletableFuture.runAsync(() -> this.pools.verify(state), ClusterStartup::onItsOwnThread))
			.toList();
		StartupConnectionException failure = null;
		for (CompletableFuture<Void> each : connected) {
			try {
				each.join();
			}
			catch (CompletionException ex) {
				if (!(ex.getCause() instanceof StartupConnectionException refused)) {
					throw (ex.getCause() instanceof RuntimeException unexpected) ? unexpected : ex;
				}
				if (!refused.isPassing()) {
					throw refused;
				}
				failure = refused;
			}
		}
		return failure;
	}

	/**
	 * Run what waits for a server, so that the instances are waited for together.
	 */
	private static void onItsOwnThread(Runnable connect) {
		Thread thread = new Thread(connect, "rds-startup");
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Give the start a further chance by who the writer is now: another instance, or the
	 * same that has come up.
	 * @return the failure of a writer that is down, or {@code null}
	 */
	private @Nullable StartupConnectionException verifyWriterAfter(StartupConnectionException failure) {
		InstanceState writer = this.topologyProvider.topology().writer().filter(InstanceState::reachable).orElse(null);
		if (writer == null) {
			return failure;
		}
		try {
			this.pools.verify(writer);
			return null;
		}
		catch (StartupConnectionException ex) {
			if (!ex.isPassing()) {
				throw ex;
			}
			return ex;
		}
	}

	private void refuseReplica(DatabaseInstance configured, TopologyMonitor watching) throws InterruptedException {
		if (sources().isEmpty() || watching.awaitWriter(SECOND_LOOK_AFTER) || !watching.knowsAllInstances()) {
			return;
		}
		Map<DatabaseInstance, ReplicationSource> sources = sources();
		if (sources.isEmpty()) {
			return;
		}
		DatabaseInstance writer = sources.containsKey(configured) ? configured : sources.keySet().iterator().next();
		List<DatabaseInstance> others = new ArrayList<>(sources.keySet());
		others.remove(writer);
		throw new WriterIsReplicaException(writer, Objects.requireNonNull(sources.get(writer)), others);
	}

	/**
	 * Return where the instances receive from, or nothing if one of them may be the
	 * writer, or become it.
	 */
	private Map<DatabaseInstance, ReplicationSource> sources() {
		ClusterTopology topology = this.topologyProvider.topology();
		boolean allReaders = topology.instances()
			.stream()
			.allMatch((state) -> state.role() == InstanceRole.READER && state.reachable()
					&& state.instance().fixedRole() == null);
		Map<DatabaseInstance, ReplicationSource> sources = new LinkedHashMap<>();
		if (allReaders) {
			for (InstanceState state : topology.instances()) {
				Optional<ReplicationSource> source = source(state.instance());
				if (source.isEmpty()) {
					return Map.of();
				}
				sources.put(state.instance(), source.get());
			}
		}
		return sources;
	}

	private Optional<ReplicationSource> source(DatabaseInstance instance) {
		try (Connection connection = this.connector.get().connect(instance, ANSWER_TIMEOUT)) {
			return ReplicationSource.of(connection);
		}
		catch (SQLException ex) {
			return Optional.empty();
		}
	}

}
