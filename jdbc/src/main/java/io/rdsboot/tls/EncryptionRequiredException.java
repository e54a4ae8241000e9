package io.rdsboot.tls;

import java.sql.SQLNonTransientConnectionException;

/**
 * The credentials may only be sent encrypted, as is so for tokens, and TLS is switched
 * off. Nothing was sent.
 */
public final class EncryptionRequiredException extends SQLNonTransientConnectionException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param server host and port
	 * @param username the database role
	 */
	public EncryptionRequiredException(String server, String username) {
		super("The token of user '" + username + "' is not sent to " + server
				+ " unencrypted: remove sslmode 'disable', or log in with a password");
	}

}
