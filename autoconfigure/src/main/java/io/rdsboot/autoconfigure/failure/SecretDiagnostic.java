package io.rdsboot.autoconfigure.failure;

import io.rdsboot.credentials.secretsmanager.SecretAccessDeniedException;
import io.rdsboot.credentials.secretsmanager.SecretDecryptionException;
import io.rdsboot.credentials.secretsmanager.SecretNotFoundException;
import io.rdsboot.credentials.secretsmanager.SecretUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * A secret that AWS does not give.
 */
class SecretDiagnostic implements ConnectionDiagnostic {

	private static final String READ = "secretsmanager:GetSecretValue";

	private static final String CLOCK = """
			The clock of this machine is right, as AWS accepts requests of the last minutes. The time in UTC:

			    date -u
			""";

	@Override
	public @Nullable Diagnosis diagnose(ConnectionFailure failure) {
		SecretUnavailableException unavailable = failure.cause(SecretUnavailableException.class);
		if (unavailable == null) {
			return null;
		}
		String region = (unavailable instanceof SecretNotFoundException notFound) ? notFound.getRegion() : null;
		SecretReference secret = SecretReference.of(unavailable.getSecretId(), region, failure.properties());
		if (unavailable instanceof SecretNotFoundException) {
			return notFound(secret);
		}
		if (unavailable instanceof SecretAccessDeniedException denied) {
			return denied(denied, secret);
		}
		if (unavailable instanceof SecretDecryptionException) {
			return undecrypted(unavailable, secret);
		}
		return switch (unavailable.getReason()) {
			case MARKED_FOR_DELETION -> markedForDeletion(unavailable, secret);
			case AWS_CREDENTIALS_REFUSED -> credentialsRefused(unavailable);
			case CLOCK_SKEW -> new Diagnosis(reason(unavailable), CLOCK);
			case THROTTLED -> throttled(unavailable, secret);
			case AWS_FAILURE -> new Diagnosis(
					reason(unavailable), "AWS answered, and could not do it. Whether Secrets Manager of region "
							+ secret.region() + " has trouble: https://health.aws.amazon.com/health/status",
					sameCall(secret));
			case NO_ANSWER, OTHER -> unreachable(unavailable, secret);
		};
	}

	private static Diagnosis markedForDeletion(SecretUnavailableException failure, SecretReference secret) {
		return new Diagnosis(reason(failure), """
				The secret is still to be used. Then take it back:

				    %s
				""".formatted(secret.command("restore-secret")),
				"Another secret has taken its place. Then correct " + secret.setting() + ".");
	}

	private static Diagnosis credentialsRefused(SecretUnavailableException failure) {
		return new Diagnosis(reason(failure), """
				The AWS credentials of this application are valid. Whose they are, in this shell:

				    aws sts get-caller-identity
				""", """
				They are not left over: a session token in AWS_SESSION_TOKEN ends after some hours, and a profile's by \
				its login.

				    aws sso login --profile <profile>
				""", CLOCK, "rds.aws.endpoint is not set, unless an emulator is to be called.");
	}

	private static Diagnosis throttled(SecretUnavailableException failure, SecretReference secret) {
		return new Diagnosis(reason(failure),
				"Who asks so often: each instance of the service asks once an hour "
						+ "(rds.credentials.secrets-manager.refresh-interval), and at a refused login.",
				"The quota of GetSecretValue in region " + secret.region()
						+ " suffices. It is shared by all of the account. Start again in a minute.");
	}

	private static String sameCall(SecretReference secret) {
		return """
				The same call works from this machine:

				    %s
				""".formatted(secret.command("describe-secret"));
	}

	private static Diagnosis notFound(SecretReference secret) {
		return new Diagnosis(
				"Secrets Manager of region " + secret.region() + " has no value of the secret '" + secret.id()
						+ "' in this account.",
				"""
						%s is one of the names that this prints:

						    aws secretsmanager list-secrets --region %s --query 'SecretList[].Name' --output text
						""".formatted(secret.setting(), secret.region()), """
						The region is the secret's. It comes from the secret's ARN, from rds.aws.region, from the host \
						name, and then from the environment (AWS_REGION).
						""", """
						The account is the secret's. The account that the application calls from, if it has the \
						credentials of this shell (a secret of another account is named by its ARN):

						    aws sts get-caller-identity --query Account --output text
						""", """
						It has a current version (AWSCURRENT):

						    %s
						""".formatted(secret.command("list-secret-version-ids")));
	}

	private static Diagnosis denied(SecretAccessDeniedException denied, SecretReference secret) {
		String action = (denied.getAction() != null) ? denied.getAction() : READ;
		String resource = denied.getResource();
		String arn = (resource != null && resource.startsWith("arn:")) ? resource : secret.arn();
		return new Diagnosis(reason(denied), """
				A policy of the principal that the message names, or of its role, allows it. The statement to add:

				%s
				""".formatted(Arns.statement(action, arn)),
				"""
						Nothing denies it: the policy of the secret, of the VPC endpoint, or of the organisation. That of the secret:

						    %s
						"""
					.formatted(secret.command("get-resource-policy")));
	}

	private static Diagnosis undecrypted(SecretUnavailableException failure, SecretReference secret) {
		return new Diagnosis(reason(failure),
				"""
						A policy of the application's AWS principal, or of the key, allows the use of the secret's KMS \
						key. The key, and the statement to add:

						    %s --query KmsKeyId --output text

						%s
						""".formatted(secret.command("describe-secret"),
						Arns.statement("kms:Decrypt", Arns.of("kms", secret.region(), "key/<key>"))),
				"""
						The key is enabled:

						    aws kms describe-key --key-id <key> --region %s --query KeyMetadata.KeyState --output text
						""".formatted(secret.region()));
	}

	private static Diagnosis unreachable(SecretUnavailableException failure, SecretReference secret) {
		return new Diagnosis(reason(failure), sameCall(secret), """
				There is a way to it: the internet, or an endpoint in the application's VPC:

				    aws ec2 describe-vpc-endpoints --region %s --filters \
				Name=service-name,Values=com.amazonaws.%s.secretsmanager
				""".formatted(secret.region(), secret.region()), "The region is the secret's: " + secret.region()
				+ ". It comes from rds.aws.region, the secret's ARN, the host name, or the environment (AWS_REGION).",
				"rds.aws.endpoint is not set, unless an emulator is to be called.");
	}

	private static String reason(SecretUnavailableException failure) {
		return String.valueOf(failure.getMessage());
	}

}
