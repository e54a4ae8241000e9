package io.rdsboot.reference;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.autoconfigure.cluster.RdsConnectionDetails;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a service that has at once what others are tested with one by one, through a
 * rotation of its secret and a failover of its cluster.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReferenceServiceTests {

	private static final int CUSTOMERS = 3;

	/**
	 * Requests that may fail at a failover: those that are under way, and of those that
	 * begin before it is noticed, one for each customer.
	 */
	private static final int FAILURES_OF_A_FAILOVER = 4 * CUSTOMERS;

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private LocalRdsCluster cluster;

	private ConfigurableApplicationContext service;

	@BeforeAll
	void start() throws SQLException {
		this.cluster = LocalRdsCluster.builder().readers(2).secretsManager().start();
		waitForOneReader();
		this.service = new SpringApplicationBuilder(ShopApplication.class)
			.initializers((context) -> context.getBeanFactory().registerSingleton("localRdsCluster", this.cluster))
			.initializers((context) -> context.getBeanFactory()
				.registerSingleton("connectionDetails", new InstanceDetails(this.cluster)))
			.properties("server.port=0", "spring.main.banner-mode=off", "spring.flyway.enabled=false",
					"rds.credentials.type=secrets-manager", "rds.pool.maximum-pool-size=6",
					"spring.sql.init.mode=always",
					"spring.sql.init.schema-locations=classpath:io/rdsboot/reference/schema.sql",
					"spring.session.jdbc.initialize-schema=always", "management.endpoint.health.probes.enabled=true",
					"management.endpoints.web.exposure.include=health,prometheus", "db-scheduler.enabled=false")
			.run();
	}

	@AfterAll
	void stop() {
		this.service.close();
		this.cluster.close();
	}

	/**
	 * Lets each commit wait for a reader: PostgreSQL loses acknowledged rows at a
	 * promotion otherwise.
	 */
	private void waitForOneReader() throws SQLException {
		for (LocalRdsInstance instance : this.cluster.instances()) {
			try (Connection connection = this.cluster.adminConnection(instance);
					Statement statement = connection.createStatement()) {
				statement.execute("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
				statement.execute("SELECT pg_reload_conf()");
			}
		}
	}

	@Test
	void customersFindWhatTheyHaveBoughtThroughARotationAndAFailover() throws Exception {
		Browser operator = new Browser(port());
		try (Customers customers = new Customers(port(), CUSTOMERS)) {
			awaitPurchases(customers);
			long[] readsBefore = reads();
			awaitPurchases(customers);
			long[] reads = reads();
			for (int i = 0; i < reads.length; i++) {
				reads[i] -= readsBefore[i];
			}
			assertThat(reads[1]).as("reads of the first reader").isPositive();
			assertThat(reads[2]).as("reads of the second reader").isPositive();

			this.cluster.secret().rotate();
			awaitPurchases(customers);
			assertThat(customers.failures()).isEmpty();

			double runs = this.service.getBean(TurnoverJob.class).runs();
			this.cluster.failover();
			awaitPurchases(customers);
			Awaitility.await().atMost(LIMIT).until(() -> this.service.getBean(TurnoverJob.class).runs() > runs + 1);
			assertThat(operator.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
			Awaitility.await()
				.atMost(LIMIT)
				.until(() -> operator.get("/actuator/health/readiness").statusCode() == 200);

			customers.stop();
			assertThat(customers.stale()).isEmpty();
			assertThat(customers.failures()).hasSizeLessThanOrEqualTo(FAILURES_OF_A_FAILOVER);
			assertThat(stored()).containsAll(customers.acknowledged());
		}
		assertThat(operator.get("/actuator/prometheus").body()).contains("rds_routing_borrow_seconds_count",
				"rds_failovers_seconds_count 1", "jdbc_query_seconds_count", "hikaricp_connections_active");
	}

	private void awaitPurchases(Customers customers) {
		int purchases = customers.purchases();
		Awaitility.await().atMost(LIMIT).until(() -> customers.purchases() > purchases + 10 * CUSTOMERS);
	}

	private int port() {
		return Integer.parseInt(this.service.getEnvironment().getRequiredProperty("local.server.port"));
	}

	private List<Integer> stored() throws SQLException {
		List<Integer> stored = new ArrayList<>();
		try (Connection connection = this.cluster.adminConnection(this.cluster.writer());
				Statement statement = connection.createStatement();
				ResultSet resultSet = statement.executeQuery("SELECT cents FROM purchase")) {
			while (resultSet.next()) {
				stored.add(resultSet.getInt(1));
			}
		}
		return stored;
	}

	/**
	 * Returns how often each server has looked into the purchases, as it has counted
	 * itself.
	 */
	private long[] reads() throws SQLException {
		List<LocalRdsInstance> instances = this.cluster.instances();
		long[] reads = new long[instances.size()];
		for (int i = 0; i < reads.length; i++) {
			try (Connection connection = this.cluster.adminConnection(instances.get(i));
					Statement statement = connection.createStatement();
					ResultSet resultSet = statement.executeQuery(
							"SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = 'purchase'")) {
				reads[i] = resultSet.next() ? resultSet.getLong(1) : 0;
			}
		}
		return reads;
	}

	/**
	 * The addresses of the instances, which keep their servers in a failover, and the
	 * secret.
	 */
	private record InstanceDetails(LocalRdsCluster cluster) implements RdsConnectionDetails {

		@Override
		public String getWriter() {
			return address(this.cluster.writer());
		}

		@Override
		public List<String> getReaders() {
			return this.cluster.readers().stream().map(this::address).toList();
		}

		private String address(LocalRdsInstance instance) {
			return this.cluster.address(instance).host() + ":" + this.cluster.address(instance).port();
		}

		@Override
		public String getDatabase() {
			return this.cluster.database();
		}

		@Override
		public String getSecretId() {
			return this.cluster.secret().id();
		}

		@Override
		public SslBundle getSslBundle() {
			return SslBundle.of(new PemSslStoreBundle(null,
					PemSslStoreDetails.forCertificate(this.cluster.certificateAuthority())));
		}

	}

}
