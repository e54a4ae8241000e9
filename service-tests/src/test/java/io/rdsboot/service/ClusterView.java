package io.rdsboot.service;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What a service's connections do, seen from the cluster.
 */
final class ClusterView {

	private final LocalRdsCluster cluster;

	private final JdbcTemplate jdbc;

	private final PlatformTransactionManager transactionManager;

	private final InstancePools pools;

	private final TopologyProvider topology;

	ClusterView(LocalRdsCluster cluster, JdbcTemplate jdbc, PlatformTransactionManager transactionManager,
			InstancePools pools, TopologyProvider topology) {
		this.cluster = cluster;
		this.jdbc = jdbc;
		this.transactionManager = transactionManager;
		this.pools = pools;
		this.topology = topology;
	}

	int writerPort() {
		return this.cluster.writer().port();
	}

	List<Integer> readerPorts() {
		return this.cluster.readers().stream().map(LocalRdsInstance::port).toList();
	}

	/**
	 * Returns the port of the server that answers JDBC now.
	 */
	int port() {
		return this.jdbc.queryForObject("SELECT inet_server_port()", Integer.class);
	}

	<T> T inTransaction(boolean readOnly, Supplier<T> work) {
		return inTransaction(this.transactionManager, readOnly, work);
	}

	static <T> T inTransaction(PlatformTransactionManager transactionManager, boolean readOnly, Supplier<T> work) {
		TransactionTemplate template = new TransactionTemplate(transactionManager);
		template.setReadOnly(readOnly);
		return template.execute((status) -> work.get());
	}

	/**
	 * Returns how many physical connections are borrowed, over all instances.
	 */
	int borrowed() {
		return this.topology.topology()
			.instances()
			.stream()
			.mapToInt((state) -> this.pools.pool(state.instance(), state.role()).activeConnections())
			.sum();
	}

	/**
	 * Waits until the calling thread reads from readers. It may have written just before.
	 */
	void awaitReadFromReader() {
		this.cluster.awaitReplication();
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.pollInSameThread()
			.until(() -> inTransaction(true, this::port), readerPorts()::contains);
	}

	/**
	 * Lets the pools open their connections anew, so that all of them know the roles that
	 * were granted just now. A session that PostgreSQL opens while it replays a
	 * {@code GRANT} may not see that membership for as long as it lasts: a rule of
	 * {@code pg_hba.conf} for the members of a role makes it look up memberships before
	 * it hears of changes.
	 */
	void renewConnections() {
		this.cluster.awaitReplication();
		for (InstanceState state : this.topology.topology().instances()) {
			InstancePool pool = this.pools.pool(state.instance(), state.role());
			Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> pool.idleConnections() >= pool.minimumIdle());
			pool.unwrap(HikariDataSource.class).getHikariPoolMXBean().softEvictConnections();
		}
	}

}
