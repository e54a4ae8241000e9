package io.rdsboot.autoconfigure;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an address which cannot be used stops the start without its password being
 * shown or logged, whatever is wrong with it and wherever it stands.
 */
@ExtendWith(OutputCaptureExtension.class)
class MalformedAddressTests {

	private static final List<String> VALUES = List.of("jdbc:postgresql://app:hunter2@db/app",
			"jdbc:postgresql://app:hunter2@db:5432/app?sslmode=verify-full", "jdbc:postgresql:app:hunter2@db/app",
			"jdbc:postgresql://app:hunt?er2@db/app", "jdbc:postgresql://app:hun=ter2@db/app",
			"jdbc:postgresql://app:hun/ter2@db/app", "jdbc:postgresql://db/app?user=app&password=hunter2",
			"jdbc:postgresql://db:hunter2@5432/app", "jdbc:mysql://app:hunter2@db/app",
			"jdbc:mysql://db/app?password=hunter2", "postgres://app:hunter2@db/app",
			"postgresql://app:hun@ter2@db:5432/app", "app:hunter2@db", "app:hunter2@db:5432", "app:hun ter2@db",
			"app%3Ahunter2%40db", "db?user=app&password=hunter2", "db:5432/app?password=hunter2",
			"host=db user=app password=hunter2", "[::1?password=hunter2");

	private static final List<String> KEYS = List.of("rds.writer", "rds.readers", "rds.readers[0].address",
			"rds.readers[0].signing-address", "rds.credentials.iam.signing-address", "rds.topology.instance-address");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class));

	@ParameterizedTest
	@MethodSource
	void passwordIsNotShown(String key, String value, CapturedOutput output) {
		boolean readers = key.startsWith("rds.readers[0].s");
		boolean iam = key.contains("iam") || readers;
		assertPasswordIsNotShown(key, output, this.runner
			.withPropertyValues("rds.writer=writer", "rds.database=app", "rds.credentials.username=app",
					"rds.aws.region=us-east-1", iam ? "rds.credentials.type=iam" : "rds.credentials.password=secret",
					"rds.topology.discovery=" + (key.contains("topology") ? "aurora" : "static"))
			.withPropertyValues(readers ? "rds.readers[0].address=reader" : "unused=")
			.withPropertyValues(key + "=" + (key.contains("topology") ? "{id}." : "") + value));
	}

	static Stream<Arguments> passwordIsNotShown() {
		return KEYS.stream().flatMap((key) -> VALUES.stream().map((value) -> Arguments.of(key, value)));
	}

	/**
	 * Those of other databases are left to Spring Boot's own data source.
	 */
	static Stream<String> passwordInAUrlOfDetailsIsNotShown() {
		return VALUES.stream().filter((value) -> !value.startsWith("jdbc:mysql:"));
	}

	@ParameterizedTest
	@MethodSource
	void passwordInAUrlOfDetailsIsNotShown(String value, CapturedOutput output) {
		assertPasswordIsNotShown("rds.writer", output,
				this.runner.withBean(JdbcConnectionDetails.class, () -> new UrlDetails(value)));
	}

	private static void assertPasswordIsNotShown(String key, CapturedOutput output, ApplicationContextRunner runner) {
		runner.run((context) -> {
			assertThat(context).hasFailed();
			StringWriter trace = new StringWriter();
			context.getStartupFailure().printStackTrace(new PrintWriter(trace));
			assertThat(trace.toString()).contains("InvalidRdsConfigurationException: " + key.replace(".address", ""))
				.doesNotContain("hun", "ter2", "er2");
		});
		assertThat(output.getAll()).doesNotContain("hun", "ter2@", "er2@");
	}

	private record UrlDetails(String url) implements JdbcConnectionDetails {

		@Override
		public String getUsername() {
			return "app";
		}

		@Override
		public String getPassword() {
			return "secret";
		}

		@Override
		public String getJdbcUrl() {
			return this.url;
		}

	}

}
