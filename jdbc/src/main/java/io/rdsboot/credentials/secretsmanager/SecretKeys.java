package io.rdsboot.credentials.secretsmanager;

import java.util.Objects;

/**
 * Keys under which a secret's JSON holds what is needed; upper and lower case differ.
 * Immutable.
 *
 * @param username key of the database role
 * @param password key of its password
 * @param host key of the server's host name
 * @param port key of its port
 * @param database key of the database's name
 * @see <a href=
 * "https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html">JSON
 * structure of database secrets</a>
 */
public record SecretKeys(String username, String password, String host, String port, String database) {

	/**
	 * The keys of AWS's own rotation functions and consoles.
	 */
	public static final SecretKeys DEFAULT = new SecretKeys("username", "password", "host", "port", "dbname");

	public SecretKeys {
		Objects.requireNonNull(username, "username");
		Objects.requireNonNull(password, "password");
		Objects.requireNonNull(host, "host");
		Objects.requireNonNull(port, "port");
		Objects.requireNonNull(database, "database");
	}

}
