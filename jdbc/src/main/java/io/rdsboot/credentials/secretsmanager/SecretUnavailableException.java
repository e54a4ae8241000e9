package io.rdsboot.credentials.secretsmanager;

import io.rdsboot.credentials.CredentialsUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * A secret could not be read. Subclasses say what is wrong where that is known.
 */
public class SecretUnavailableException extends CredentialsUnavailableException {

	private static final long serialVersionUID = 1L;

	private final String secretId;

	private final Reason reason;

	SecretUnavailableException(String secretId, String message, @Nullable Throwable cause) {
		this(secretId, Reason.OTHER, message, cause);
	}

	SecretUnavailableException(String secretId, Reason reason, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.secretId = secretId;
		this.reason = reason;
	}

	/**
	 * Return the name or ARN of the secret, as configured.
	 */
	public String getSecretId() {
		return this.secretId;
	}

	/**
	 * Return what kind of answer AWS gave, if any.
	 */
	public Reason getReason() {
		return this.reason;
	}

	/**
	 * Kinds of answers without a subclass of their own.
	 */
	public enum Reason {

		/**
		 * The secret is marked for deletion.
		 */
		MARKED_FOR_DELETION,

		/**
		 * AWS does not know the credentials of the request, or they have expired.
		 */
		AWS_CREDENTIALS_REFUSED,

		/**
		 * The clocks of this machine and of AWS differ.
		 */
		CLOCK_SKEW,

		/**
		 * AWS was asked too often.
		 */
		THROTTLED,

		/**
		 * AWS answered that it failed.
		 */
		AWS_FAILURE,

		/**
		 * AWS did not answer.
		 */
		NO_ANSWER,

		/**
		 * What a subclass or the message says.
		 */
		OTHER

	}

}
