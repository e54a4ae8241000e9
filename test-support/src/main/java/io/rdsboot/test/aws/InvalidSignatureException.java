package io.rdsboot.test.aws;

/**
 * A signature that AWS refuses. The message says why, and holds nothing secret.
 */
public final class InvalidSignatureException extends Exception {

	private static final long serialVersionUID = 1L;

	private final Reason reason;

	public InvalidSignatureException(Reason reason, String message) {
		super(message);
		this.reason = reason;
	}

	/**
	 * Kind of the refusal.
	 * @return the reason
	 */
	public Reason reason() {
		return this.reason;
	}

	/**
	 * Why a signature is refused, in the order in which it is checked.
	 */
	public enum Reason {

		/** There is none, or a part of it is missing or cannot be read. */
		INCOMPLETE,

		/** Made for another day, region or service. */
		WRONG_SCOPE,

		/** By an access key or with a session token that AWS does not know. */
		UNKNOWN_KEY,

		/** Of something else, or by another secret key. */
		MISMATCH,

		/** Too old, or of the future. */
		EXPIRED

	}

}
