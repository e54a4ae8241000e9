package io.rdsboot.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import com.jayway.jsonpath.JsonPath;
import io.rdsboot.actuate.RdsDiagnosticsEndpoint;
import io.rdsboot.autoconfigure.actuate.RdsDiagnosticsAutoConfiguration;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.StaticTopologyProvider;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.diagnostics.DatabaseDiagnostics;
import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RdsDiagnosticsAutoConfiguration}, and of its endpoint over HTTP, on a
 * real writer and reader.
 */
class RdsDiagnosticsAutoConfigurationTests {

	private static final TopologyProvider NOTHING = new StaticTopologyProvider(
			DatabaseInstance.at(InstanceAddress.parse("127.0.0.1:1")), List.of());

	private static LocalRdsCluster cluster;

	@BeforeAll
	static void start() {
		cluster = LocalRdsCluster.builder().readers(1).start();
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	@Test
	void endpointIsThereIfItIsExposed() {
		runner().withPropertyValues("management.endpoints.web.exposure.include=rdsdiagnostics")
			.run((context) -> assertThat(context).hasSingleBean(RdsDiagnosticsEndpoint.class)
				.hasSingleBean(DatabaseDiagnostics.class));
	}

	@Test
	void nothingIsThereIfTheEndpointIsNotExposed() {
		runner().run((context) -> assertThat(context).doesNotHaveBean(RdsDiagnosticsEndpoint.class)
			.doesNotHaveBean(DatabaseDiagnostics.class));
	}

	@Test
	void nothingIsThereIfAccessIsNone() {
		runner()
			.withPropertyValues("management.endpoints.web.exposure.include=rdsdiagnostics",
					"management.endpoint.rdsdiagnostics.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(RdsDiagnosticsEndpoint.class));
	}

	@Test
	void nothingIsThereWithoutActuator() {
		runner().withClassLoader(new FilteredClassLoader(Endpoint.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("rdsDatabaseDiagnostics"));
	}

	@Test
	void diagnosticsOfTheUserWin() {
		runner().withPropertyValues("management.endpoints.web.exposure.include=rdsdiagnostics")
			.withBean("own", DatabaseDiagnostics.class,
					() -> DatabaseDiagnostics.builder(NOTHING, (instance, timeout) -> {
						throw new IllegalStateException();
					}).build())
			.run((context) -> assertThat(context).hasSingleBean(DatabaseDiagnostics.class).hasBean("own"));
	}

	@Test
	void endpointAnswersThoughThePoolsAreExhausted() throws Exception {
		try (ConfigurableApplicationContext context = application("--rds.pool.maximum-pool-size=1");
				Connection only = writerPool(context).getConnection()) {
			assertThat(only).isNotNull();
			HttpResponse<String> response = get(context, "");
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(JsonPath.<List<String>>read(response.body(), "$.instances[*].role"))
				.containsExactlyInAnyOrder("WRITER", "READER");
			assertThat(JsonPath.<List<String>>read(response.body(), "$.sections[*].name")).contains("queries", "locks",
					"indexes");
			assertThat(JsonPath.<List<String>>read(response.body(), "$.sections[?(@.name == 'indexes')].level"))
				.containsExactly("FINE");
		}
	}

	@Test
	void sectionIsAnsweredAloneAndAnUnknownOneIsNotFound() throws Exception {
		try (ConfigurableApplicationContext context = application("--spring.application.name=orders")) {
			HttpResponse<String> response = get(context, "/connections");
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(JsonPath.<List<String>>read(response.body(), "$.sections[*].name"))
				.containsExactly("connections");
			assertThat(JsonPath.<String>read(response.body(), "$.level")).isEqualTo("FINE");
			assertThat(JsonPath.<String>read(response.body(), "$.took")).startsWith("PT");
			assertThat(JsonPath.<List<String>>read(response.body(), "$.sections[0].data.connections[*].application"))
				.contains("orders/rds-diagnostics", "orders/rds-topology-monitor");
			assertThat(response.body()).doesNotContain(cluster.password());
			assertThat(get(context, "/nothing").statusCode()).isEqualTo(404);
		}
	}

	@Test
	void literalsAreShownOnlyIfAskedFor() throws Exception {
		for (boolean show : new boolean[] { false, true }) {
			try (ConfigurableApplicationContext context = application("--rds.diagnostics.show-literals=" + show);
					Connection session = writerPool(context).getConnection();
					Statement statement = session.createStatement()) {
				session.setAutoCommit(false);
				statement.execute("SELECT 'somebody'");
				String body = get(context, "/queries").body();
				assertThat(JsonPath.<List<String>>read(body, "$.sections[0].data['idle-in-transaction'][*].lastQuery"))
					.containsExactly(show ? "SELECT 'somebody'" : "SELECT ?");
			}
		}
	}

	private static InstancePool writerPool(ConfigurableApplicationContext context) {
		InstanceState writer = context.getBean(TopologyProvider.class).topology().writer().orElseThrow();
		return context.getBean(InstancePools.class).pool(writer.instance(), writer.role());
	}

	private static ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(RdsDataSourceAutoConfiguration.class, RdsDiagnosticsAutoConfiguration.class))
			.withPropertyValues(properties().stream().map((property) -> property.substring(2)).toArray(String[]::new));
	}

	private static List<String> properties() {
		return List.of("--rds.writer=127.0.0.1:" + cluster.writer().port(),
				"--rds.readers=127.0.0.1:" + cluster.readers().get(0).port(), "--rds.database=" + cluster.database(),
				"--rds.credentials.username=" + cluster.username(), "--rds.credentials.password=" + cluster.password());
	}

	private static ConfigurableApplicationContext application(String... more) {
		List<String> arguments = new ArrayList<>(properties());
		arguments.addAll(List.of("--server.port=0", "--management.endpoints.web.exposure.include=rdsdiagnostics"));
		arguments.addAll(List.of(more));
		return new SpringApplicationBuilder(Application.class).run(arguments.toArray(String[]::new));
	}

	private static HttpResponse<String> get(ConfigurableApplicationContext context, String path) throws Exception {
		String port = context.getEnvironment().getProperty("local.server.port");
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:%s/actuator/rdsdiagnostics%s".formatted(port, path)))
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
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
