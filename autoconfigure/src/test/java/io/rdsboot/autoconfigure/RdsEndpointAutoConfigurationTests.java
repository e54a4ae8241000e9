package io.rdsboot.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

import com.jayway.jsonpath.JsonPath;
import io.rdsboot.actuate.RdsEndpoint;
import io.rdsboot.actuate.RoutingTally;
import io.rdsboot.autoconfigure.actuate.RdsEndpointAutoConfiguration;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RdsEndpointAutoConfiguration}, and of the endpoint {@code rds} over
 * HTTP, on a real writer and two readers.
 */
class RdsEndpointAutoConfigurationTests {

	private static LocalRdsCluster cluster;

	private static final String UNRESTRICTED = "--management.endpoint.rds.access=unrestricted";

	private ConfigurableApplicationContext context;

	@BeforeAll
	static void start() {
		cluster = LocalRdsCluster.builder().readers(2).start();
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	@BeforeEach
	void open() {
		this.context = application(UNRESTRICTED);
	}

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void nothingIsCountedIfTheEndpointIsNotExposed() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(RdsDataSourceAutoConfiguration.class, RdsEndpointAutoConfiguration.class))
			.withPropertyValues(properties().stream().map((property) -> property.substring(2)).toArray(String[]::new))
			.run((started) -> assertThat(started).hasNotFailed()
				.doesNotHaveBean(RoutingTally.class)
				.doesNotHaveBean(RdsEndpoint.class));
	}

	@Test
	void clusterIsShownWithRolesLagPoolsAndDecisions() throws Exception {
		int port = readPort();
		this.context.getBean(JdbcTemplate.class).execute("CREATE TABLE IF NOT EXISTS written ()");
		Awaitility.await()
			.untilAsserted(() -> assertThat(JsonPath.<List<String>>read(get("").body(), "$.instances[*].lag"))
				.doesNotContainNull());
		String body = get("").body();
		assertThat(JsonPath.<String>read(body, "$.writer")).isEqualTo(name(cluster.writer()));
		assertThat(JsonPath.<List<String>>read(body, "$.instances[*].role")).containsExactlyInAnyOrder("WRITER",
				"READER", "READER");
		assertThat(JsonPath.<List<String>>read(body, "$.instances[?(@.role == 'READER')].reader"))
			.containsExactly("SERVES", "SERVES");
		assertThat(JsonPath.<List<String>>read(body, "$.instances[*].lag"))
			.allSatisfy((lag) -> assertThat(lag).startsWith("PT"));
		assertThat(JsonPath.<List<Integer>>read(body, "$.instances[*].pool.maximumSize")).containsOnly(10).hasSize(3);
		assertThat(JsonPath.<List<String>>read(body, "$.decisions[?(@.reason == 'WRITE')].instance"))
			.containsExactly(name(cluster.writer()));
		assertThat(JsonPath.<List<String>>read(body, "$.decisions[?(@.reason == 'READ')].instance"))
			.containsExactly("127.0.0.1:" + port);
		assertThat(JsonPath.<List<Integer>>read(body, "$.decisions[?(@.reason == 'READ')].count")).containsExactly(1);
		assertThat(body).doesNotContain(cluster.password());
	}

	@Test
	void oneInstanceIsShownAndAnUnknownOneIsNotFound() throws Exception {
		HttpResponse<String> response = get("/" + name(cluster.writer()));
		assertThat(JsonPath.<String>read(response.body(), "$.role")).isEqualTo("WRITER");
		assertThat(JsonPath.<Object>read(response.body(), "$.reader")).isNull();
		assertThat(get("/nobody").statusCode()).isEqualTo(404);
	}

	@Test
	void suspendedReaderServesNobodyUntilItIsResumed() throws Exception {
		LocalRdsInstance suspended = cluster.readers().get(0);
		LocalRdsInstance other = cluster.readers().get(1);
		HttpResponse<String> response = post("/" + name(suspended), "{\"action\":\"suspend\"}");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(JsonPath.<String>read(response.body(), "$.reader")).isEqualTo("SUSPENDED");
		for (int i = 0; i < 10; i++) {
			assertThat(readPort()).isEqualTo(other.port());
		}
		post("/" + name(other), "{\"action\":\"suspend\"}");
		assertThat(readPort()).isEqualTo(cluster.writer().port());
		assertThat(
				JsonPath.<List<String>>read(get("").body(), "$.decisions[?(@.reason == 'READER_FALLBACK')].instance"))
			.containsExactly(name(cluster.writer()));
		for (LocalRdsInstance reader : cluster.readers()) {
			assertThat(JsonPath.<String>read(post("/" + name(reader), "{\"action\":\"resume\"}").body(), "$.reader"))
				.isEqualTo("SERVES");
		}
		assertThat(JsonPath.<List<String>>read(get("").body(), "$.events[0:4].kind")).containsExactly("RESUMED",
				"RESUMED", "SUSPENDED", "SUSPENDED");
		assertThat(JsonPath.<String>read(get("").body(), "$.events[3].instance")).isEqualTo(name(suspended));
		Awaitility.await().until(() -> readPort() == suspended.port());
		Awaitility.await().until(() -> readPort() == other.port());
	}

	@Test
	void connectionsOfAPoolAreRenewed() throws Exception {
		long before = backend();
		assertThat(backend()).isEqualTo(before);
		assertThat(post("/" + name(cluster.writer()), "{\"action\":\"renew-connections\"}").statusCode())
			.isEqualTo(200);
		assertThat(backend()).isNotEqualTo(before);
		assertThat(post("", "{}").statusCode()).isEqualTo(204);
	}

	@Test
	void whatCannotBeDoneSaysWhy() throws Exception {
		assertThat(post("/nobody", "{\"action\":\"suspend\"}").statusCode()).isEqualTo(400);
		assertThat(post("/" + name(cluster.writer()), "{\"action\":\"suspend\"}").statusCode()).isEqualTo(400);
		assertThat(post("/" + name(cluster.writer()), "{\"action\":\"stop\"}").statusCode()).isEqualTo(400);
		assertThat(post("/" + name(cluster.writer()), "{}").statusCode()).isEqualTo(400);
		assertThat(post("/nobody", "{\"action\":\"suspend\"}").body())
			.contains("There is no instance 'nobody' in the cluster", name(cluster.writer()));
		assertThat(post("/" + name(cluster.writer()), "{\"action\":\"suspend\"}").body())
			.contains("has the role WRITER: only readers can be suspended and resumed");
	}

	@Test
	void nothingCanBeChangedByDefault() throws Exception {
		close();
		this.context = application();
		assertThat(get("").statusCode()).isEqualTo(200);
		assertThat(post("/" + name(cluster.readers().get(0)), "{\"action\":\"suspend\"}").statusCode()).isEqualTo(405);
	}

	private long backend() {
		return this.context.getBean(JdbcTemplate.class).queryForObject("SELECT pg_backend_pid()", Long.class);
	}

	private int readPort() {
		TransactionTemplate reading = new TransactionTemplate(this.context.getBean(PlatformTransactionManager.class));
		reading.setReadOnly(true);
		return reading.execute((status) -> this.context.getBean(JdbcTemplate.class)
			.queryForObject("SELECT inet_server_port()", Integer.class));
	}

	private static String name(LocalRdsInstance instance) {
		return "127.0.0.1:" + instance.port();
	}

	private static List<String> properties() {
		return List.of("--rds.writer=" + name(cluster.writer()),
				"--rds.readers=" + name(cluster.readers().get(0)) + "," + name(cluster.readers().get(1)),
				"--rds.database=" + cluster.database(), "--rds.credentials.username=" + cluster.username(),
				"--rds.credentials.password=" + cluster.password());
	}

	private static ConfigurableApplicationContext application(String... more) {
		List<String> arguments = new ArrayList<>(properties());
		arguments.addAll(List.of("--server.port=0", "--management.endpoints.web.exposure.include=rds",
				"--spring.web.error.include-message=always", "--rds.pool.minimum-idle=1"));
		arguments.addAll(List.of(more));
		return new SpringApplicationBuilder(Application.class).run(arguments.toArray(String[]::new));
	}

	private HttpResponse<String> get(String path) throws Exception {
		return send(request(path).GET());
	}

	private HttpResponse<String> post(String path, String body) throws Exception {
		return send(request(path).header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body)));
	}

	private HttpRequest.Builder request(String path) {
		String port = this.context.getEnvironment().getProperty("local.server.port");
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%s/actuator/rds%s".formatted(port, path)));
	}

	private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = { "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
			"org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
			"org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
			"org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration" })
	static class Application {

	}

}
