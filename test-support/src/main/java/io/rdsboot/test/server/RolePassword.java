package io.rdsboot.test.server;

import java.security.SecureRandom;

import org.postgresql.util.PasswordUtil;

/**
 * Passwords of roles in SQL, encoded by SCRAM-SHA-256 as the server would do it. As many
 * iterations as PostgreSQL and RDS take by default make up most of the time of a login,
 * so that tests which log in often may take fewer.
 */
public final class RolePassword {

	/**
	 * System property with the number of iterations, at least 1; the default is that of
	 * PostgreSQL.
	 */
	private static final String ITERATIONS_PROPERTY = "rds.local.scram-iterations";

	private static final int DEFAULT_ITERATIONS = 4096;

	private static final int SALT_BYTES = 16;

	private static final SecureRandom random = new SecureRandom();

	private RolePassword() {
	}

	/**
	 * Encodes a password.
	 * @param password the password
	 * @return what stands after {@code PASSWORD} in {@code CREATE ROLE} and
	 * {@code ALTER ROLE}
	 * @throws IllegalArgumentException if the system property has no number of at least 1
	 */
	public static String literal(String password) {
		byte[] salt = new byte[SALT_BYTES];
		random.nextBytes(salt);
		return SqlQuotes.literal(PasswordUtil.encodeScramSha256(password.toCharArray(), iterations(), salt));
	}

	private static int iterations() {
		String value = System.getProperty(ITERATIONS_PROPERTY, String.valueOf(DEFAULT_ITERATIONS));
		if (!value.matches("[1-9][0-9]{0,6}")) {
			throw new IllegalArgumentException("System property %s is '%s', and must be a number from 1 to 9999999"
				.formatted(ITERATIONS_PROPERTY, value));
		}
		return Integer.parseInt(value);
	}

}
