package io.rdsboot.autoconfigure;

import java.util.Map;

import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link UnresolvedPlaceholders} as an application meets them.
 */
@LocalRds(readers = 0)
class UnresolvedPlaceholdersTests {

	private final LocalRdsCluster cluster;

	private final JdbcConnectionDetails details = new JdbcConnectionDetails() {

		@Override
		public String getUsername() {
			return UnresolvedPlaceholdersTests.this.cluster.username();
		}

		@Override
		public String getPassword() {
			return UnresolvedPlaceholdersTests.this.cluster.password();
		}

		@Override
		public String getJdbcUrl() {
			return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(
					UnresolvedPlaceholdersTests.this.cluster.writer().port(),
					UnresolvedPlaceholdersTests.this.cluster.database());
		}

	};

	UnresolvedPlaceholdersTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@Test
	void placeholderWithoutValueIsRefused() {
		assertThat(StartupProblems
			.of(runner("rds.credentials.password=begins-${DB_PASSWORD}", "rds.routing.token.key=${a:${TOKEN_KEY}}")))
			.contains("rds.credentials.password: Its placeholder ${DB_PASSWORD} cannot be resolved. "
					+ "Set DB_PASSWORD, or give rds.credentials.password a value without it.")
			.contains("rds.routing.token.key: Its placeholder ${TOKEN_KEY} cannot be resolved.")
			.doesNotContain("begins-");
	}

	@Test
	void placeholderWithValueOrDefaultIsResolved() {
		runner("db.secret=" + this.cluster.password(), "rds.credentials.password=${db.secret}",
				"rds.database=${DB_NAME:app}")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void escapedPlaceholderIsTextOfTheValue() {
		runner("rds.pool.connection-init-sql=SELECT '\\${KEY}'").run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void placeholderThatAHigherSourceReplacesIsNotUsed() {
		runner("rds.database=app")
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addLast(new MapPropertySource("lower", Map.of("rds.database", "${DB_NAME}"))))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void placeholdersOfListsAndMapsAreRefused() {
		assertThat(StartupProblems
			.of(runner("rds.readers[0].address=${READER}", "rds.pool.data-source-properties.ssl-factory=${FACTORY}",
					"rds.vector.repositories.documents.dimensions=${DIMENSIONS}",
					"rds.vector.repositories.documents.index.hot-filters[0]=tenant = '${TENANT}'")))
			.contains("rds.readers[0].address: Its placeholder ${READER} cannot be resolved.")
			.contains("rds.pool.data-source-properties.ssl-factory: Its placeholder ${FACTORY} cannot be resolved.")
			.contains("rds.vector.repositories.documents.dimensions: Its placeholder ${DIMENSIONS} cannot be resolved.")
			.contains("rds.vector.repositories.documents.index.hot-filters[0]: "
					+ "Its placeholder ${TENANT} cannot be resolved.")
			.hasLineCount(4);
	}

	@Test
	void placeholderInAnEnvironmentVariableIsRefused() {
		assertThat(StartupProblems
			.of(runner().withInitializer(environment(Map.of("RDS_CREDENTIALS_PASSWORD", "${DB_PASSWORD}")))))
			.contains("rds.credentials.password: Its placeholder ${DB_PASSWORD} cannot be resolved.");
	}

	@Test
	void environmentVariableAndSystemPropertyOfOthersMayHoldAnyText() {
		runner().withInitializer(environment(Map.of("RDS_OTHER", "${x}", "RDS_PASSWORD", "a${b")))
			.withSystemProperties("rds.other=${x}")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void placeholderInAListThatAHigherSourceReplacesIsNotUsed() {
		runner("rds.vector.repositories.documents.dimensions=3",
				"rds.vector.repositories.documents.index.hot-filters[0]=tenant = 'acme'")
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addLast(new MapPropertySource("lower",
						Map.of("rds.vector.repositories.documents.index.hot-filters[0]", "${A}",
								"rds.vector.repositories.documents.index.hot-filters[1]", "${B}"))))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void placeholderIsNotUsedWhereConnectionDetailsTakeItsPlace() {
		runner("rds.writer=${DB_HOST}", "rds.credentials.password=${DB_PASSWORD}")
			.withBean(JdbcConnectionDetails.class, () -> this.details)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	/**
	 * Puts environment variables where those of an application are.
	 */
	private static ApplicationContextInitializer<ConfigurableApplicationContext> environment(
			Map<String, Object> variables) {
		return (context) -> context.getEnvironment()
			.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource(
					"test-" + StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
	}

	private ApplicationContextRunner runner(String... overrides) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class))
			.withPropertyValues("rds.writer=127.0.0.1:" + this.cluster.writer().port(),
					"rds.database=" + this.cluster.database(), "rds.credentials.username=" + this.cluster.username(),
					"rds.credentials.password=" + this.cluster.password())
			.withPropertyValues(overrides);
	}

}
