package io.rdsboot.credentials;

/**
 * There are no credentials to log in with. The cause says why; the message names what was
 * asked for them, never a secret.
 */
public class CredentialsUnavailableException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what was asked, and what it answered
	 * @param cause the reason
	 */
	public CredentialsUnavailableException(String message, Throwable cause) {
		super(message, cause);
	}

}
