package io.rdsboot.credentials.iam;

import io.rdsboot.credentials.CredentialsUnavailableException;

/**
 * There are no AWS credentials to sign a token with. The cause is what their provider
 * said.
 */
public final class AwsCredentialsUnavailableException extends CredentialsUnavailableException {

	private static final long serialVersionUID = 1L;

	AwsCredentialsUnavailableException(Throwable cause) {
		super("There are no AWS credentials to sign it with: " + cause.getMessage(), cause);
	}

}
