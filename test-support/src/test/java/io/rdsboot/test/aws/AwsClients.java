package io.rdsboot.test.aws;

import java.net.URI;
import java.time.Duration;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * The AWS SDK's clients, told where the local AWS is and nothing else.
 */
public final class AwsClients {

	private AwsClients() {
	}

	public static SecretsManagerClient secretsManager(URI endpoint, String region, AwsCredentialsProvider credentials) {
		return configure(SecretsManagerClient.builder(), endpoint, region, credentials).build();
	}

	public static RdsClient rds(URI endpoint, String region, AwsCredentialsProvider credentials) {
		return configure(RdsClient.builder(), endpoint, region, credentials).build();
	}

	public static AwsCredentialsProvider key(String id, String secret) {
		return StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret));
	}

	private static <B extends AwsClientBuilder<B, ?> & AwsSyncClientBuilder<B, ?>> B configure(B builder, URI endpoint,
			String region, AwsCredentialsProvider credentials) {
		return builder.endpointOverride(endpoint)
			.region(Region.of(region))
			.credentialsProvider(credentials)
			.overrideConfiguration((configuration) -> configuration.retryStrategy(RetryMode.STANDARD)
				.apiCallTimeout(Duration.ofSeconds(20)))
			.httpClientBuilder(UrlConnectionHttpClient.builder());
	}

}
