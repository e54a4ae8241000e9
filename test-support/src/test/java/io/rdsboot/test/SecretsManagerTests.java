package io.rdsboot.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.rdsboot.test.aws.AwsClients;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.InvalidParameterException;
import software.amazon.awssdk.services.secretsmanager.model.InvalidRequestException;
import software.amazon.awssdk.services.secretsmanager.model.PutSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceExistsException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretVersionsListEntry;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Secrets Manager of {@link LocalAws}, asked by the AWS SDK's own client.
 */
class SecretsManagerTests {

	private static LocalRdsCluster cluster;

	private static LocalAws aws;

	private static SecretsManagerClient client;

	@BeforeAll
	static void start() {
		cluster = LocalRdsCluster.builder().readers(0).secretsManager().start();
		aws = cluster.aws();
		client = client(aws.region(), aws.accessKeyId(), aws.secretAccessKey());
	}

	private static SecretsManagerClient client(String region, String id, String secret) {
		return AwsClients.secretsManager(aws.endpoint(), region, AwsClients.key(id, secret));
	}

	@AfterAll
	static void close() {
		client.close();
		cluster.close();
	}

	@AfterEach
	void restore() {
		aws.slow(Duration.ZERO);
		aws.available();
	}

	@Test
	void valueWhenAskedByNameOrArnIsTheCurrentLogin() {
		LocalRdsSecret secret = cluster.secret();
		GetSecretValueResponse byName = client.getSecretValue((request) -> request.secretId(secret.id()));
		GetSecretValueResponse byArn = client.getSecretValue((request) -> request.secretId(secret.arn()));
		// The responses themselves differ in the second of their Date headers at times.
		assertThat(byArn.equalsBySdkFields(byName)).isTrue();
		assertThat(byName.name()).isEqualTo(secret.id());
		assertThat(byName.arn()).isEqualTo(secret.arn()).matches("arn:aws:secretsmanager:.*:secret:.*-[A-Za-z0-9]{6}");
		assertThat(byName.versionId()).isEqualTo(secret.currentVersionId());
		assertThat(byName.versionStages()).containsExactly("AWSCURRENT");
		assertThat(byName.secretString())
			.isEqualTo("{\"username\":\"app\",\"password\":\"%s\",\"engine\":\"postgres\",\"host\":\"%s\",\"port\":%d,"
				.formatted(secret.password(), cluster.writerAddress().host(), cluster.writerAddress().port())
					+ "\"dbname\":\"app\",\"dbClusterIdentifier\":\"rds-local\"}");
		assertThat(byName.createdDate()).isBetween(Instant.now().minusSeconds(600), Instant.now());
	}

	@Test
	void secretWhenUnknownIsNotFound() {
		assertThatExceptionOfType(ResourceNotFoundException.class)
			.isThrownBy(() -> client.getSecretValue((request) -> request.secretId("nobody")))
			.satisfies((ex) -> assertThat(ex.awsErrorDetails().errorMessage())
				.isEqualTo("Secrets Manager can't find the specified secret."));
	}

	@Test
	void versionWhenAskedByIdOrStageIsThatOne() {
		String id = aws.createSecret("versions", "first");
		String first = client.getSecretValue((request) -> request.secretId(id)).versionId();
		client.putSecretValue((request) -> request.secretId(id).secretString("second"));
		assertThat(client.getSecretValue((request) -> request.secretId("versions")).secretString()).isEqualTo("second");
		assertThat(client.getSecretValue((request) -> request.secretId(id).versionId(first)).secretString())
			.isEqualTo("first");
		assertThat(client.getSecretValue((request) -> request.secretId(id).versionStage("AWSPREVIOUS")).secretString())
			.isEqualTo("first");
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> client
			.getSecretValue((request) -> request.secretId(id).versionId(first).versionStage("AWSCURRENT")));
	}

	@Test
	void versionWhenUnknownIsNotFound() {
		String id = cluster.secret().id();
		assertThatExceptionOfType(ResourceNotFoundException.class)
			.isThrownBy(() -> client.getSecretValue((request) -> request.secretId(id).versionStage("AWSPENDING")))
			.withMessageContaining("can't find the specified secret value for staging label: AWSPENDING");
		String other = UUID.randomUUID().toString();
		assertThatExceptionOfType(ResourceNotFoundException.class)
			.isThrownBy(() -> client.getSecretValue((request) -> request.secretId(id).versionId(other)))
			.withMessageContaining("can't find the specified secret value for VersionId: " + other);
	}

	@Test
	void versionWhenPutAsPendingChangesNothingThatIsCurrent() {
		String id = aws.createSecret("pending", "first");
		String token = UUID.randomUUID().toString();
		PutSecretValueResponse put = client.putSecretValue((request) -> request.secretId(id)
			.secretString("second")
			.clientRequestToken(token)
			.versionStages("AWSPENDING"));
		assertThat(put.versionId()).isEqualTo(token);
		assertThat(put.versionStages()).containsExactly("AWSPENDING");
		assertThat(client.getSecretValue((request) -> request.secretId(id)).secretString()).isEqualTo("first");
	}

	@Test
	void versionWhenPutTwiceUnderOneTokenMustBeTheSame() {
		String id = aws.createSecret("tokens", "first");
		String token = UUID.randomUUID().toString();
		client.putSecretValue((request) -> request.secretId(id).secretString("second").clientRequestToken(token));
		client.putSecretValue((request) -> request.secretId(id).secretString("second").clientRequestToken(token));
		assertThat(client.listSecretVersionIds((request) -> request.secretId(id)).versions()).hasSize(2);
		assertThatExceptionOfType(ResourceExistsException.class).isThrownBy(() -> client
			.putSecretValue((request) -> request.secretId(id).secretString("third").clientRequestToken(token)));
	}

	@Test
	void valueWhenBinaryComesBackAsItWas() {
		String id = aws.createSecret("binary", "text");
		SdkBytes bytes = SdkBytes.fromString("\u0000\u00ff", StandardCharsets.ISO_8859_1);
		client.putSecretValue((request) -> request.secretId(id).secretBinary(bytes));
		GetSecretValueResponse value = client.getSecretValue((request) -> request.secretId(id));
		assertThat(value.secretBinary()).isEqualTo(bytes);
		assertThat(value.secretString()).isNull();
	}

	@Test
	void stageWhenMovedTakesPreviousWithItAndEndsPending() {
		String id = aws.createSecret("stages", "first");
		String first = client.getSecretValue((request) -> request.secretId(id)).versionId();
		String second = client
			.putSecretValue((request) -> request.secretId(id).secretString("second").versionStages("AWSPENDING"))
			.versionId();
		assertThatExceptionOfType(InvalidParameterException.class)
			.isThrownBy(() -> client.updateSecretVersionStage(
					(request) -> request.secretId(id).versionStage("AWSCURRENT").moveToVersionId(second)))
			.withMessageContaining(first);
		client.updateSecretVersionStage((request) -> request.secretId(id)
			.versionStage("AWSCURRENT")
			.removeFromVersionId(first)
			.moveToVersionId(second));
		DescribeSecretResponse described = client.describeSecret((request) -> request.secretId(id));
		assertThat(described.versionIdsToStages())
			.isEqualTo(Map.of(first, List.of("AWSPREVIOUS"), second, List.of("AWSCURRENT")));
		assertThat(described.lastChangedDate()).isAfterOrEqualTo(described.createdDate());
		client.updateSecretVersionStage(
				(request) -> request.secretId(id).versionStage("AWSPREVIOUS").removeFromVersionId(first));
		assertThat(client.describeSecret((request) -> request.secretId(id)).versionIdsToStages())
			.isEqualTo(Map.of(second, List.of("AWSCURRENT")));
	}

	@Test
	void versionsWhenListedAreThoseWithStages() {
		String id = aws.createSecret("list", "first");
		String first = client.getSecretValue((request) -> request.secretId(id)).versionId();
		String second = client.putSecretValue((request) -> request.secretId(id).secretString("second")).versionId();
		String third = client.putSecretValue((request) -> request.secretId(id).secretString("third")).versionId();
		assertThat(client.listSecretVersionIds((request) -> request.secretId(id)).versions())
			.extracting(SecretVersionsListEntry::versionId, SecretVersionsListEntry::versionStages)
			.containsExactly(tuple(second, List.of("AWSPREVIOUS")), tuple(third, List.of("AWSCURRENT")));
		assertThat(client.listSecretVersionIds((request) -> request.secretId(id).includeDeprecated(true)).versions())
			.extracting(SecretVersionsListEntry::versionId)
			.containsExactly(first, second, third);
	}

	@Test
	void accessWhenDeniedNamesUserActionAndResource() {
		LocalRdsSecret secret = cluster.secret();
		String other = aws.createSecret("allowed", "value");
		secret.denyAccess();
		try {
			assertThatExceptionOfType(SecretsManagerException.class)
				.isThrownBy(() -> client.getSecretValue((request) -> request.secretId(secret.id())))
				.satisfies((ex) -> assertThat(ex.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException"))
				.satisfies((ex) -> assertThat(ex.awsErrorDetails().errorMessage())
					.isEqualTo(("User: arn:aws:iam::123456789012:user/rds-local is not authorized to perform:"
							+ " secretsmanager:GetSecretValue on resource: %s because no identity-based policy allows"
							+ " the secretsmanager:GetSecretValue action")
						.formatted(secret.arn())));
			assertThat(client.getSecretValue((request) -> request.secretId(other)).secretString()).isEqualTo("value");
		}
		finally {
			secret.allowAccess();
		}
		assertThat(client.getSecretValue((request) -> request.secretId(secret.id())).secretString()).isNotEmpty();
	}

	@Test
	void actionWhenDeniedIsRefusedForAllSecrets() {
		aws.denyAction("secretsmanager:DescribeSecret");
		try {
			assertThatExceptionOfType(SecretsManagerException.class)
				.isThrownBy(() -> client.describeSecret((request) -> request.secretId("nobody")))
				.withMessageContaining("secretsmanager:DescribeSecret on resource: nobody");
		}
		finally {
			aws.allowAction("secretsmanager:DescribeSecret");
		}
		assertThat(client.describeSecret((request) -> request.secretId(cluster.secret().id())).name()).isNotEmpty();
	}

	@Test
	void keyWhenUnknownWrongOrOfAnotherRegionIsRefused() {
		assertRefused(client(aws.region(), "AKIAOTHER", aws.secretAccessKey()), "UnrecognizedClientException",
				"The security token included in the request is invalid.");
		assertRefused(client(aws.region(), aws.accessKeyId(), "wrong"), "InvalidSignatureException",
				"The request signature we calculated does not match");
		assertRefused(client("eu-west-1", aws.accessKeyId(), aws.secretAccessKey()), "InvalidSignatureException",
				"Credential should be scoped to a valid region.");
	}

	private static void assertRefused(SecretsManagerClient refused, String code, String message) {
		try (refused) {
			assertThatExceptionOfType(SecretsManagerException.class)
				.isThrownBy(() -> refused.getSecretValue((request) -> request.secretId(cluster.secret().id())))
				.satisfies((ex) -> assertThat(ex.awsErrorDetails().errorCode()).isEqualTo(code))
				.withMessageContaining(message);
		}
	}

	@Test
	void actionWhenUnknownIsRefused() {
		assertThatExceptionOfType(SecretsManagerException.class)
			.isThrownBy(() -> client.rotateSecret((request) -> request.secretId(cluster.secret().id())))
			.satisfies((ex) -> assertThat(ex.awsErrorDetails().errorCode()).isEqualTo("UnknownOperationException"));
	}

	@Test
	void requestsWhenRefusedAreCountedToo() {
		long before = aws.requests("GetSecretValue");
		client.getSecretValue((request) -> request.secretId(cluster.secret().id()));
		assertThatExceptionOfType(ResourceNotFoundException.class)
			.isThrownBy(() -> client.getSecretValue((request) -> request.secretId("nobody")));
		assertThat(aws.requests("GetSecretValue") - before).isEqualTo(2);
		assertThat(aws.requests("NeverAsked")).isZero();
	}

	@Test
	void answerWhenUnavailableIsRetriedAndThenAnError() {
		long before = aws.requests("GetSecretValue");
		aws.unavailable();
		assertThatExceptionOfType(SecretsManagerException.class)
			.isThrownBy(() -> client.getSecretValue((request) -> request.secretId(cluster.secret().id())))
			.satisfies((ex) -> assertThat(ex.statusCode()).isEqualTo(503));
		assertThat(aws.requests("GetSecretValue") - before).isEqualTo(3);
		aws.available();
		assertThat(client.getSecretValue((request) -> request.secretId(cluster.secret().id())).name()).isNotEmpty();
	}

	@Test
	void answerWhenSlowComesLate() {
		aws.slow(Duration.ofMinutes(5));
		assertThatExceptionOfType(ApiCallAttemptTimeoutException.class)
			.isThrownBy(() -> client.getSecretValue((request) -> request.secretId(cluster.secret().id())
				.overrideConfiguration((call) -> call.apiCallAttemptTimeout(Duration.ofMillis(200)))));
		aws.slow(Duration.ofMillis(300));
		long start = System.nanoTime();
		client.getSecretValue((request) -> request.secretId(cluster.secret().id()));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
	}

	@Test
	void secretWhenItsNameIsTakenIsRefused() {
		aws.createSecret("taken", "value");
		assertThatIllegalStateException().isThrownBy(() -> aws.createSecret("taken", "other"))
			.withMessageContaining("taken");
	}

	@Test
	void textsWhenPrintedHoldNoSecret() {
		assertThat("%s %s %s".formatted(aws, cluster.secret(), cluster)).doesNotContain(cluster.password())
			.doesNotContain(aws.secretAccessKey());
	}

}
