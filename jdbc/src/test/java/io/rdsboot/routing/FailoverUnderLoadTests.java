package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.discovery.ConfiguredDiscovery;
import io.rdsboot.cluster.watch.TopologyMonitor;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.pool.MonitoringConnector;
import io.rdsboot.routing.failure.TransactionNotCommittedException;
import io.rdsboot.routing.failure.TransactionOutcomeUnknownException;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.tls.TlsSettings;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Test of writes from many threads while the writer crashes and a reader is promoted,
 * with the topology as the monitor sees it.
 */
class FailoverUnderLoadTests {

	private static final int THREADS = 16;

	private final Map<Integer, List<Throwable>> failures = new ConcurrentHashMap<>();

	private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();

	private final Set<Integer> unknown = ConcurrentHashMap.newKeySet();

	private final AtomicInteger numbers = new AtomicInteger();

	private final AtomicBoolean stopped = new AtomicBoolean();

	@Test
	void eachThreadSeesOneErrorAtMostAndNoAcknowledgedRowIsLost() throws Exception {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(1).start()) {
			acknowledgeWhatTheReaderHas(cluster);
			DatabaseCredentials credentials = new DatabaseCredentials(cluster.username(), cluster.password());
			MonitoringConnector connector = new MonitoringConnector(cluster.database(), (address) -> credentials,
					TlsSettings.DEFAULT, List.of());
			List<InstanceState> instances = List.of(state(cluster.writer(), InstanceRole.WRITER),
					state(cluster.readers().get(0), InstanceRole.READER));
			HikariPoolCustomizer eight = (config, instance, role) -> config.setMaximumPoolSize(8);
			try (TopologyMonitor monitor = TopologyMonitor.builder(new ConfiguredDiscovery(instances), connector)
				.build();
					InstancePools pools = new InstancePools(cluster.database(), (address) -> credentials,
							TlsSettings.DEFAULT, monitor, List.of(eight))) {
				pools.follow(monitor);
				monitor.start();
				ReadWriteRoutingDataSource dataSource = ReadWriteRoutingDataSource.builder(monitor, pools).build();
				writeThroughAFailover(cluster, dataSource);
			}
		}
	}

	private void writeThroughAFailover(LocalRdsCluster cluster, ReadWriteRoutingDataSource dataSource)
			throws InterruptedException {
		RdsExceptionTranslator translator = new RdsExceptionTranslator(dataSource);
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		jdbc.setExceptionTranslator(translator);
		JdbcTransactionManager transactionManager = new JdbcTransactionManager(dataSource);
		transactionManager.setExceptionTranslator(translator);
		jdbc.execute("CREATE TABLE numbers (number int)");
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try {
			for (int i = 0; i < THREADS; i++) {
				int thread = i;
				threads.execute(() -> write(thread, jdbc, new TransactionTemplate(transactionManager)));
			}
			awaitAcknowledged(200);
			cluster.crash(cluster.writer());
			cluster.failover();
			awaitAcknowledged(this.acknowledged.size() + 200);
		}
		finally {
			this.stopped.set(true);
			threads.shutdown();
			assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
		}
		assertThat(this.failures).isNotEmpty().allSatisfy((thread, seen) -> assertThat(seen).hasSize(1));
		assertThat(this.failures.values()).allSatisfy((seen) -> assertThat(seen.get(0))
			.isInstanceOfAny(TransactionNotCommittedException.class, TransactionOutcomeUnknownException.class));
		List<Integer> present = jdbc.queryForList("SELECT number FROM numbers", Integer.class);
		assertThat(present).doesNotHaveDuplicates().containsAll(this.acknowledged);
		present.removeAll(this.acknowledged);
		assertThat(this.unknown).containsAll(present);
	}

	private void write(int thread, JdbcTemplate jdbc, TransactionTemplate transaction) {
		while (!this.stopped.get()) {
			int number = this.numbers.incrementAndGet();
			try {
				transaction.executeWithoutResult((status) -> jdbc.update("INSERT INTO numbers VALUES (?)", number));
				this.acknowledged.add(number);
			}
			catch (RuntimeException ex) {
				this.failures.computeIfAbsent(thread, (first) -> new CopyOnWriteArrayList<>()).add(ex);
				if (ex instanceof TransactionOutcomeUnknownException) {
					this.unknown.add(number);
				}
			}
		}
	}

	private void awaitAcknowledged(int count) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> this.acknowledged.size() >= count);
	}

	/**
	 * Lets the writer acknowledge a commit when the reader has it, as RDS and Aurora do
	 * where a failover loses nothing.
	 */
	private static void acknowledgeWhatTheReaderHas(LocalRdsCluster cluster) throws SQLException {
		try (Connection admin = cluster.adminConnection(cluster.writer());
				Statement statement = admin.createStatement()) {
			statement.execute("ALTER SYSTEM SET synchronous_standby_names = '*'");
			statement.execute("SELECT pg_reload_conf()");
		}
	}

	private static InstanceState state(LocalRdsInstance instance, InstanceRole role) {
		return new InstanceState(RoutedCluster.instance(instance, 1), role, true);
	}

}
