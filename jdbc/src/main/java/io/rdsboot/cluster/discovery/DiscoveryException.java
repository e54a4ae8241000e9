package io.rdsboot.cluster.discovery;

import org.jspecify.annotations.Nullable;

/**
 * The instances of a cluster cannot be found out at present. Those that are known stay.
 */
public final class DiscoveryException extends Exception {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what was asked, and why there is no answer
	 * @param cause the failure, or {@code null} if there is none
	 */
	public DiscoveryException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
