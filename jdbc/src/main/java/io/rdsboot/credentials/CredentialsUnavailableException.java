package io.rdsboot.credentials;

import org.jspecify.annotations.Nullable;

/**
 * There are no credentials to log in with. The cause says why; the message names what was
 * asked for them, never a secret.
 */
public class CredentialsUnavailableException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what was asked, and what it answered
	 * @param cause the reason, or {@code null} if the message is all there is to say
	 */
	public CredentialsUnavailableException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
