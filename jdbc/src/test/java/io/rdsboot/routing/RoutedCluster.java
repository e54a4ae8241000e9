package io.rdsboot.routing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.StaticTopologyProvider;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.tls.TlsSettings;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A routing data source on a local cluster, without Spring Boot, and what tests ask of
 * it.
 */
public final class RoutedCluster implements AutoCloseable {

	public final List<RoutingDecision> decisions = new ArrayList<>();

	/**
	 * Time as the breakers see it, moved by tests.
	 */
	public final AtomicLong nanoTime = new AtomicLong();

	public final TopologyProvider topology;

	public final InstancePools pools;

	public final ReadWriteRoutingDataSource dataSource;

	public final JdbcTemplate jdbc;

	private final JdbcTransactionManager transactionManager;

	/**
	 * A session that knows nothing of other tests, whose time is another.
	 */
	private final ConsistencySession.Binding session = ConsistencySession.ofBareThread().bind();

	public RoutedCluster(LocalRdsCluster cluster) {
		this(cluster, cluster.readers(), (builder) -> {
		});
	}

	public RoutedCluster(LocalRdsCluster cluster, List<LocalRdsInstance> readers,
			Consumer<ReadWriteRoutingDataSource.Builder> settings) {
		this(cluster, new StaticTopologyProvider(instance(cluster.writer(), 1),
				readers.stream().map((reader) -> instance(reader, 1)).toList()), settings);
	}

	public RoutedCluster(LocalRdsCluster cluster, HikariPoolCustomizer customizer) {
		this(cluster, new StaticTopologyProvider(instance(cluster.writer(), 1),
				cluster.readers().stream().map((reader) -> instance(reader, 1)).toList()), customizer);
	}

	private RoutedCluster(LocalRdsCluster cluster, StaticTopologyProvider topology, HikariPoolCustomizer customizer) {
		this(cluster, topology, topology, customizer, (builder) -> {
		});
	}

	private RoutedCluster(LocalRdsCluster cluster, StaticTopologyProvider topology,
			Consumer<ReadWriteRoutingDataSource.Builder> settings) {
		this(cluster, topology, topology, settings);
	}

	public RoutedCluster(LocalRdsCluster cluster, TopologyProvider topology, ConnectivityListener connectivity,
			Consumer<ReadWriteRoutingDataSource.Builder> settings) {
		this(cluster, topology, connectivity, (config, instance, role) -> {
		}, settings);
	}

	private RoutedCluster(LocalRdsCluster cluster, TopologyProvider topology, ConnectivityListener connectivity,
			HikariPoolCustomizer customizer, Consumer<ReadWriteRoutingDataSource.Builder> settings) {
		this.topology = topology;
		DatabaseCredentials credentials = new DatabaseCredentials(cluster.username(), cluster.password());
		HikariPoolCustomizer fast = (config, instance, role) -> {
			config.setMaximumPoolSize(4);
			// Most tests use one at a time, and a login costs the server a process.
			config.setMinimumIdle(1);
			config.setConnectionTimeout(1000);
		};
		this.pools = new InstancePools(cluster.database(), (address) -> credentials, TlsSettings.DEFAULT, connectivity,
				List.of(fast, customizer));
		ReadWriteRoutingDataSource.Builder builder = ReadWriteRoutingDataSource.builder(this.topology, this.pools)
			.nanoTime(this.nanoTime::get)
			.listener(this.decisions::add);
		settings.accept(builder);
		this.dataSource = builder.build();
		this.jdbc = new JdbcTemplate(this.dataSource);
		this.transactionManager = new JdbcTransactionManager(this.dataSource);
	}

	public static DatabaseInstance instance(LocalRdsInstance instance, int weight) {
		InstanceAddress address = new InstanceAddress(instance.host(), instance.port());
		return new DatabaseInstance(address.toString(), address, weight, Map.of(), null);
	}

	/**
	 * Give up the connections whose borrowers were collected, as each borrow does.
	 */
	public void reclaim() {
		this.dataSource.heldConnections().reclaim();
	}

	public <T> T inTransaction(boolean readOnly, Supplier<T> work) {
		return inTransaction(readOnly, TransactionDefinition.PROPAGATION_REQUIRED, work);
	}

	public <T> T inTransaction(boolean readOnly, int propagation, Supplier<T> work) {
		return inTransaction(readOnly, propagation, TransactionDefinition.ISOLATION_DEFAULT, work);
	}

	public <T> T inTransaction(boolean readOnly, int propagation, int isolation, Supplier<T> work) {
		TransactionTemplate template = new TransactionTemplate(this.transactionManager);
		template.setIsolationLevel(isolation);
		template.setReadOnly(readOnly);
		template.setPropagationBehavior(propagation);
		return template.execute((status) -> work.get());
	}

	/**
	 * Returns the port of the server that answers a query now.
	 */
	public int answeringPort() {
		return this.jdbc.queryForObject("SELECT inet_server_port()", Integer.class);
	}

	/**
	 * Returns the port of the server that answers in a read-only transaction.
	 */
	public int readingPort() {
		return inTransaction(true, this::answeringPort);
	}

	/**
	 * Returns the port of the server that answers in a read-write transaction.
	 */
	public int writingPort() {
		return inTransaction(false, this::answeringPort);
	}

	/**
	 * Lets as much time go by as readers need that cannot prove to have replayed a write.
	 */
	public void forgetWrites() {
		this.nanoTime.addAndGet(Duration.ofSeconds(5).toNanos());
	}

	/**
	 * Returns how many physical connections are borrowed, over all instances.
	 */
	public int borrowed() {
		int borrowed = 0;
		for (InstanceState state : this.topology.topology().instances()) {
			borrowed += this.pools.pool(state.instance(), state.role()).activeConnections();
		}
		return borrowed;
	}

	@Override
	public void close() {
		this.session.close();
		this.pools.close();
	}

}
