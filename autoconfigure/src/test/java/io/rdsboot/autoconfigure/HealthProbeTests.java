package io.rdsboot.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import com.jayway.jsonpath.JsonPath;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Health as a load balancer asks for it, of an application on Tomcat whose database fails
 * in all ways. Whoever waits for a connection or a writer waits for minutes here: a probe
 * that did would not be answered in time.
 */
class HealthProbeTests {

	private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(20);

	private static final HttpClient client = HttpClient.newHttpClient();

	private static LocalRdsCluster cluster;

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void start() {
		cluster = LocalRdsCluster.builder().readers(2).start();
		context = new SpringApplicationBuilder(Application.class).run("--server.port=0",
				"--rds.writer=127.0.0.1:" + cluster.writer().port(),
				"--rds.readers=" + String.join(",",
						cluster.readers().stream().map((reader) -> "127.0.0.1:" + reader.port()).toList()),
				"--rds.database=" + cluster.database(), "--rds.credentials.username=" + cluster.username(),
				"--rds.credentials.password=" + cluster.password(), "--rds.pool.connection-timeout=5m",
				"--rds.failover.timeout=5m", "--rds.pool.maximum-pool-size=2",
				"--management.endpoint.health.show-details=always",
				// All but what other libraries on the tests' class path contribute.
				"--management.endpoint.health.group.database.include=db,rdsWriter,rdsReaders,rdsReadiness",
				"--management.endpoint.health.group.database.show-details=always",
				"--management.endpoint.health.probes.enabled=true");
	}

	@AfterAll
	static void stop() {
		if (context != null) {
			context.close();
		}
		cluster.close();
	}

	@Test
	void probeWhenAllIsWellShowsWhatIsKnown() throws Exception {
		awaitText("db", "lastAnswer");
		awaitText("rdsReaders", "\"lag\"");
		String db = healthText("db");
		assertThat(status(db)).isEqualTo("UP");
		assertThat((String) JsonPath.read(db, "$.details.role")).isEqualTo("writer");
		assertThat((String) JsonPath.read(db, "$.details.address")).isEqualTo("127.0.0.1:" + cluster.writer().port());
		assertThat((Integer) JsonPath.read(db, "$.details.pool.maximum")).isEqualTo(2);
		assertThat((String) JsonPath.read(db, "$.details.reachableFor")).endsWith(" s");
		assertThat(probe("/database").statusCode()).isEqualTo(200);
		assertThat(probe("/liveness").body()).doesNotContain("db");
		assertThat(probe("/readiness").body()).doesNotContain("db");
	}

	@Test
	void probeWhenPoolIsExhaustedBorrowsNothing() throws Exception {
		List<Connection> borrowed = new ArrayList<>();
		InstancePools pools = context.getBean(InstancePools.class);
		InstanceState writer = context.getBean(TopologyProvider.class).topology().writer().orElseThrow();
		InstancePool pool = pools.pool(writer.instance(), writer.role());
		borrowed.add(pool.getConnection());
		borrowed.add(pool.getConnection());
		CompletableFuture<Connection> waiter = CompletableFuture.supplyAsync(() -> borrow(pool));
		Awaitility.await().until(() -> pool.waitingThreads() == 1);
		String db = healthText("db");
		assertThat(status(db)).isEqualTo("UP");
		assertThat((Integer) JsonPath.read(db, "$.details.pool.active")).isEqualTo(2);
		assertThat((Integer) JsonPath.read(db, "$.details.pool.waiting")).isEqualTo(1);
		assertThat(waiter).isNotDone();
		for (Connection connection : borrowed) {
			connection.close();
		}
		waiter.join().close();
	}

	private static Connection borrow(InstancePool pool) {
		try {
			return pool.getConnection();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void probeWhenWriterIsCrashedIsDownAndLeavesReadinessAlone() throws Exception {
		cluster.crash(cluster.writer());
		awaitStatus("db", "DOWN");
		assertThat(probe("/database").statusCode()).isEqualTo(503);
		assertThat(status(healthText("rdsReaders"))).isEqualTo("UP");
		assertThat(status(healthText("rdsReadiness"))).isEqualTo("UP");
		assertThat(probe("/readiness").statusCode()).isEqualTo(200);
		assertThat(probe("/liveness").statusCode()).isEqualTo(200);
		assertThat(healthText("rdsWriter")).contains("unreachableFor").doesNotContain("\"reachableFor");
		// A poll that the crash has interrupted fails otherwise.
		awaitText("rdsWriter", "refused");
		assertThat(healthText("rdsWriter")).contains("lastFailure");
		cluster.restart(cluster.writer());
		awaitStatus("db", "UP");
	}

	@Test
	void probeWhenWriterIsFrozenIsDown() throws Exception {
		cluster.freeze(cluster.writer());
		awaitStatus("db", "DOWN");
		cluster.thaw(cluster.writer());
		awaitStatus("db", "UP");
	}

	@Test
	void probeWhenReadersAreLostIsUp() throws Exception {
		for (LocalRdsInstance reader : cluster.readers()) {
			cluster.crash(reader);
		}
		awaitStatus("rdsReaders", "DEGRADED");
		assertThat(probe("/database").statusCode()).isEqualTo(200);
		for (LocalRdsInstance reader : cluster.readers()) {
			cluster.restart(reader);
		}
		awaitStatus("rdsReaders", "UP");
	}

	@Test
	void probeWhenAllInstancesAreLostIsDownAndApplicationStaysReadyForAWhile() throws Exception {
		for (LocalRdsInstance instance : cluster.instances()) {
			cluster.crash(instance);
		}
		awaitStatus("db", "DOWN");
		awaitStatus("rdsReaders", "DEGRADED");
		// The readers are degraded once two of three instances are lost.
		awaitText("rdsReadiness", "0 of 3");
		assertThat(status(healthText("rdsReadiness"))).isEqualTo("UP");
		for (LocalRdsInstance instance : cluster.instances()) {
			cluster.restart(instance);
		}
		awaitStatus("db", "UP");
		awaitStatus("rdsReaders", "UP");
	}

	@Test
	void probeWhenPasswordIsRefusedSaysSo() throws Exception {
		admin("ALTER ROLE app PASSWORD 'another one'");
		admin("SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity WHERE usename = 'app'");
		InstancePools pools = context.getBean(InstancePools.class);
		InstanceState writer = context.getBean(TopologyProvider.class).topology().writer().orElseThrow();
		InstancePool pool = pools.pool(writer.instance(), writer.role());
		// A borrower finds the idle connections dead, and no other one. Those that were
		// used within half a second are lent untested.
		Awaitility.await().pollInterval(Duration.ofSeconds(1)).until(() -> refuses(pool));
		awaitStatus("db", "DOWN");
		assertThat(healthText("db")).contains("No connection can be opened", "password authentication failed")
			.doesNotContain(cluster.password());
		admin("ALTER ROLE app PASSWORD '%s'".formatted(cluster.password()));
		awaitStatus("db", "UP");
		awaitStatus("rdsReaders", "UP");
	}

	private static boolean refuses(InstancePool pool) {
		try {
			pool.getConnection(Duration.ofSeconds(2)).close();
			return false;
		}
		catch (SQLException ex) {
			return true;
		}
	}

	private static void admin(String sql) throws Exception {
		try (Connection connection = cluster.adminConnection(cluster.writer());
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static void awaitStatus(String component, String status) {
		Awaitility.await()
			.atMost(Duration.ofMinutes(2))
			.pollInterval(Duration.ofMillis(500))
			.until(() -> status(healthText(component)).equals(status));
	}

	private static void awaitText(String component, String text) {
		Awaitility.await()
			.atMost(Duration.ofMinutes(2))
			.pollInterval(Duration.ofMillis(500))
			.untilAsserted(() -> assertThat(healthText(component)).contains(text));
	}

	private static String status(String health) {
		return JsonPath.read(health, "$.status");
	}

	private static String healthText(String component) throws Exception {
		return probe("/" + component).body();
	}

	private static HttpResponse<String> probe(String path) throws Exception {
		String port = context.getEnvironment().getProperty("local.server.port");
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:%s/actuator/health%s".formatted(port, path)))
			.timeout(PROBE_TIMEOUT)
			.build();
		return client.send(request, HttpResponse.BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = { "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
			"org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
			"org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration",
			"org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration" })
	static class Application {

	}

}
