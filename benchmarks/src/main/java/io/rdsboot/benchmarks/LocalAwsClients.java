package io.rdsboot.benchmarks;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.test.LocalAws;
import io.rdsboot.test.LocalRdsAddress;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * What an application configures of the AWS SDK, set to a local cluster.
 */
public final class LocalAwsClients {

	private LocalAwsClients() {
	}

	public static AwsCredentialsProvider credentials(LocalAws aws) {
		return StaticCredentialsProvider.create(AwsBasicCredentials.create(aws.accessKeyId(), aws.secretAccessKey()));
	}

	public static Region region(LocalAws aws) {
		return Region.of(aws.region());
	}

	/**
	 * Creates a client, which the caller closes.
	 */
	public static SecretsManagerClient secretsManager(LocalAws aws) {
		return SecretsManagerClient.builder()
			.endpointOverride(aws.endpoint())
			.region(region(aws))
			.credentialsProvider(credentials(aws))
			.httpClientBuilder(UrlConnectionHttpClient.builder())
			.build();
	}

	public static InstanceAddress address(LocalRdsAddress address) {
		return new InstanceAddress(address.host(), address.port());
	}

}
