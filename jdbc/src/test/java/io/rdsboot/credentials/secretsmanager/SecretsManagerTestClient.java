package io.rdsboot.credentials.secretsmanager;

import java.time.Duration;

import io.rdsboot.test.LocalAws;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * The AWS SDK's client, for the endpoint beside a local cluster.
 */
final class SecretsManagerTestClient {

	private SecretsManagerTestClient() {
	}

	/**
	 * Create a client that asks once, so that requests can be counted.
	 */
	static SecretsManagerClient create(LocalAws aws) {
		return SecretsManagerClient.builder()
			.endpointOverride(aws.endpoint())
			.region(Region.of(aws.region()))
			.credentialsProvider(StaticCredentialsProvider
				.create(AwsBasicCredentials.create(aws.accessKeyId(), aws.secretAccessKey())))
			.httpClientBuilder(UrlConnectionHttpClient.builder())
			.overrideConfiguration((configuration) -> configuration.retryStrategy((retry) -> retry.maxAttempts(1))
				.apiCallTimeout(Duration.ofSeconds(5)))
			.build();
	}

}
