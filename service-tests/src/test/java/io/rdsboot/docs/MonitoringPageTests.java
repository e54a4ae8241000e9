package io.rdsboot.docs;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.credentials.RenewalStatus;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that the page on monitoring tells of every meter that a service has, with its
 * type and its tags, and of no other.
 */
class MonitoringPageTests {

	private static final Pattern ROW = Pattern.compile("^\\| `(rds\\.[a-z.]+)` \\| ([a-z ]+) \\|([^|]*)\\| [^|]+ \\|$",
			Pattern.MULTILINE);

	private static final Pattern NAME = Pattern.compile("`([a-z.]+)`");

	private static LocalRdsCluster cluster;

	private static ConfigurableApplicationContext service;

	@BeforeAll
	static void start() {
		cluster = LocalRdsCluster.builder().readers(1).start();
		service = new SpringApplicationBuilder(Service.class).web(WebApplicationType.NONE)
			.initializers((context) -> context.getBeanFactory()
				.registerSingleton("credentials", new RenewedPassword(cluster)))
			.properties("spring.main.banner-mode=off", "rds.writer=127.0.0.1:" + cluster.writer().port(),
					"rds.readers=127.0.0.1:" + cluster.readers().get(0).port(), "rds.database=" + cluster.database(),
					"rds.topology.poll-interval=100ms", "rds.failover.timeout=500ms", "spring.flyway.enabled=false",
					"spring.session.jdbc.initialize-schema=never", "db-scheduler.enabled=false")
			.run();
		useEverything();
	}

	@AfterAll
	static void stop() {
		service.close();
		cluster.close();
	}

	/**
	 * Lets each meter come into being that does not when the service starts.
	 */
	private static void useEverything() {
		DataSource dataSource = service.getBean(DataSource.class);
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		TransactionTemplate read = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
		read.setReadOnly(true);
		read.executeWithoutResult((status) -> jdbc.execute("SELECT 1"));
		cluster.crash(cluster.writer());
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> jdbc.execute("CREATE TABLE lost ()"));
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

	}

	/**
	 * Password of which the first login is refused, as it is after a rotation.
	 */
	private record RenewedPassword(LocalRdsCluster cluster) implements DatabaseCredentialsProvider {

		@Override
		public DatabaseCredentials getCredentials(InstanceAddress address) {
			return new DatabaseCredentials(this.cluster.username(), "outdated");
		}

		@Override
		public DatabaseCredentials getCredentialsAfterRefusal(InstanceAddress address,
				List<DatabaseCredentials> refused) {
			return new DatabaseCredentials(this.cluster.username(), this.cluster.password());
		}

		@Override
		public RenewalStatus renewalStatus() {
			return new RenewalStatus(2, 1, Duration.ofMinutes(3), Duration.ofMinutes(12));
		}

	}

}
