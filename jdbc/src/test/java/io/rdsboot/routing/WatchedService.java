package io.rdsboot.routing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.discovery.InstanceDiscovery;
import io.rdsboot.cluster.watch.TopologyMonitor;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.pool.MonitoringConnector;
import io.rdsboot.routing.consistency.ConsistencyTokens;
import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.routing.selection.RoutingReason;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.tls.TlsSettings;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * One instance of a service on a local cluster, with a monitor and pools of its own, and
 * counts of who serves its reads. Thread-safe.
 */
public final class WatchedService implements AutoCloseable {

	private static final byte[] KEY = "a key that both of the services have".getBytes(StandardCharsets.UTF_8);

	public final TopologyMonitor monitor;

	final InstancePools pools;

	final ConsistencyTokens tokens;

	public final JdbcTemplate jdbc;

	private final Map<Integer, AtomicInteger> reads = new ConcurrentHashMap<>();

	/**
	 * How many reads were served by pools that had not opened all their connections yet.
	 */
	public final AtomicInteger coldReads = new AtomicInteger();

	private final TransactionTemplate writing;

	private final TransactionTemplate reading;

	public WatchedService(LocalRdsCluster cluster) {
		this(cluster, UnaryOperator.identity(), true);
	}

	/**
	 * Starts a service.
	 * @param connector changes how the monitor connects
	 * @param poolsReport whether pools tell the monitor what they experience
	 */
	public WatchedService(LocalRdsCluster cluster, UnaryOperator<InstanceConnector> connector, boolean poolsReport) {
		DatabaseCredentials credentials = new DatabaseCredentials(cluster.username(), cluster.password());
		MonitoringConnector monitoring = new MonitoringConnector(cluster.database(), (address) -> credentials,
				TlsSettings.DEFAULT, List.of());
		this.monitor = TopologyMonitor.builder(new ClusterDiscovery(cluster), connector.apply(monitoring))
			.pollInterval(Duration.ofMillis(100))
			.discoveryInterval(Duration.ofMillis(500))
			.build();
		ConnectivityListener nobody = new ConnectivityListener() {
		};
		HikariPoolCustomizer eight = (config, instance, role) -> config.setMaximumPoolSize(8);
		this.pools = new InstancePools(cluster.database(), (address) -> credentials, TlsSettings.DEFAULT,
				poolsReport ? this.monitor : nobody, List.of(eight));
		if (poolsReport) {
			this.pools.follow(this.monitor);
		}
		this.monitor.start();
		ReadWriteRoutingDataSource dataSource = ReadWriteRoutingDataSource.builder(this.monitor, this.pools)
			.listener(this::count)
			.build();
		this.tokens = ConsistencyTokens.builder("test").signingKey(KEY).writerLog(this.monitor).build();
		this.jdbc = new JdbcTemplate(dataSource);
		JdbcTransactionManager transactionManager = new JdbcTransactionManager(dataSource);
		this.writing = new TransactionTemplate(transactionManager);
		this.reading = new TransactionTemplate(transactionManager);
		this.reading.setReadOnly(true);
	}

	private void count(RoutingDecision decision) {
		if (decision.reason() == RoutingReason.WRITE) {
			return;
		}
		DatabaseInstance instance = decision.instance();
		this.reads.computeIfAbsent(instance.address().port(), (port) -> new AtomicInteger()).incrementAndGet();
		if (!this.pools.pool(instance, InstanceRole.READER).isWarm()) {
			this.coldReads.incrementAndGet();
		}
	}

	public void write(int id, int value) {
		this.writing
			.executeWithoutResult((status) -> this.jdbc.update("UPDATE written SET value = ? WHERE id = ?", value, id));
	}

	public int read(int id) {
		return this.reading
			.execute((status) -> this.jdbc.queryForObject("SELECT value FROM written WHERE id = ?", Integer.class, id));
	}

	/**
	 * Returns the text of a token for all that the calling thread has written here.
	 */
	public String token() {
		return this.tokens.encode(this.tokens.capture());
	}

	public <T> T resume(String token, Supplier<T> work) {
		return this.tokens.resume(this.tokens.decode(token), work);
	}

	/**
	 * Returns how many reads an instance has served.
	 */
	public int reads(LocalRdsInstance instance) {
		AtomicInteger count = this.reads.get(instance.port());
		return (count != null) ? count.get() : 0;
	}

	public void forgetReads() {
		this.reads.clear();
		this.coldReads.set(0);
	}

	@Override
	public void close() {
		this.pools.close();
		this.monitor.close();
	}

	/**
	 * Finds the instances that a local cluster has at the time.
	 */
	private record ClusterDiscovery(LocalRdsCluster cluster) implements InstanceDiscovery {

		@Override
		public List<InstanceState> initial() {
			return this.cluster.instances().stream().map(this::state).toList();
		}

		private InstanceState state(LocalRdsInstance instance) {
			InstanceRole role = (instance == this.cluster.writer()) ? InstanceRole.WRITER : InstanceRole.READER;
			return new InstanceState(RoutedCluster.instance(instance, 1), role, true);
		}

		@Override
		public List<DatabaseInstance> discover(ClusterTopology known, InstanceConnector connector, Duration timeout) {
			return this.cluster.instances().stream().map((instance) -> RoutedCluster.instance(instance, 1)).toList();
		}

	}

}
