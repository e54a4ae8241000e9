package io.rdsboot.autoconfigure.validation;

import java.util.List;
import java.util.Map;

import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.autoconfigure.vector.RdsVectorProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindException;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests of {@link RdsPropertiesValidator}.
 */
class RdsPropertiesValidatorTests {

	@ParameterizedTest
	@CsvSource({ "rds.routing.consistancy, rds.routing.consistency", "rds.tls.mod, rds.tls.mode",
			"rds.vector.repositories.documents.tenent, rds.vector.repositories.documents.tenant",
			"rds.vector.repositories.documents.dimension, rds.vector.repositories.documents.dimensions",
			"rds.vector.repositories.documents.keys.source.colum, rds.vector.repositories.documents.keys.source.column",
			"rds.vectors.schema, rds.vector.schema", "rds.consistency, rds.routing.consistency",
			"rds.pool.maximumPoolSiez, rds.pool.maximum-pool-size", "rds.password, rds.credentials.password",
			"rds.reader, rds.readers", "rds.credentials.iam.user-name, rds.credentials.username",
			"rds.routng.max-lag, rds.routing.max-lag",
			"rds.credentials.secret-id, rds.credentials.secrets-manager.secret-id" })
	void unknownPropertyIsRefusedAndTheNearestNamed(String unknown, String nearest) {
		assertThat(problems(unknown + "=hunter2")).singleElement().satisfies((problem) -> {
			assertThat(problem.toString()).contains("There is no such property.").doesNotContain("hunter2");
			assertThat(problem.action()).endsWith(" to %s, or remove it.".formatted(nearest));
		});
	}

	@Test
	void unknownPropertyLikeNoOtherIsRefused() {
		assertThat(problems("rds.billing.url=http://example.org")).singleElement()
			.extracting(ConfigurationProblem::action)
			.isEqualTo("Remove rds.billing.url. If it belongs to the application, give it another prefix than rds.");
	}

	@Test
	void allProblemsAreReportedAtOnce() {
		assertThat(problems("rds.tls.mod=verify-ca", "rds.routing.max-leg=1s", "rds.failover.timeout=30"))
			.extracting(ConfigurationProblem::key)
			.containsExactlyInAnyOrder("rds.tls.mod", "rds.routing.max-leg", "rds.failover.timeout");
	}

	@Test
	void everyPropertyOfTheReferenceIsKnown() {
		assertThatNoException().isThrownBy(() -> validate("rds.writer=db", "rds.readers[0].address=reader",
				"rds.readers[0].weight=2", "rds.database=app", "rds.aws.region=eu-central-1",
				"rds.credentials.type=secrets-manager", "rds.credentials.secrets-manager.secret-id=app",
				"rds.credentials.secrets-manager.keys.username=user", "rds.failover.timeout=30s",
				"rds.pool.data-source-properties.socketTimeout=5", "rds.pool.reader.schema=app",
				"rds.routing.token.remembered-clients=5", "rds.tls.mode=verify-ca", "rds.topology.poll-interval=1s",
				"rds.vector.repositories.documents.dimensions=3", "rds.vector.repositories.documents.keys.source=text",
				"rds.vector.repositories.documents.keys.number.type=integer",
				"rds.vector.repositories.documents.text-search=english",
				"rds.vector.repositories.documents.index.hot-filters[0]=source = 'a'",
				"rds.vector.repositories.documents.vectors.title.dimensions=3"));
	}

	@ParameterizedTest
	@CsvSource({ "rds.failover.timeout", "rds.pool.connection-timeout", "rds.pool.reader.max-lifetime",
			"rds.routing.max-lag", "rds.topology.poll-interval", "rds.routing.token.lifetime",
			"rds.credentials.iam.renewal-interval" })
	void durationWithoutUnitIsRefused(String property) {
		assertThat(problems(property + "=30")).singleElement().satisfies((problem) -> {
			assertThat(problem.toString()).startsWith(property + " = '30': A duration needs a unit");
			assertThat(problem.action()).contains("30s or 30ms");
		});
	}

	@ParameterizedTest
	@CsvSource({ "30s", "0", "PT5S", "250ms" })
	void durationWithUnitOrOfZeroIsAccepted(String value) {
		assertThatNoException().isThrownBy(() -> validate("rds.failover.timeout=" + value));
	}

	@Test
	void valueThatCannotBeConvertedIsLeftToItsOwnBinding() {
		assertThatNoException().isThrownBy(() -> validate("rds.routing.consistency=strict"));
	}

	@Test
	void environmentOfOthersDoesNoHarm() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
							Map.of("RDS_HOSTNAME", "db", "RDS_PORT", "5432", "RDS_CONSISTANCY", "x")));
		environment.getSystemProperties().put("rds.local.directory", "/dev/shm");
		try {
			GenericApplicationContext context = new GenericApplicationContext();
			context.setEnvironment(environment);
			assertThatNoException().isThrownBy(() -> new RdsPropertiesValidator().initialize(context));
		}
		finally {
			environment.getSystemProperties().remove("rds.local.directory");
		}
	}

	@Test
	void durationWithoutUnitInTheSystemEnvironmentIsRefused() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of("RDS_FAILOVER_TIMEOUT", "30")));
		GenericApplicationContext context = new GenericApplicationContext();
		context.setEnvironment(environment);
		assertThatExceptionOfType(InvalidRdsConfigurationException.class)
			.isThrownBy(() -> new RdsPropertiesValidator().initialize(context));
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void applicationDoesNotStartWithAnUnknownProperty(CapturedOutput output) {
		SpringApplication application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.build();
		assertThatExceptionOfType(InvalidRdsConfigurationException.class)
			.isThrownBy(() -> application.run("--rds.tls.mod=verify-ca"));
		assertThat(output).contains("APPLICATION FAILED TO START", "rds.tls.mod: There is no such property.",
				"Rename rds.tls.mod to rds.tls.mode, or remove it.");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void unknownTypeOfAKeyShowsThoseThereAre(CapturedOutput output) {
		SpringApplication application = new SpringApplicationBuilder(Vectors.class).web(WebApplicationType.NONE)
			.build();
		assertThatExceptionOfType(ConfigurationPropertiesBindException.class)
			.isThrownBy(() -> application.run("--rds.vector.repositories.documents.dimensions=3",
					"--rds.vector.repositories.documents.keys.source=txet"));
		assertThat(output).contains("'txet' is no type of a key; there are text, ");
	}

	private static List<ConfigurationProblem> problems(String... properties) {
		try {
			validate(properties);
		}
		catch (InvalidRdsConfigurationException ex) {
			return ex.getProblems();
		}
		return List.of();
	}

	private static void validate(String... properties) {
		GenericApplicationContext context = new GenericApplicationContext();
		TestPropertyValues.of(properties).applyTo(context);
		new RdsPropertiesValidator().initialize(context);
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(RdsVectorProperties.class)
	static class Vectors {

	}

}
