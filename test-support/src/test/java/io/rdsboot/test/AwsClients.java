package io.rdsboot.test;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * The AWS SDK's clients, told where the local AWS is and nothing else.
 */
final class AwsClients {

	private AwsClients() {
	}

	static SecretsManagerClient secretsManager(LocalAws aws) {
		return secretsManager(aws, aws.region(), key(aws.accessKeyId(), aws.secretAccessKey()));
	}

	static SecretsManagerClient secretsManager(LocalAws aws, String region, AwsCredentialsProvider credentials) {
		return configure(SecretsManagerClient.builder(), aws, region, credentials).build();
	}

	static RdsClient rds(LocalAws aws) {
		return rds(aws, key(aws.accessKeyId(), aws.secretAccessKey()));
	}

	static RdsClient rds(LocalAws aws, AwsCredentialsProvider credentials) {
		return configure(RdsClient.builder(), aws, aws.region(), credentials).build();
	}

	static AwsCredentialsProvider key(String id, String secret) {
		return StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret));
	}

	private static <B extends AwsClientBuilder<B, ?> & AwsSyncClientBuilder<B, ?>> B configure(B builder, LocalAws aws,
			String region, AwsCredentialsProvider credentials) {
		return builder.endpointOverride(aws.endpoint())
			.region(Region.of(region))
			.credentialsProvider(credentials)
			.httpClientBuilder(UrlConnectionHttpClient.builder());
	}

}
