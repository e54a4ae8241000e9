package io.rdsboot.docs;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.credentials.Renewal;
import io.rdsboot.credentials.RenewalListener;
import io.rdsboot.credentials.RenewalStatus;
import io.rdsboot.credentials.RenewalThread;
import io.rdsboot.credentials.RenewedValue;
import io.rdsboot.routing.failure.NoWriterAvailableException;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.index.VectorIndexManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests that the page on monitoring tells of every meter that a service has, with its
 * type and its tags, and of no other; and that the dashboard and the alerts use meters
 * that there are.
 */
class MonitoringPageTests {

	private static final Pattern ROW = Pattern.compile("^\\| `(rds\\.[a-z.]+)` \\| ([a-z ]+) \\|([^|]*)\\| [^|]+ \\|$",
			Pattern.MULTILINE);

	private static final Path DASHBOARD = ProjectFiles.ROOT.resolve("docs/monitoring/grafana-dashboard.json");

	private static final Path RULES = ProjectFiles.ROOT.resolve("docs/monitoring/prometheus-rules.yml")
		.toAbsolutePath();

	private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

	private static final Pattern SAMPLE = Pattern.compile("^(\\w+)(?:\\{(.*)})? \\S+$", Pattern.MULTILINE);

	private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

	private static final Pattern NAME = Pattern.compile("`([a-z.]+)`");

	private static LocalRdsCluster cluster;

	private static ConfigurableApplicationContext service;

	@BeforeAll
	static void start() throws Exception {
		cluster = LocalRdsCluster.builder().readers(1).start();
		admin("CREATE EXTENSION vector SCHEMA public");
		service = new SpringApplicationBuilder(Service.class).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "rds.writer=127.0.0.1:" + cluster.writer().port(),
					"rds.readers=127.0.0.1:" + cluster.readers().get(0).port(), "rds.database=" + cluster.database(),
					"rds.topology.poll-interval=100ms", "rds.failover.timeout=500ms",
					"rds.vector.repositories.documents.dimensions=3",
					"rds.vector.repositories.documents.keys.year=integer",
					"rds.vector.repositories.documents.target-recall=0.9",
					"spring.session.jdbc.initialize-schema=never", "db-scheduler.enabled=false")
			.run();
		useEverything();
	}

	@AfterAll
	static void stop() {
		service.close();
		cluster.close();
	}

	private static void admin(String sql) throws SQLException {
		try (Connection connection = cluster.adminConnection(cluster.writer());
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/**
	 * Lets each meter come into being that does not when the service starts.
	 */
	private static void useEverything() throws Exception {
		DataSource dataSource = service.getBean(DataSource.class);
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		TransactionTemplate read = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
		read.setReadOnly(true);
		read.executeWithoutResult((status) -> jdbc.execute("SELECT 1"));
		@SuppressWarnings("unchecked")
		VectorRepository<UUID> documents = service.getBean(VectorRepository.class);
		documents.upsert(IntStream.range(0, 900)
			.mapToObj((year) -> new VectorRecord<>(UUID.randomUUID(), new float[] { year, 2, 3 }, "a house",
					Map.of("year", year)))
			.toList());
		service.getBean(VectorIndexManager.class).awaitReady(Duration.ofMinutes(1));
		admin("ANALYZE documents");
		documents.search(VectorSearch.nearest(new float[] { 1, 2, 3 }).limit(3).where("year < 20"));
		cluster.crash(cluster.writer());
		// The first statements may still get the connections that the crash has cut.
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> jdbc.execute("CREATE TABLE lost ()"))
				.withCauseInstanceOf(NoWriterAvailableException.class));
		cluster.restart(cluster.writer());
	}

	@Test
	void pageTellsOfEveryMeterOfTheLibrary() {
		SortedMap<String, String> actual = new TreeMap<>();
		for (Meter meter : service.getBean(MeterRegistry.class).getMeters()) {
			Meter.Id id = meter.getId();
			if (id.getName().startsWith("rds.")) {
				SortedSet<String> tags = id.getTags()
					.stream()
					.map(Tag::getKey)
					.collect(Collectors.toCollection(TreeSet::new));
				String description = type(id) + " " + tags;
				assertThat(actual.merge(id.getName(), description, (one, other) -> other)).as(id.getName())
					.isEqualTo(description);
			}
		}
		assertThat(documented()).isEqualTo(actual);
	}

	@Test
	void dashboardShowsMetersThatPrometheusSees() {
		List<PrometheusQuery> queries = new JsonMapper().readTree(ProjectFiles.read(DASHBOARD))
			.findParents("expr")
			.stream()
			.map((target) -> new PrometheusQuery(target.get("expr").asString(), target.get("legendFormat").asString()))
			.toList();
		assertThat(queries).hasSizeGreaterThan(20);
		assertThat(queries.stream().flatMap((query) -> query.problems(exposed()).stream())).isEmpty();
	}

	@Test
	void alertsAskForMetersThatPrometheusSees() {
		List<PrometheusQuery> queries = rules().stream()
			.map((rule) -> new PrometheusQuery(rule.get("expr").toString(), rule.get("annotations").toString()))
			.toList();
		assertThat(queries).hasSizeGreaterThan(9);
		assertThat(queries.stream().flatMap((query) -> query.problems(exposed()).stream())).isEmpty();
	}

	@Test
	void pageTellsOfEveryAlert() {
		String page = ProjectFiles.read(ProjectFiles.ROOT.resolve("docs/monitoring.md"));
		assertThat(rules()).allSatisfy((rule) -> assertThat(page).contains("| `" + rule.get("alert") + "` |"));
	}

	@Test
	void mistakesInQueriesAreFound() {
		Map<String, Set<String>> exposed = Map.of("rds_instance_writer", Set.of("rds_instance"));
		assertThat(new PrometheusQuery("sum by (rds_instance) (rds_instance_writer{job=\"a\"})", "{{rds_instance}}")
			.problems(exposed)).isEmpty();
		assertThat(new PrometheusQuery("rds_instance_writr", "").problems(exposed)).hasSize(1);
		assertThat(new PrometheusQuery("rds_instance_writer{role=\"a\"}", "").problems(exposed)).hasSize(1);
		assertThat(new PrometheusQuery("sum by (role) (rds_instance_writer)", "").problems(exposed)).hasSize(1);
		assertThat(new PrometheusQuery("rds_instance_writer", "{{ $labels.role }}").problems(exposed)).hasSize(1);
	}

	@Test
	void alertsFireWhenTheyShould(@TempDir Path directory) throws Exception {
		assumeTrue(Files.isExecutable(PROMTOOL), "there is no " + PROMTOOL);
		Path test = directory.resolve("test.yml");
		Files.writeString(test,
				new ClassPathResource("prometheus-rules-test.yml", getClass())
					.getContentAsString(StandardCharsets.UTF_8)
					.replace("RULES", RULES.toString()));
		Process promtool = new ProcessBuilder(PROMTOOL.toString(), "test", "rules", test.toString())
			.redirectErrorStream(true)
			.start();
		String output = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(promtool.waitFor()).as(output).isZero();
	}

	private static List<Map<String, Object>> rules() {
		Map<String, List<Map<String, List<Map<String, Object>>>>> file = new Yaml().load(ProjectFiles.read(RULES));
		return file.get("groups").stream().flatMap((group) -> group.get("rules").stream()).toList();
	}

	private static Map<String, Set<String>> exposed() {
		Map<String, Set<String>> exposed = new TreeMap<>();
		for (MatchResult sample : SAMPLE.matcher(service.getBean(PrometheusMeterRegistry.class).scrape())
			.results()
			.toList()) {
			Set<String> labels = exposed.computeIfAbsent(sample.group(1), (name) -> new TreeSet<>());
			if (sample.group(2) != null) {
				LABEL.matcher(sample.group(2)).results().forEach((label) -> labels.add(label.group(1)));
			}
		}
		return exposed;
	}

	private static String type(Meter.Id id) {
		return id.getType().name().toLowerCase(Locale.ROOT).replace('_', ' ');
	}

	private static Map<String, String> documented() {
		SortedMap<String, String> documented = new TreeMap<>();
		for (MatchResult row : ROW.matcher(ProjectFiles.read(ProjectFiles.ROOT.resolve("docs/monitoring.md")))
			.results()
			.toList()) {
			SortedSet<String> tags = NAME.matcher(row.group(3))
				.results()
				.map((name) -> name.group(1))
				.collect(Collectors.toCollection(TreeSet::new));
			documented.put(row.group(1), row.group(2) + " " + tags);
		}
		return documented;
	}

	/**
	 * Service whose registry is Boot's.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = "org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration")
	static class Service {

		@Bean
		RenewedPassword credentials(RenewalListener listener) {
			return new RenewedPassword(cluster, listener);
		}

	}

	/**
	 * Password of which the first login is refused, as it is after a rotation.
	 */
	private static final class RenewedPassword implements DatabaseCredentialsProvider, AutoCloseable {

		private final LocalRdsCluster cluster;

		private final RenewalThread thread;

		private final RenewedValue<DatabaseCredentials> password;

		private RenewedPassword(LocalRdsCluster cluster, RenewalListener listener) {
			this.cluster = cluster;
			this.thread = new RenewalThread("password", InstantSource.system(), listener);
			this.password = this.thread.value("password", this::make);
		}

		private Renewal<DatabaseCredentials> make() {
			Instant now = Instant.now();
			return new Renewal<>(new DatabaseCredentials(this.cluster.username(), this.cluster.password()),
					now.plusSeconds(600), now.plusSeconds(900), Duration.ZERO);
		}

		@Override
		public DatabaseCredentials getCredentials(InstanceAddress address) {
			return new DatabaseCredentials(this.cluster.username(), "outdated");
		}

		@Override
		public DatabaseCredentials getCredentialsAfterRefusal(InstanceAddress address,
				List<DatabaseCredentials> refused) {
			return this.password.get();
		}

		@Override
		public RenewalStatus renewalStatus() {
			return this.thread.status();
		}

		@Override
		public void close() {
			this.thread.close();
		}

	}

}
