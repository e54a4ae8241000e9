package io.rdsboot.autoconfigure.cluster;

import java.util.Map;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.StartupProblems;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;

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
	void placeholderIsNotUsedWhereConnectionDetailsTakeItsPlace() {
		runner("rds.writer=${DB_HOST}", "rds.credentials.password=${DB_PASSWORD}")
			.withBean(JdbcConnectionDetails.class, () -> this.details)
			.run((context) -> assertThat(context).hasNotFailed());
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
