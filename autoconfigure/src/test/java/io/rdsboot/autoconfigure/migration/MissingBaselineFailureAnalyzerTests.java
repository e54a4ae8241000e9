package io.rdsboot.autoconfigure.migration;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorTestDatabase;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link MissingBaselineFailureAnalyzer}.
 */
@LocalRds
class MissingBaselineFailureAnalyzerTests {

	private final MissingBaselineFailureAnalyzer analyzer = new MissingBaselineFailureAnalyzer();

	@Test
	void schemaWithTablesIsAnalyzedAndTheAdviceWorks(LocalRdsCluster cluster) {
		try (HikariDataSource dataSource = VectorTestDatabase.create(cluster)) {
			new JdbcTemplate(dataSource).execute("CREATE TABLE orders (id bigint)");
			FlywayException failure = catchThrowableOfType(FlywayException.class,
					() -> Flyway.configure().dataSource(dataSource).load().migrate());
			FailureAnalysis analysis = this.analyzer.analyze(failure);
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription())
				.startsWith(
						"Flyway has not migrated this schema before, and does not touch one that has tables already: ")
				.contains("\"public\"");
			assertThat(analysis.getAction())
				.isEqualTo("If the address names the right database, let Flyway begin with the schema as it is: "
						+ "spring.flyway.baseline-on-migrate=true, with spring.flyway.baseline-version=0 so that all of "
						+ "the migrations run, or the version that the tables stand for. Else give Flyway a schema of its "
						+ "own: spring.flyway.default-schema, and the same schema on the search path of the application.");
			Flyway.configure().dataSource(dataSource).baselineOnMigrate(true).baselineVersion("0").load().migrate();
			Flyway.configure().dataSource(dataSource).defaultSchema("app").createSchemas(true).load().migrate();
		}
	}

	@Test
	void otherFailureIsNotAnalyzed() {
		assertThat(this.analyzer.analyze(new FlywayException("other"))).isNull();
	}

}
