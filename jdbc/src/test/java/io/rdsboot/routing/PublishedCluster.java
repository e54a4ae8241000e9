package io.rdsboot.routing;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

import com.zaxxer.hikari.metrics.IMetricsTracker;
import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.ManualTopology;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.tls.TlsSettings;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A routing data source on a local cluster whose topology a test publishes, and Spring's
 * JDBC on it, as an application has it.
 */
public final class PublishedCluster implements AutoCloseable {

	public static final int POOL_SIZE = 4;

	final LocalRdsCluster cluster;

	public final ManualTopology topology;

	public final InstancePools pools;

	public final ReadWriteRoutingDataSource dataSource;

	final JdbcTemplate jdbc;

	public final JdbcTransactionManager transactionManager;

	/**
	 * How many borrows HikariCP has counted as timed out.
	 */
	public final AtomicInteger timeouts = new AtomicInteger();

	/**
	 * The failures of statements that were taken for one of their instance.
	 */
	final List<SQLException> statementFailures = new CopyOnWriteArrayList<>();

	/**
	 * Begins from the topology that holds, with every instance reachable.
	 */
	public PublishedCluster(LocalRdsCluster cluster, Duration failoverTimeout, Duration connectionTimeout) {
		this(cluster, failoverTimeout, connectionTimeout, (builder) -> {
		});
	}

	public PublishedCluster(LocalRdsCluster cluster, Duration failoverTimeout, Duration connectionTimeout,
			Consumer<ReadWriteRoutingDataSource.Builder> settings) {
		this.cluster = cluster;
		this.topology = new ManualTopology(states(cluster.writer(), true));
		DatabaseCredentials credentials = new DatabaseCredentials(cluster.username(), cluster.password());
		HikariPoolCustomizer small = (config, instance, role) -> {
			config.setMaximumPoolSize(POOL_SIZE);
			config.setConnectionTimeout(connectionTimeout.toMillis());
			config.setMetricsTrackerFactory((pool, stats) -> new IMetricsTracker() {

				@Override
				public void recordConnectionTimeout() {
					PublishedCluster.this.timeouts.incrementAndGet();
				}

			});
		};
		this.pools = new InstancePools(cluster.database(), (address) -> credentials, TlsSettings.DEFAULT,
				new ConnectivityListener() {

					@Override
					public void unreachable(DatabaseInstance instance) {
						PublishedCluster.this.topology.checkNow();
					}

					@Override
					public void statementFailed(DatabaseInstance instance, SQLException failure) {
						PublishedCluster.this.statementFailures.add(failure);
					}

				}, List.of(small));
		ReadWriteRoutingDataSource.Builder builder = ReadWriteRoutingDataSource.builder(this.topology, this.pools)
			.failoverTimeout(failoverTimeout);
		settings.accept(builder);
		this.dataSource = builder.build();
		RdsExceptionTranslator translator = new RdsExceptionTranslator(this.dataSource);
		this.jdbc = new JdbcTemplate(this.dataSource);
		this.jdbc.setExceptionTranslator(translator);
		this.transactionManager = new JdbcTransactionManager(this.dataSource);
		this.transactionManager.setExceptionTranslator(translator);
	}

	/**
	 * Publishes that an instance is the writer, or was the last one known.
	 */
	public void publishWriter(LocalRdsInstance writer, boolean reachable) {
		this.topology.publish(states(writer, reachable));
	}

	/**
	 * Publishes that the writer is well and none of the readers can be reached.
	 */
	public void publishReadersLost() {
		LocalRdsInstance writer = this.cluster.writer();
		this.topology.publish(this.cluster.instances()
			.stream()
			.map((instance) -> new InstanceState(RoutedCluster.instance(instance, 1),
					(instance == writer) ? InstanceRole.WRITER : InstanceRole.READER, instance == writer))
			.toArray(InstanceState[]::new));
	}

	/**
	 * Publishes that no instance is known to be the writer.
	 */
	public void publishNoWriter() {
		this.topology.publish(this.cluster.instances()
			.stream()
			.map((instance) -> new InstanceState(RoutedCluster.instance(instance, 1), InstanceRole.UNKNOWN, false))
			.toArray(InstanceState[]::new));
	}

	private InstanceState[] states(LocalRdsInstance writer, boolean reachable) {
		List<InstanceState> states = new ArrayList<>();
		for (LocalRdsInstance instance : this.cluster.instances()) {
			DatabaseInstance named = RoutedCluster.instance(instance, 1);
			states.add((instance == writer) ? new InstanceState(named, InstanceRole.WRITER, reachable)
					: new InstanceState(named, InstanceRole.READER, true));
		}
		return states.toArray(InstanceState[]::new);
	}

	public InstancePool pool(LocalRdsInstance instance) {
		return this.pools.pool(RoutedCluster.instance(instance, 1), InstanceRole.WRITER);
	}

	public <T> T inTransaction(Supplier<T> work) {
		return new TransactionTemplate(this.transactionManager).execute((status) -> work.get());
	}

	public int answeringPort() {
		return this.jdbc.queryForObject("SELECT inet_server_port()", Integer.class);
	}

	@Override
	public void close() {
		this.pools.close();
	}

}
