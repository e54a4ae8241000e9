package io.rdsboot.service;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.RdsDataSourceBackOffAutoConfiguration;
import io.rdsboot.autoconfigure.RdsRetryAutoConfiguration;
import io.rdsboot.autoconfigure.actuate.RdsMetricsAutoConfiguration;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.containers.JdbcDatabaseContainer;
import org.testcontainers.utility.DockerImageName;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.UserConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service with connection details of another database: Spring Boot's own
 * {@code DataSource} connects to it.
 */
@LocalRds(readers = 0)
@ExtendWith(OutputCaptureExtension.class)
class OtherDatabaseTests {

	private static final String URL = "jdbc:h2:mem:other";

	private final LocalRdsCluster cluster;

	private final ApplicationContextRunner runner;

	private final ApplicationContextRunner configured;

	OtherDatabaseTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.runner = new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(
				RdsDataSourceAutoConfiguration.class, RdsDataSourceBackOffAutoConfiguration.class,
				RdsMetricsAutoConfiguration.class, RdsRetryAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, MetricsAutoConfiguration.class,
				CompositeMeterRegistryAutoConfiguration.class, ServiceConnectionAutoConfiguration.class));
		this.configured = this.runner.withPropertyValues("rds.writer=127.0.0.1:" + cluster.writer().port(),
				"rds.readers=127.0.0.1:1", "rds.database=" + cluster.database(),
				"rds.credentials.username=" + cluster.username(), "rds.credentials.password=" + cluster.password());
	}

	@Test
	void detailsThatSpringBootRegistersLeaveItsDataSourceAlone(CapturedOutput output) {
		this.runner.withBean("h2Details", JdbcConnectionDetails.class, () -> new Details("app", "app", URL))
			.run((context) -> assertThat(url(context.getBean(DataSource.class))).isEqualTo(URL));
		assertThat(output).doesNotContain("not used");
	}

	@Test
	void detailsOfAStaticMethodLeaveTheDataSourceAlone() {
		this.runner.withUserConfiguration(StaticDetails.class)
			.run((context) -> assertThat(url(context.getBean(DataSource.class))).isEqualTo(URL));
	}

	@Test
	void containerLeavesTheDataSourceAlone() {
		this.runner.withConfiguration(UserConfigurations.of(OtherContainer.class))
			.run((context) -> assertThat(url(context.getBean(DataSource.class))).isEqualTo(URL));
	}

	@Test
	void clusterThatIsNotUsedIsTold(CapturedOutput output) {
		this.configured.withBean("h2Details", JdbcConnectionDetails.class, () -> new Details("app", "app", URL))
			.run((context) -> assertThat(url(context.getBean(DataSource.class))).isEqualTo(URL));
		assertThat(output).contains("rds.writer is configured and not used: the connection details 'h2Details' are for "
				+ "another database than PostgreSQL, and Spring Boot's DataSource connects to that. Remove them, or rds.*");
	}

	@Test
	void detailsThatAreKnownTooLateAreRefused() {
		this.runner.withUserConfiguration(LateDetails.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessage(
						"JdbcConnectionDetails = '" + URL + "': The bean is for another database than PostgreSQL."));
	}

	@Test
	void postgresDetailsBesideAnotherDriverAreTheWriter(CapturedOutput output) {
		this.configured
			.withBean("postgresDetails", JdbcConnectionDetails.class,
					() -> new Details(this.cluster.username(), this.cluster.password(),
							this.cluster.writer().jdbcUrl()))
			.run((context) -> assertThat(context).hasSingleBean(ReadWriteRoutingDataSource.class));
		assertThat(output).contains("rds.readers is configured and not used: the connection details 'postgresDetails' "
				+ "take the place of all addresses, and have no readers.");
	}

	private static String url(DataSource dataSource) throws SQLException {
		assertThat(dataSource).isInstanceOf(HikariDataSource.class);
		try (Connection connection = dataSource.getConnection()) {
			return connection.getMetaData().getURL();
		}
	}

	private record Details(String getUsername, String getPassword, String getJdbcUrl) implements JdbcConnectionDetails {

	}

	@Configuration(proxyBeanMethods = false)
	static class StaticDetails {

		@Bean
		static JdbcConnectionDetails details() {
			return new Details("app", "app", URL);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LateDetails {

		@Bean
		JdbcConnectionDetails details() {
			return new Details("app", "app", URL);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherContainer {

		@Bean
		@ServiceConnection
		MySQLContainer container() {
			return new MySQLContainer();
		}

	}

	/**
	 * Called as the container of Testcontainers is, and needs no Docker.
	 */
	static class MySQLContainer extends JdbcDatabaseContainer<MySQLContainer> {

		MySQLContainer() {
			super(DockerImageName.parse("mysql:8"));
		}

		@Override
		public void start() {
		}

		@Override
		public boolean isRunning() {
			return true;
		}

		@Override
		public String getDriverClassName() {
			return "org.h2.Driver";
		}

		@Override
		public String getJdbcUrl() {
			return URL;
		}

		@Override
		public String getUsername() {
			return "app";
		}

		@Override
		public String getPassword() {
			return "app";
		}

		@Override
		protected String getTestQueryString() {
			return "SELECT 1";
		}

	}

}
