package io.rdsboot.credentials.secretsmanager;

import java.util.Locale;
import java.util.Set;

import io.rdsboot.credentials.secretsmanager.SecretUnavailableException.Reason;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Tells the refusals of AWS apart that the SDK has no exceptions for.
 */
final class SecretRefusals {

	/**
	 * The errors that all AWS services have in common.
	 *
	 * @see <a href=
	 * "https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html">Common
	 * errors</a>
	 */
	private static final Set<String> OF_CREDENTIALS = Set.of("ExpiredTokenException", "ExpiredToken",
			"UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "MissingAuthenticationToken",
			"MissingAuthenticationTokenException", "IncompleteSignature", "IncompleteSignatureException",
			"InvalidSignatureException", "SignatureDoesNotMatch", "NotAuthorized");

	private static final Set<String> OF_THE_CLOCK = Set.of("RequestExpired", "RequestTimeTooSkewed",
			"RequestInTheFuture");

	private SecretRefusals() {
	}

	/**
	 * Return what kind of refusal it is.
	 * @param failure the refusal
	 * @param message what AWS said
	 */
	static Reason reason(AwsServiceException failure, String message) {
		String code = (failure.awsErrorDetails() != null) ? String.valueOf(failure.awsErrorDetails().errorCode()) : "";
		String said = message.toLowerCase(Locale.ROOT);
		if (code.equals("InvalidRequestException") && said.contains("deletion")) {
			return Reason.MARKED_FOR_DELETION;
		}
		boolean ofSignature = said.contains("signature expired") || said.contains("signature not yet current");
		if (OF_THE_CLOCK.contains(code) || ofSignature) {
			return Reason.CLOCK_SKEW;
		}
		if (OF_CREDENTIALS.contains(code)) {
			return Reason.AWS_CREDENTIALS_REFUSED;
		}
		return failure.isThrottlingException() ? Reason.THROTTLED : Reason.AWS_FAILURE;
	}

}
