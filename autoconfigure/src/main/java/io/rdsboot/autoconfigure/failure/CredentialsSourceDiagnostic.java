package io.rdsboot.autoconfigure.failure;

import io.rdsboot.credentials.CredentialsUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * A source of credentials that does not answer, or fails in a way that no other family
 * knows.
 */
class CredentialsSourceDiagnostic implements ConnectionDiagnostic {

	@Override
	public @Nullable Diagnosis diagnose(ConnectionFailure failure) {
		CredentialsUnavailableException unavailable = failure.cause(CredentialsUnavailableException.class);
		if (unavailable == null) {
			return null;
		}
		String reason = String.valueOf(unavailable.getMessage());
		if (!failure.isCredentialsType("iam") && !failure.isCredentialsType("secrets-manager")) {
			return new Diagnosis(reason, "The DatabaseCredentialsProvider of the application answers: see its log.");
		}
		return new Diagnosis(reason, """
				The source of the AWS credentials answers. How long it takes in this place:

				    time aws sts get-caller-identity
				""",
				"""
						There is a way to it: to STS (the internet, or the VPC endpoint com.amazonaws.<region>.sts), to the \
						metadata service (a hop limit of 2 where the application runs in a container), or to IAM Identity Center.
						""",
				"An AwsCredentialsProvider bean of the application's own has time-outs.");
	}

}
