package io.rdsboot.autoconfigure;

import io.rdsboot.pool.StartupConnectionException;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.MutuallyExclusiveConfigurationPropertiesException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what a user reads when the application does not start, with real servers that
 * refuse.
 */
@LocalRds(readers = 2)
class StartupFailureTests {

	private final LocalRdsCluster cluster;

	private final LocalRdsInstance writer;

	StartupFailureTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.writer = cluster.writer();
	}

	@Test
	void analysisWhenDatabaseIsUnknown() {
		FailureAnalysis analysis = failure("rds.database=no\"such");
		assertThat(analysis.getCause()).isInstanceOf(StartupConnectionException.class);
		assertThat(analysis.getDescription()).isEqualTo("Cannot connect to database 'no\"such' on the writer 127.0.0.1:"
				+ this.writer.port() + ": FATAL: database \"no\"such\" does not exist");
		assertThat(analysis.getAction())
			.isEqualTo("Correct rds.database = 'no\"such', or create the database on 127.0.0.1:" + this.writer.port()
					+ ": CREATE DATABASE \"no\"\"such\";");
	}

	@Test
	void analysisWhenPortIsRefused() {
		FailureAnalysis analysis = failure("rds.writer=127.0.0.1:1");
		assertThat(analysis.getDescription())
			.startsWith("Cannot connect to database 'app' on the writer 127.0.0.1:1: ");
		assertThat(analysis.getAction())
			.isEqualTo("Check the host and the port in rds.writer = '127.0.0.1:1', and that PostgreSQL runs there.");
	}

	@Test
	void analysisWhenPasswordIsWrong() {
		FailureAnalysis analysis = failure("rds.credentials.password=wrong-password");
		assertThat(analysis.getDescription()).contains("password authentication failed for user \"app\"")
			.doesNotContain("wrong-password");
		assertThat(analysis.getAction()).isEqualTo("Correct rds.credentials.username and rds.credentials.password.");
	}

	@Test
	void analysisWhenWriterDoesNotResolve() {
		FailureAnalysis analysis = failure("rds.writer=nowhere.invalid");
		assertThat(analysis.getDescription()).endsWith("\n\nThe host name 'nowhere.invalid' does not resolve.");
		assertThat(analysis.getAction()).isEqualTo(
				"Correct rds.writer = 'nowhere.invalid:5432', or make the name known to the DNS of this machine.");
	}

	@Test
	void analysisWhenReaderDoesNotResolve() {
		FailureAnalysis analysis = failure("rds.readers=nowhere.invalid");
		assertThat(analysis.getDescription()).contains("on the reader nowhere.invalid:5432");
		assertThat(analysis.getAction()).contains("Correct rds.readers = 'nowhere.invalid:5432'");
	}

	@Test
	void startWhenReaderIsDownGoesOn() {
		runner("rds.readers=127.0.0.1:1").run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void analysisWhenBootsDataSourceIsConfiguredToo() {
		runner("spring.datasource.url=jdbc:postgresql://localhost/app")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(MutuallyExclusiveConfigurationPropertiesException.class)
				.hasMessageContaining("rds.writer")
				.hasMessageContaining("spring.datasource.url"));
	}

	@Test
	void analysisWhenPoolSettingsAreOutOfRange() {
		FailureAnalysis analysis = failure("rds.pool.maximum-pool-size=0", "rds.pool.reader.connection-timeout=10ms",
				"rds.pool.writer.minimum-idle=-1", "rds.pool.transaction-isolation=STRICT",
				"rds.pool.writer.data-source-properties.scoketTimeout=1");
		assertThat(analysis.getDescription()).isEqualTo("""
				The configuration of the database cluster is not valid:

				    - rds.pool.maximum-pool-size = '0': The least that is possible is 1.
				    - rds.pool.transaction-isolation = 'STRICT': There is no such transaction isolation.
				    - rds.pool.writer.minimum-idle = '-1': The least that is possible is 0.
				    - rds.pool.writer.data-source-properties = 'scoketTimeout': The PostgreSQL driver has no \
				connection property of this name.
				    - rds.pool.reader.connection-timeout = '10ms': The least that is possible is 250ms.""");
	}

	private FailureAnalysis failure(String... properties) {
		return StartupFailures.analysis(runner(properties));
	}

	private ApplicationContextRunner runner(String... overrides) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class))
			.withPropertyValues("rds.writer=127.0.0.1:" + this.writer.port(), "rds.database=" + this.cluster.database(),
					"rds.credentials.username=" + this.cluster.username(),
					"rds.credentials.password=" + this.cluster.password())
			.withPropertyValues(overrides);
	}

}
