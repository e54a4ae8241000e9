package io.rdsboot.test.aws;

import io.rdsboot.test.aws.InvalidSignatureException.Reason;

/**
 * AWS's messages for signatures that it refuses. They are the same for all services,
 * while status and code are not.
 */
final class SignatureRefusals {

	private SignatureRefusals() {
	}

	static String text(Reason reason) {
		return switch (reason) {
			case INCOMPLETE -> "Missing Authentication Token";
			case UNKNOWN_KEY -> "The security token included in the request is invalid.";
			case WRONG_SCOPE -> "Credential should be scoped to a valid region.";
			case MISMATCH -> "The request signature we calculated does not match the signature you provided. Check your"
					+ " AWS Secret Access Key and signing method. Consult the service documentation for details.";
			case EXPIRED -> "Signature expired: it is older than five minutes, or of the future.";
		};
	}

}
