package io.rdsboot.autoconfigure;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

import io.rdsboot.pool.MonitoringConnector;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what a service's connections are called, as the server shows it.
 */
@LocalRds(readers = 0)
class ApplicationNameConfigurationTests {

	private static final String MONITOR = "/" + MonitoringConnector.APPLICATION_NAME;

	private final LocalRdsCluster cluster;

	ApplicationNameConfigurationTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@Test
	void connectionsAreCalledAsTheService() {
		assertThat(names("spring.application.name=orders")).containsExactly("orders", "orders" + MONITOR);
	}

	@Test
	void longNameIsCutWhereTheServerWould() {
		String name = "service-".repeat(10);
		assertThat(names("spring.application.name=" + name)).containsExactlyInAnyOrder(name.substring(0, 63),
				name.substring(0, 63 - MONITOR.length()) + MONITOR);
	}

	@Test
	void nameOfTheEnvironmentWins() {
		assertThat(names("spring.application.name=orders", "PGAPPNAME=invoices")).containsExactly("invoices",
				"invoices" + MONITOR);
	}

	@Test
	void nameOfThePoolWins() {
		assertThat(names("spring.application.name=orders", "PGAPPNAME=invoices",
				"rds.pool.data-source-properties.ApplicationName=own"))
			.containsExactly("own", "own" + MONITOR);
	}

	@Test
	void nameOfTheUrlWins() {
		assertThat(names("spring.application.name=orders",
				"rds.writer=jdbc:postgresql://127.0.0.1:" + this.cluster.writer().port() + "/app?ApplicationName=own"))
			.containsExactly("own", "own" + MONITOR);
	}

	@Test
	void nameIsTheDriversWhereTheServiceHasNone() {
		assertThat(names()).containsExactly("PostgreSQL JDBC Driver", MonitoringConnector.APPLICATION_NAME);
	}

	private Set<String> names(String... properties) {
		Set<String> names = new TreeSet<>();
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(RdsDataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class))
			.withPropertyValues("rds.writer=127.0.0.1:" + this.cluster.writer().port(),
					"rds.database=" + this.cluster.database(), "rds.credentials.username=" + this.cluster.username(),
					"rds.credentials.password=" + this.cluster.password())
			.withPropertyValues(properties)
			.run((context) -> {
				JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
				Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
					names.clear();
					names.addAll(jdbc.queryForList(
							"SELECT application_name FROM pg_stat_activity WHERE usename = current_user",
							String.class));
					return names.size() == 2;
				});
			});
		return names;
	}

}
