package io.rdsboot.test.aws;

import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rotation of a database secret in the four steps of AWS's rotation functions. Keeps no
 * order among the steps; not thread-safe.
 *
 * @see <a href=
 * "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html">the
 * steps</a>
 * @see <a href=
 * "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets_strategies.html">the
 * strategies</a>
 */
public final class SecretRotation {

	/** Ends the name of the second of two alternating users. */
	public static final String CLONE_SUFFIX = "_clone";

	private static final int PASSWORD_LENGTH = 32;

	private final Secret secret;

	private final boolean alternating;

	private final DatabaseRoles roles;

	/**
	 * Creates a rotation.
	 * @param secret the secret, whose current version has a user and a password
	 * @param alternating whether two users take turns
	 * @param roles the users
	 */
	public SecretRotation(Secret secret, boolean alternating, DatabaseRoles roles) {
		this.secret = secret;
		this.alternating = alternating;
		this.roles = roles;
	}

	/**
	 * Makes up a password, and keeps it as the pending version.
	 */
	public void createSecret() {
		SecretVersion current = this.secret.current();
		String username = SecretJson.text(this.secret, current, "username");
		this.secret.put(Secret.newVersionId(), SecretJson.withLogin(this.secret, current,
				this.alternating ? other(username) : username, newPassword()), false, List.of(Secret.PENDING));
	}

	private static String other(String username) {
		return username.endsWith(CLONE_SUFFIX) ? original(username) : username + CLONE_SUFFIX;
	}

	private static String original(String clone) {
		return clone.substring(0, clone.length() - CLONE_SUFFIX.length());
	}

	/**
	 * All printable characters of ASCII, also those that quoting and URLs stumble over.
	 */
	private static String newPassword() {
		return new SecureRandom().ints(PASSWORD_LENGTH, '!', '~' + 1)
			.mapToObj(Character::toString)
			.collect(Collectors.joining());
	}

	/**
	 * Gives the pending password to its user in the database.
	 */
	public void setSecret() {
		String username = pending("username");
		if (this.alternating && username.endsWith(CLONE_SUFFIX)) {
			this.roles.setPassword(username, pending("password"), original(username));
		}
		else {
			this.roles.setPassword(username, pending("password"));
		}
	}

	/**
	 * Logs in with the pending version.
	 */
	public void testSecret() {
		this.roles.login(pending("username"), pending("password"));
	}

	/**
	 * Makes the pending version the current one, and the current one the previous.
	 */
	public void finishSecret() {
		this.secret.move(Secret.CURRENT, this.secret.current().id(), pending().id());
	}

	private String pending(String key) {
		return SecretJson.text(this.secret, pending(), key);
	}

	private SecretVersion pending() {
		SecretVersion pending = this.secret.staged(Secret.PENDING);
		if (pending == null) {
			throw new IllegalStateException(
					"%s has no version that is %s: create it first".formatted(this.secret.name(), Secret.PENDING));
		}
		return pending;
	}

}
