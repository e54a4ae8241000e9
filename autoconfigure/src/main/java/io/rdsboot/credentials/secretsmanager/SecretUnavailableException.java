package io.rdsboot.credentials.secretsmanager;

import io.rdsboot.credentials.CredentialsUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * A secret could not be read. Subclasses say what is wrong where that is known.
 */
public class SecretUnavailableException extends CredentialsUnavailableException {

	private static final long serialVersionUID = 1L;

	private final String secretId;

	SecretUnavailableException(String secretId, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.secretId = secretId;
	}

	/**
	 * Return the name or ARN of the secret, as configured.
	 */
	public String getSecretId() {
		return this.secretId;
	}

}
