package io.rdsboot.credentials.secretsmanager;

/**
 * The value of a secret is not a JSON object: other text, or binary. What it is instead
 * is not shown, and so there is no cause either.
 */
public final class SecretFormatException extends SecretUnavailableException {

	private static final long serialVersionUID = 1L;

	SecretFormatException(String secretId, String versionId, String found) {
		super(secretId, "Secret '" + secretId + "' (version " + versionId + ") is " + found
				+ ", not a JSON object with a user name and a password", null);
	}

}
