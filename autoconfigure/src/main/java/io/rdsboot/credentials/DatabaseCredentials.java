package io.rdsboot.credentials;

import java.util.Objects;

/**
 * A database user and the password, or token, that it logs in with; always used together,
 * because a rotation may change both. Immutable.
 *
 * @param username the database role
 * @param password its password or token; never shown
 */
public record DatabaseCredentials(String username, String password) {

	public DatabaseCredentials {
		Objects.requireNonNull(username, "username");
		Objects.requireNonNull(password, "password");
	}

	/**
	 * Return the user name with the password masked.
	 */
	@Override
	public String toString() {
		return "DatabaseCredentials[username=" + this.username + ", password=******]";
	}

}
