package io.rdsboot.credentials;

import java.util.Objects;

/**
 * A database user and the password, or token, that it logs in with; always used together,
 * because a rotation may change both. Immutable.
 *
 * @param username the database role
 * @param password its password or token; never shown
 * @param encryptedOnly whether they may only be sent on an encrypted connection, as is so
 * for tokens
 */
public record DatabaseCredentials(String username, String password, boolean encryptedOnly) {

	public DatabaseCredentials {
		Objects.requireNonNull(username, "username");
		Objects.requireNonNull(password, "password");
	}

	/**
	 * Create credentials that an unencrypted connection may carry too, hashed by the
	 * server's authentication method.
	 * @param username the database role
	 * @param password its password
	 */
	public DatabaseCredentials(String username, String password) {
		this(username, password, false);
	}

	/**
	 * Return the user name with the password masked.
	 */
	@Override
	public String toString() {
		return "DatabaseCredentials[username=" + this.username + ", password=******]";
	}

}
