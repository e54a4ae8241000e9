package io.rdsboot.test;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Secrets Manager, asked by the AWS SDK's own client.
 */
class SecretsManagerTests {

	private static LocalRdsCluster cluster;

	private static SecretsManagerClient client;

	@BeforeAll
	static void start() {
		cluster = LocalRdsCluster.builder().readers(0).secretsManager().start();
		client = AwsClients.secretsManager(cluster.aws());
	}

	@AfterAll
	static void close() {
		client.close();
		cluster.close();
	}

	@Test
	void valueWhenAskedByNameOrArnIsTheCurrentLogin() {
		String id = cluster.secret().id();
		GetSecretValueResponse byName = client.getSecretValue((request) -> request.secretId(id));
		GetSecretValueResponse byArn = client.getSecretValue((request) -> request.secretId(cluster.secret().arn()));
		assertThat(byArn).isEqualTo(byName);
		assertThat(byName.name()).isEqualTo(id);
		assertThat(byName.versionId()).isEqualTo(cluster.secret().currentVersionId());
		assertThat(byName.versionStages()).containsExactly("AWSCURRENT");
		assertThat(byName.secretString()).contains(cluster.password());
	}

}
