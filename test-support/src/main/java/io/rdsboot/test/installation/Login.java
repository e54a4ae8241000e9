package io.rdsboot.test.installation;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * A database role and its password. The password is never part of {@code toString}.
 *
 * @param username the role's name
 * @param password its password
 */
public record Login(String username, String password) {

	private static final int PASSWORD_BYTES = 18;

	/**
	 * Makes up a password for a role.
	 * @param username the role's name
	 * @return a login with a random password of letters, digits, {@code -} and {@code _}
	 */
	public static Login generate(String username) {
		byte[] random = new byte[PASSWORD_BYTES];
		new SecureRandom().nextBytes(random);
		return new Login(username, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
	}

	@Override
	public String toString() {
		return "Login[" + this.username + "]";
	}

}
