package io.rdsboot.autoconfigure;

import java.util.Map;

import javax.sql.DataSource;

import io.rdsboot.autoconfigure.cluster.ElasticBeanstalkEnvironmentPostProcessor;
import io.rdsboot.autoconfigure.cluster.RdsConnectionDetails;
import io.rdsboot.autoconfigure.local.LocalRdsConnectionDetailsFactory;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what is said about configuration that has no effect.
 */
@LocalRds(readers = 0)
@ExtendWith(OutputCaptureExtension.class)
class UnusedConfigurationTests {

	private final LocalRdsCluster cluster;

	private final ApplicationContextRunner runner;

	UnusedConfigurationTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
					RdsDataSourceBackOffAutoConfiguration.class))
			.withPropertyValues("rds.writer=127.0.0.1:" + cluster.writer().port(), "rds.database=" + cluster.database(),
					"rds.credentials.username=" + cluster.username(), "rds.credentials.password=" + cluster.password());
	}

	@Test
	void propertiesOfBootsDataSourceAreNamedWithTheirCounterparts(CapturedOutput output) {
		this.runner
			.withPropertyValues("spring.datasource.username=other", "spring.datasource.type=a.b.C",
					"spring.datasource.hikari.maximum-pool-size=5", "spring.datasource.hikari.max-lifetime=60000",
					"spring.datasource.hikari.allow-pool-suspension=true",
					"spring.datasource.hikari.data-source-properties.ssl=true")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("Ignored beside rds.*: "
				+ "spring.datasource.hikari.allow-pool-suspension (use a bean of type HikariPoolCustomizer), "
				+ "spring.datasource.hikari.data-source-properties.ssl " + "(use rds.pool.data-source-properties), "
				+ "spring.datasource.hikari.max-lifetime (use rds.pool.max-lifetime), "
				+ "spring.datasource.hikari.maximum-pool-size (use rds.pool.maximum-pool-size), "
				+ "spring.datasource.type, spring.datasource.username (use rds.credentials.username)");
	}

	@Test
	void nothingIsSaidWithoutThem(CapturedOutput output) {
		this.runner.withPropertyValues("spring.datasource.url=", "spring.datasource.generate-unique-name=false")
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(ReadWriteRoutingDataSource.class));
		assertThat(output).doesNotContain("Ignored", "not used");
	}

	@Test
	void readersBesideAClusterThatTheTestHasStartedAreNoReasonToWarn(CapturedOutput output) {
		this.runner.withPropertyValues("rds.readers=reader.example.org")
			.withBean("local", RdsConnectionDetails.class,
					() -> new LocalRdsConnectionDetailsFactory().getConnectionDetails(this.cluster))
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsPattern("INFO .*rds.readers is configured and not used: "
				+ "the connection details 'local' take the place of all addresses");
	}

	@Test
	void dataSourceInPlaceOfTheClusterIsNamed(CapturedOutput output) {
		this.runner.withUserConfiguration(InPlace.class)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ReadWriteRoutingDataSource.class));
		assertThat(output)
			.contains("rds.writer is configured and not used: the application has a DataSource of its own, "
					+ "'reports'. If it is for something beside the cluster, declare it with "
					+ "@Bean(defaultCandidate = false)");
	}

	@Test
	void dataSourceBesideTheClusterIsNoReasonToWarn(CapturedOutput output) {
		this.runner.withUserConfiguration(Beside.class)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(ReadWriteRoutingDataSource.class));
		assertThat(output).doesNotContain("not used");
	}

	@Test
	void dataSourceOfElasticBeanstalkNeedNotBeUsed(CapturedOutput output) {
		this.runner.withUserConfiguration(InPlace.class)
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addLast(new MapPropertySource(ElasticBeanstalkEnvironmentPostProcessor.PROPERTY_SOURCE, Map.of())))
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("not used");
	}

	@Configuration(proxyBeanMethods = false)
	static class InPlace {

		@Bean
		DataSource reports() {
			return new DriverManagerDataSource("jdbc:postgresql://localhost/reports");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Beside {

		@Bean(defaultCandidate = false)
		DataSource reports() {
			return new DriverManagerDataSource("jdbc:postgresql://localhost/reports");
		}

	}

}
