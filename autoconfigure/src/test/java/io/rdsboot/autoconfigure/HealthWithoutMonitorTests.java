package io.rdsboot.autoconfigure;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import javax.sql.DataSource;

import com.jayway.jsonpath.JsonPath;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Health as a load balancer asks for it, of an application on Tomcat with a writer only
 * that nobody monitors: while it starts, with its pool exhausted, with its writer gone,
 * and while it closes. Whoever waits for a connection waits for minutes here: a probe
 * that did would not be answered in time.
 */
class HealthWithoutMonitorTests {

	private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(20);

	private static final HttpClient client = HttpClient.newHttpClient();

	/** What probes were answered at moments that only the application sees. */
	private static final Map<String, Answer> seen = new ConcurrentHashMap<>();

	private static LocalRdsCluster cluster;

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void start() {
		cluster = LocalRdsCluster.builder().readers(0).start();
		context = run();
	}

	private static ConfigurableApplicationContext run() {
		return new SpringApplicationBuilder(Application.class).run("--server.port=0",
				"--rds.writer=127.0.0.1:" + cluster.writer().port(), "--rds.database=" + cluster.database(),
				"--rds.credentials.username=" + cluster.username(), "--rds.credentials.password=" + cluster.password(),
				"--rds.topology.enabled=false", "--rds.pool.connection-timeout=5m", "--rds.failover.timeout=5m",
				"--rds.pool.maximum-pool-size=2", "--management.endpoint.health.show-details=always",
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
	void probesWhileTheApplicationStartsAreAnswered() {
		assertThat(seen.get("starting").status()).isEqualTo("UP");
		assertThat(seen.get("starting readiness").status()).isEqualTo("OUT_OF_SERVICE");
		assertThat(seen.get("starting liveness").status()).isEqualTo("UP");
	}

	@Test
	void probesWhileTheApplicationClosesAreAnsweredOrRefusedAtOnce() {
		seen.clear();
		run().close();
		assertThat(seen.get("closing").status()).isIn("UP", "REFUSED");
		assertThat(seen.get("closing readiness").status()).isIn("OUT_OF_SERVICE", "REFUSED");
	}

	@Test
	void probeOfAWriterWithoutReadersShowsWhatACheckHasFound() throws Exception {
		Awaitility.await().until(() -> probe("db").body().contains("lastAnswer"));
		String db = probe("db").body();
		assertThat((String) JsonPath.read(db, "$.status")).isEqualTo("UP");
		assertThat((String) JsonPath.read(db, "$.details.role")).isEqualTo("writer");
		assertThat((Integer) JsonPath.read(db, "$.details.pool.maximum")).isEqualTo(2);
		String readers = probe("rdsReaders").body();
		assertThat((String) JsonPath.read(readers, "$.status")).isEqualTo("UP");
		assertThat((Map<?, ?>) JsonPath.read(readers, "$.details.readers")).isEmpty();
		assertThat((String) JsonPath.read(probe("rdsReadiness").body(), "$.details.usableInstances"))
			.isEqualTo("1 of 1");
	}

	@Test
	void probeWhenThePoolIsExhaustedIsUp() throws Exception {
		List<Connection> borrowed = new ArrayList<>();
		for (int i = 0; i < 2; i++) {
			borrowed.add(borrow());
		}
		String db = probe("db").body();
		assertThat((String) JsonPath.read(db, "$.status")).isEqualTo("UP");
		assertThat((Integer) JsonPath.read(db, "$.details.pool.active")).isEqualTo(2);
		assertThat(probe("readiness").statusCode()).isEqualTo(200);
		for (Connection connection : borrowed) {
			connection.close();
		}
	}

	private static Connection borrow() throws SQLException {
		Connection connection = context.getBean(DataSource.class).getConnection();
		connection.createStatement().execute("SELECT 1");
		return connection;
	}

	@Test
	void probeWhenTheWriterIsCrashedIsDownThoughThePoolHasConnections() throws Exception {
		borrow().close();
		cluster.crash(cluster.writer());
		awaitStatus("DOWN");
		// A check that the crash has interrupted fails otherwise.
		Awaitility.await().until(() -> probe("db").body().contains("refused"));
		assertThat(probe("liveness").statusCode()).isEqualTo(200);
		assertThat(probe("readiness").statusCode()).isEqualTo(200);
		assertThat((String) JsonPath.read(probe("rdsReadiness").body(), "$.status")).isEqualTo("UP");
		cluster.restart(cluster.writer());
		awaitStatus("UP");
	}

	private static void awaitStatus(String status) {
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.pollInterval(Duration.ofMillis(500))
			.until(() -> JsonPath.read(probe("db").body(), "$.status").equals(status));
	}

	private static HttpResponse<String> probe(String component) throws IOException, InterruptedException {
		return probe(context.getEnvironment(), component);
	}

	private static HttpResponse<String> probe(Environment environment, String component)
			throws IOException, InterruptedException {
		return client.send(HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:%s/actuator/health/%s"
				.formatted(environment.getProperty("local.server.port"), component)))
			.timeout(PROBE_TIMEOUT)
			.build(), HttpResponse.BodyHandlers.ofString());
	}

	/**
	 * Answer to a probe.
	 *
	 * @param status the status, or {@code REFUSED} if nobody listens any more
	 */
	record Answer(String status) {

		static Answer of(Environment environment, String component) {
			try {
				return new Answer(JsonPath.read(probe(environment, component).body(), "$.status"));
			}
			catch (ConnectException ex) {
				return new Answer("REFUSED");
			}
			catch (IOException | InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = { "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
			"org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
			"org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration",
			"org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration" })
	static class Application {

		@Bean
		ApplicationRunner probesAtStart(Environment environment) {
			return (arguments) -> {
				seen.put("starting", Answer.of(environment, "db"));
				seen.put("starting readiness", Answer.of(environment, "readiness"));
				seen.put("starting liveness", Answer.of(environment, "liveness"));
			};
		}

		@Bean
		ApplicationListener<ContextClosedEvent> probesAtTheEnd(Environment environment) {
			return (event) -> {
				seen.put("closing", Answer.of(environment, "db"));
				seen.put("closing readiness", Answer.of(environment, "readiness"));
			};
		}

	}

}
