package io.rdsboot.autoconfigure;

import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.autoconfigure.migration.RdsMigrationAutoConfiguration;
import io.rdsboot.autoconfigure.vector.RdsVectorAutoConfiguration;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorTestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The next start of a service that lets Flyway make tables of repositories no more.
 */
@LocalRds(readers = 0)
class FormerRepositoryTests {

	private static final String NO_MIGRATIONS = "classpath:migration/none";

	private static final String MIGRATIONS = "classpath:migration/flyway";

	private HikariDataSource database;

	private JdbcTemplate jdbc;

	private ApplicationContextRunner runner;

	@BeforeEach
	void createDatabase(LocalRdsCluster cluster) {
		this.database = VectorTestDatabase.create(cluster);
		this.jdbc = new JdbcTemplate(this.database);
		this.runner = new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(RdsDataSourceAutoConfiguration.class, DataSourceAutoConfiguration.class,
							DataSourceTransactionManagerAutoConfiguration.class, RdsMigrationAutoConfiguration.class,
							FlywayAutoConfiguration.class, RdsVectorAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=" + this.database.getJdbcUrl(),
					"spring.datasource.username=" + this.database.getUsername(),
					"spring.datasource.password=" + this.database.getPassword());
	}

	@AfterEach
	void closePool() {
		this.database.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { NO_MIGRATIONS, MIGRATIONS })
	void serviceStartsWithoutTheLastRepositoryAndMakesTablesAgainLater(String locations) {
		ApplicationContextRunner service = this.runner.withPropertyValues("spring.flyway.locations=" + locations);
		ApplicationContextRunner documents = service
			.withPropertyValues("rds.vector.repositories.documents.dimensions=3");
		start(documents);
		start(service);
		start(service);
		assertThat(tables()).contains("documents");
		start(documents.withPropertyValues("rds.vector.repositories.pictures.dimensions=4"));
		assertThat(tables()).contains("documents", "pictures");
	}

	@ParameterizedTest
	@ValueSource(strings = { "validate", "none" })
	void serviceStartsWithTheTablesLeftToOthers(String schema) {
		ApplicationContextRunner documents = this.runner.withPropertyValues("spring.flyway.locations=" + MIGRATIONS,
				"rds.vector.repositories.documents.dimensions=3");
		start(documents);
		start(documents.withPropertyValues("rds.vector.schema=" + schema));
		start(documents.withPropertyValues("rds.vector.schema=" + schema));
		start(documents);
	}

	@ParameterizedTest
	@ValueSource(strings = { NO_MIGRATIONS, MIGRATIONS })
	void oneOfTwoRepositoriesIsTakenOut(String locations) {
		ApplicationContextRunner documents = this.runner.withPropertyValues("spring.flyway.locations=" + locations,
				"rds.vector.repositories.documents.dimensions=3");
		start(documents.withPropertyValues("rds.vector.repositories.pictures.dimensions=4"));
		start(documents);
		assertThat(tables()).contains("documents", "pictures");
	}

	private static void start(ApplicationContextRunner service) {
		service.run((context) -> assertThat(context).hasNotFailed());
	}

	private List<String> tables() {
		return this.jdbc.queryForList("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", String.class);
	}

}
