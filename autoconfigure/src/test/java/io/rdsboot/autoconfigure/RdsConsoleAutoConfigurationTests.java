package io.rdsboot.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.rdsboot.actuate.console.RdsConsoleEndpoint;
import io.rdsboot.autoconfigure.actuate.RdsConsoleAutoConfiguration;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RdsConsoleAutoConfiguration}, and of its page over HTTP.
 */
@LocalRds(readers = 1)
@ExtendWith(OutputCaptureExtension.class)
class RdsConsoleAutoConfigurationTests {

	private static final Pattern FILE = Pattern.compile("(?:href|src)=\"([^#\"]+)\"");

	private static final Pattern DATA = Pattern
		.compile("data-endpoint=\"(\\w+)\" data-url=\"([^\"]*)\" data-state=\"(\\w+)\"");

	private static final Pattern IMPORT = Pattern.compile("from '([^']+)'");

	private static final String[] ENABLED = { "--rds.console.enabled=true",
			"--management.endpoints.web.exposure.include=rds,rdsdiagnostics,rdsconsole" };

	@Test
	void consoleIsOffByDefault() {
		runner().withPropertyValues("management.endpoints.web.exposure.include=*")
			.run((context) -> assertThat(context).doesNotHaveBean(RdsConsoleEndpoint.class));
	}

	@Test
	void consoleIsThereIfItIsEnabledAndExposed(CapturedOutput output) {
		runner().withPropertyValues("rds.console.enabled=true", "management.endpoints.web.exposure.include=rdsconsole")
			.run((context) -> assertThat(context).hasSingleBean(RdsConsoleEndpoint.class));
		assertThat(output).doesNotContain("nobody can reach the console");
	}

	@Test
	void consoleThatIsNotExposedIsSaid(CapturedOutput output) {
		runner().withPropertyValues("rds.console.enabled=true").run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(RdsConsoleEndpoint.class);
			assertThat(output).contains("nobody can reach the console");
		});
	}

	@Test
	void consoleIsForServletApplications() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(RdsConsoleAutoConfiguration.class))
			.withPropertyValues("rds.console.enabled=true", "management.endpoints.web.exposure.include=rdsconsole")
			.run((context) -> assertThat(context).doesNotHaveBean(RdsConsoleEndpoint.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/actuator/rdsconsole", "/shop/manage/ops/console --server.servlet.context-path=/shop "
			+ "--management.endpoints.web.base-path=/manage --management.endpoints.web.path-mapping.rdsconsole=ops/console "
			+ "--management.endpoints.web.path-mapping.rds=db/cluster",
			"/ops/rdsconsole --management.server.port=0 --management.server.base-path=/ops --management.endpoints.web.base-path=/" })
	void allThatThePageRefersToIsThereAndGuarded(String pathAndProperties, LocalRdsCluster cluster) throws Exception {
		String[] parts = pathAndProperties.split(" ");
		try (ConfigurableApplicationContext context = application(cluster, parts)) {
			URI page = address(context, parts[0]);
			HttpResponse<String> response = get(page, null);
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
			assertGuarded(response);
			assertThat(response.body()).doesNotContain("{{", "<style", "style=", "onclick", "http:", "https:");
			Set<URI> files = references(page, FILE, response.body());
			assertThat(files).hasSize(3);
			Set<URI> scripts = new HashSet<>();
			for (URI file : files) {
				collect(file, scripts);
			}
			assertThat(scripts).hasSizeGreaterThan(6);
			List<String> states = new ArrayList<>();
			for (MatchResult data : DATA.matcher(response.body()).results().toList()) {
				states.add(data.group(1) + " " + data.group(3));
				if (!data.group(2).isEmpty()) {
					HttpResponse<String> json = get(page.resolve(data.group(2)), null);
					assertThat(json.statusCode()).as(data.group(2)).isEqualTo(200);
					assertThat(json.body()).contains("instances");
				}
			}
			assertThat(states).containsExactly("rds read", "vectorindexes unused", "rdsdiagnostics read");
			assertThat(get(URI.create(page + "/application.properties"), null).statusCode()).isEqualTo(404);
			assertThat(get(URI.create(page + "/RdsConsoleEndpoint.class"), null).statusCode()).isEqualTo(404);
		}
	}

	/**
	 * Fetch a file, and what it imports.
	 */
	private static void collect(URI file, Set<URI> collected) throws Exception {
		if (!collected.add(file)) {
			return;
		}
		HttpResponse<String> response = get(file, null);
		assertThat(response.statusCode()).as(file.toString()).isEqualTo(200);
		assertGuarded(response);
		assertThat(response.headers().firstValue("Content-Type").orElseThrow())
			.startsWith(file.getPath().endsWith(".js") ? "text/javascript"
					: file.getPath().endsWith(".css") ? "text/css" : "image/svg+xml");
		assertThat(response.body()).doesNotContain("innerHTML", "insertAdjacentHTML", "document.write", "eval(");
		for (URI imported : references(file, IMPORT, response.body())) {
			collect(imported, collected);
		}
	}

	private static void assertGuarded(HttpResponse<String> response) {
		assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
			.contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
			.doesNotContain("unsafe");
		assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
		assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-cache");
	}

	@Test
	void endpointsThatAreNotExposedOrMayWriteAreSaid(LocalRdsCluster cluster) throws Exception {
		try (ConfigurableApplicationContext context = application(cluster,
				"--management.endpoints.web.exposure.include=rds,rdsconsole",
				"--management.endpoint.rds.access=unrestricted")) {
			String page = get(address(context, "/actuator/rdsconsole"), null).body();
			assertThat(DATA.matcher(page).results().map((data) -> data.group(1) + " " + data.group(3)))
				.containsExactly("rds write", "vectorindexes unused", "rdsdiagnostics hidden");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "--management.server.port=", "--management.server.port=0" })
	void theSecurityOfEndpointsIsThatOfThePageAndItsFiles(String port, LocalRdsCluster cluster) throws Exception {
		try (ConfigurableApplicationContext context = application(cluster, port, "--secured=true")) {
			URI page = address(context, "/actuator/rdsconsole");
			HttpResponse<String> known = get(page, "operator:secret");
			assertThat(known.statusCode()).isEqualTo(200);
			Set<URI> protectedOnes = references(page, FILE, known.body());
			protectedOnes.add(page);
			protectedOnes.add(page.resolve("rdsconsole/cluster.js"));
			protectedOnes.add(page.resolve("rds"));
			for (URI each : protectedOnes) {
				assertThat(get(each, null).statusCode()).as(each.toString()).isEqualTo(401);
				assertThat(get(each, "operator:secret").statusCode()).as(each.toString()).isEqualTo(200);
			}
			if (port.endsWith("=")) {
				assertThat(get(address(context, "/nothing"), null).statusCode()).isEqualTo(404);
			}
		}
	}

	private static Set<URI> references(URI base, Pattern pattern, String body) {
		return pattern.matcher(body)
			.results()
			.map((result) -> base.resolve(result.group(1)))
			.collect(Collectors.toCollection(HashSet::new));
	}

	private static WebApplicationContextRunner runner() {
		return new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(EndpointAutoConfiguration.class,
					WebEndpointAutoConfiguration.class, RdsConsoleAutoConfiguration.class));
	}

	private static URI address(ConfigurableApplicationContext context, String path) {
		String management = context.getEnvironment().getProperty("local.management.port");
		String port = (management != null) ? management : context.getEnvironment().getProperty("local.server.port");
		return URI.create("http://127.0.0.1:" + port + path);
	}

	private static HttpResponse<String> get(URI uri, @Nullable String login) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri);
		if (login != null) {
			request.header("Authorization",
					"Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
		}
		return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	private static ConfigurableApplicationContext application(LocalRdsCluster cluster, String... more) {
		List<String> arguments = new ArrayList<>(List.of(ENABLED));
		arguments.addAll(List.of("--server.port=0", "--rds.pool.minimum-idle=1",
				"--rds.writer=127.0.0.1:" + cluster.writer().port(),
				"--rds.readers=127.0.0.1:" + cluster.readers().get(0).port(), "--rds.database=" + cluster.database(),
				"--rds.credentials.username=" + cluster.username(),
				"--rds.credentials.password=" + cluster.password()));
		for (String argument : more) {
			if (argument.startsWith("--")) {
				arguments.removeIf((earlier) -> earlier.startsWith(argument.substring(0, argument.indexOf('=') + 1)));
				arguments.add(argument);
			}
		}
		return new SpringApplicationBuilder(Application.class).run(arguments.toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebSecurity
	@EnableAutoConfiguration(excludeName = { "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
			"org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
			"org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration",
			"org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration",
			"org.springframework.boot.jetty.autoconfigure.actuate.web.server.JettyServletManagementContextAutoConfiguration" })
	static class Application {

		/**
		 * What is no endpoint is open: a file that were served elsewhere would be, too.
		 */
		@Bean
		SecurityFilterChain open(HttpSecurity http) throws Exception {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll()).build();
		}

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(
					User.withUsername("operator").password("{noop}secret").roles("OPERATOR").build());
		}

		@Bean
		@Order(0)
		@ConditionalOnBooleanProperty("secured")
		SecurityFilterChain endpoints(HttpSecurity http) throws Exception {
			return http.securityMatcher(EndpointRequest.toAnyEndpoint())
				.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

	}

}
