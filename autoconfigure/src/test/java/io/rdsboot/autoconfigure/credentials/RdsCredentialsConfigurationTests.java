package io.rdsboot.autoconfigure.credentials;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.aws.AwsConnectionDetails;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.credentials.iam.IamCredentialsProvider;
import io.rdsboot.credentials.secretsmanager.SecretsManagerCredentialsProvider;
import io.rdsboot.pool.InstancePools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.services.rds.RdsUtilities;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClientBuilder;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerServiceClientConfiguration;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the beans that {@link RdsCredentialsConfiguration} defines. Nothing is
 * connected to.
 */
class RdsCredentialsConfigurationTests {

	private static final AwsCredentialsProvider KEYS = StaticCredentialsProvider
		.create(AwsBasicCredentials.create("AKIDEXAMPLE", "example-key"));

	private static final InstanceAddress WRITER = InstanceAddress
		.parse("app.cluster-abc123.eu-west-1.rds.amazonaws.com");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class))
		.withPropertyValues("rds.writer=" + WRITER, "rds.database=app", "rds.pool.fail-fast=false");

	private final ApplicationContextRunner iam = this.runner.withPropertyValues("rds.credentials.type=iam",
			"rds.credentials.username=user");

	private final ApplicationContextRunner secretsManager = this.runner
		.withPropertyValues("rds.credentials.type=secrets-manager", "rds.credentials.secrets-manager.secret-id=app/db");

	@Test
	void providerWhenTypeIsPasswordAnswersIt() {
		this.runner.withPropertyValues("rds.credentials.username=user", "rds.credentials.password=word")
			.run((context) -> assertThat(context.getBean(DatabaseCredentialsProvider.class).getCredentials(WRITER))
				.isEqualTo(new DatabaseCredentials("user", "word")));
	}

	@Test
	void providerWhenTypeIsIamSignsForTheRegionOfTheHost() {
		this.iam.run((context) -> {
			IamCredentialsProvider provider = context.getBean(IamCredentialsProvider.class);
			assertThat(provider.username()).isEqualTo("user");
			assertThat(provider.signingRegion(WRITER)).isEqualTo(Region.EU_WEST_1);
			assertThat(provider.signingAddress(WRITER)).isEqualTo(WRITER);
		});
	}

	@Test
	void providerWhenRegionAndSigningAddressAreConfiguredTakesThem() {
		this.iam
			.withPropertyValues("rds.aws.region=us-west-2", "rds.writer=localhost:15432",
					"rds.credentials.iam.signing-address=" + WRITER)
			.run((context) -> {
				IamCredentialsProvider provider = context.getBean(IamCredentialsProvider.class);
				InstanceAddress tunnel = InstanceAddress.parse("localhost:15432");
				assertThat(provider.signingRegion(tunnel)).isEqualTo(Region.US_WEST_2);
				assertThat(provider.signingAddress(tunnel)).isEqualTo(WRITER);
			});
	}

	@Test
	void providerWhenOnlyTheApplicationKnowsTheRegionAsksIt() {
		InstanceAddress alias = InstanceAddress.parse("db.example.com");
		this.iam.withPropertyValues("rds.readers=" + alias)
			.withBean(AwsRegionProvider.class, () -> () -> Region.AP_SOUTH_1)
			.run((context) -> {
				IamCredentialsProvider provider = context.getBean(IamCredentialsProvider.class);
				assertThat(provider.signingRegion(alias)).isEqualTo(Region.AP_SOUTH_1);
				assertThat(provider.signingRegion(WRITER)).isEqualTo(Region.EU_WEST_1);
			});
	}

	@Test
	void tokensAreSignedWithTheCredentialsOfTheApplication() {
		this.iam.withBean(AwsCredentialsProvider.class, () -> KEYS)
			.run((context) -> assertThat(
					context.getBean(DatabaseCredentialsProvider.class).getCredentials(WRITER).password())
				.contains("X-Amz-Credential=AKIDEXAMPLE"));
	}

	@Test
	void tokensWhenDetailsHaveKeysAreSignedWithThose() {
		this.iam.withBean(AwsCredentialsProvider.class, () -> KEYS)
			.withBean(AwsConnectionDetails.class, Details::new)
			.run((context) -> assertThat(
					context.getBean(DatabaseCredentialsProvider.class).getCredentials(WRITER).password())
				.contains("X-Amz-Credential=AKIDOFDETAILS")
				.contains("eu-north-1"));
	}

	@Test
	void providerWhenTypeIsSecretsManagerReadsTheSecret() {
		this.secretsManager
			.run((context) -> assertThat(context.getBean(SecretsManagerCredentialsProvider.class).secretId())
				.isEqualTo("app/db"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "1s", "1d" })
	void providerTakesTheRefreshIntervalsThatTheConfigurationMayHave(String interval) {
		this.secretsManager.withPropertyValues("rds.credentials.secrets-manager.refresh-interval=" + interval)
			.run((context) -> assertThat(context).hasSingleBean(SecretsManagerCredentialsProvider.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "1s", "14m" })
	void providerTakesTheRenewalIntervalsThatTheConfigurationMayHave(String interval) {
		this.iam.withPropertyValues("rds.credentials.iam.renewal-interval=" + interval)
			.run((context) -> assertThat(context).hasSingleBean(IamCredentialsProvider.class));
	}

	@Test
	void providerWhenReadersHaveASecretChoosesByRole() {
		this.secretsManager
			.withPropertyValues("rds.readers=r.example.com", "rds.credentials.secrets-manager.reader-secret-id=app/r")
			.run((context) -> assertThat(context.getBean(DatabaseCredentialsProvider.class))
				.isInstanceOf(RoleCredentialsProvider.class));
	}

	@Test
	void providerOfTheUserWinsWhateverTheType() {
		DatabaseCredentialsProvider own = (address) -> new DatabaseCredentials("own", "word");
		for (ApplicationContextRunner type : List.of(this.runner, this.iam, this.secretsManager)) {
			type.withBean(DatabaseCredentialsProvider.class, () -> own)
				.run((context) -> assertThat(context).hasNotFailed()
					.hasSingleBean(DatabaseCredentialsProvider.class)
					.doesNotHaveBean(CredentialsProviderFactory.class)
					.doesNotHaveBean(RdsCredentialsProperties.class)
					.hasSingleBean(InstancePools.class));
		}
	}

	@Test
	void typesWithoutTheirLibraryNameTheDependency() {
		assertThat(problem(this.iam, RdsUtilities.class)).contains("It needs software.amazon.awssdk:rds");
		assertThat(problem(this.secretsManager, SecretsManagerClient.class))
			.contains("It needs software.amazon.awssdk:secretsmanager");
		assertThat(problem(this.secretsManager, JsonMapper.class))
			.contains("It needs tools.jackson.core:jackson-databind");
		assertThat(problem(this.secretsManager, UrlConnectionHttpClient.class))
			.contains("It needs software.amazon.awssdk:url-connection-client");
	}

	@Test
	void passwordNeedsNoLibraryOfAws() {
		this.runner.withPropertyValues("rds.credentials.username=user", "rds.credentials.password=word")
			.withClassLoader(new FilteredClassLoader("software.amazon.awssdk", "tools.jackson"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(DatabaseCredentialsProvider.class)
				.doesNotHaveBean("rdsAwsAccess"));
	}

	@Test
	void clientIsNotMadeForAnotherType() {
		List<String> made = new ArrayList<>();
		for (ApplicationContextRunner type : List.of(this.iam, this.secretsManager)) {
			type.withBean(SecretsManagerClientCustomizer.class, () -> (builder) -> made.add("client"))
				.run((context) -> assertThat(context).hasNotFailed());
		}
		assertThat(made).hasSize(1);
	}

	@Test
	void clientOfTheUserWins() {
		List<String> made = new ArrayList<>();
		try (SecretsManagerClient own = SecretsManagerClient.builder()
			.region(Region.US_EAST_1)
			.credentialsProvider(KEYS)
			.httpClientBuilder(UrlConnectionHttpClient.builder())
			.build()) {
			this.secretsManager.withBean("own", SecretsManagerClient.class, () -> own)
				.withBean(SecretsManagerClientCustomizer.class, () -> (builder) -> made.add("client"))
				.run((context) -> assertThat(context).hasNotFailed());
		}
		assertThat(made).isEmpty();
	}

	@Test
	void customizersRunInOrderAndBeansOfAwsAreNotExposed() {
		List<String> order = new ArrayList<>();
		this.secretsManager.withBean("second", SecretsManagerClientCustomizer.class, () -> new Second(order))
			.withBean("first", SecretsManagerClientCustomizer.class, () -> new First(order))
			.run((context) -> {
				assertThat(order).containsExactly("first", "second");
				assertThat(context).doesNotHaveBean(SecretsManagerClient.class)
					.doesNotHaveBean(AwsCredentialsProvider.class)
					.doesNotHaveBean(AwsRegionProvider.class)
					.doesNotHaveBean(Executor.class);
			});
	}

	@Test
	void clientHasTimeoutsRegionAndEndpoint() {
		this.secretsManager.withPropertyValues("rds.aws.region=us-west-2", "rds.aws.endpoint=http://localhost:4566")
			.run((context) -> {
				SecretsManagerServiceClientConfiguration client = client(context, "app/db");
				assertThat(client.region()).isEqualTo(Region.US_WEST_2);
				assertThat(client.endpointOverride()).contains(URI.create("http://localhost:4566"));
				assertThat(client.overrideConfiguration().apiCallTimeout()).contains(Duration.ofSeconds(6));
				assertThat(client.overrideConfiguration().apiCallAttemptTimeout()).contains(Duration.ofSeconds(2));
			});
	}

	@Test
	void clientWhenNoRegionIsConfiguredTakesThatOfTheArnThenOfTheWriter() {
		this.secretsManager.run((context) -> {
			assertThat(client(context, "arn:aws:secretsmanager:ap-south-1:123456789012:secret:db-AbCdEf").region())
				.isEqualTo(Region.AP_SOUTH_1);
			assertThat(client(context, "app/db").region()).isEqualTo(Region.EU_WEST_1);
		});
	}

	@Test
	void clientWhenNothingNamesARegionTakesThatOfTheApplication() {
		this.secretsManager.withPropertyValues("rds.writer=localhost")
			.withBean(AwsRegionProvider.class, () -> () -> Region.SA_EAST_1)
			.run((context) -> assertThat(client(context, "app/db").region()).isEqualTo(Region.SA_EAST_1));
	}

	private static SecretsManagerServiceClientConfiguration client(AssertableApplicationContext context,
			String secretId) {
		return context.getBean(SecretsManagerClients.class).client(secretId).serviceClientConfiguration();
	}

	private static String problem(ApplicationContextRunner runner, Class<?> missing) {
		String[] message = new String[1];
		runner.withClassLoader(new FilteredClassLoader(missing)).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context).getFailure().rootCause().isInstanceOf(InvalidRdsConfigurationException.class);
			Throwable cause = context.getStartupFailure();
			while (cause.getCause() != null) {
				cause = cause.getCause();
			}
			message[0] = cause.getMessage();
		});
		return message[0];
	}

	@Order(1)
	private record First(List<String> order) implements SecretsManagerClientCustomizer {

		@Override
		public void customize(SecretsManagerClientBuilder builder) {
			this.order.add("first");
		}

	}

	@Order(2)
	private record Second(List<String> order) implements SecretsManagerClientCustomizer {

		@Override
		public void customize(SecretsManagerClientBuilder builder) {
			this.order.add("second");
		}

	}

	private static final class Details implements AwsConnectionDetails {

		@Override
		public String getRegion() {
			return "eu-north-1";
		}

		@Override
		public String getAccessKeyId() {
			return "AKIDOFDETAILS";
		}

		@Override
		public String getSecretAccessKey() {
			return "key-of-details";
		}

	}

}
