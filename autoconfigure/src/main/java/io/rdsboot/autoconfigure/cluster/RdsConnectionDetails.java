package io.rdsboot.autoconfigure.cluster;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * Details of a connection to a database cluster. A bean of this type takes the place of
 * the addresses in {@code rds.*}, and of the database, the credentials and the trust
 * where it has them. With a password of its own, connections log in by password whatever
 * {@code rds.credentials.type} is. Implementations show no secret in {@code toString}.
 */
public interface RdsConnectionDetails extends ConnectionDetails {

	/**
	 * Return the writer's address: a host, {@code host:port} or a JDBC URL.
	 */
	String getWriter();

	/**
	 * Return the readers' addresses, in the same forms; none by default.
	 */
	default List<String> getReaders() {
		return List.of();
	}

	/**
	 * Return the name of the database, or {@code null} to leave it to the writer's URL
	 * and the configuration.
	 */
	default @Nullable String getDatabase() {
		return null;
	}

	/**
	 * Return the login user name, or {@code null} to leave the credentials to the
	 * configuration.
	 */
	default @Nullable String getUsername() {
		return null;
	}

	/**
	 * Return the login password, or {@code null} to leave the credentials to the
	 * configuration.
	 */
	default @Nullable String getPassword() {
		return null;
	}

	/**
	 * Return the name or ARN of the secret that holds the credentials, or {@code null} to
	 * leave it to the configuration.
	 */
	default @Nullable String getSecretId() {
		return null;
	}

	/**
	 * Return the SSL bundle that the addresses are verified with, or {@code null} to
	 * leave TLS to the configuration.
	 */
	default @Nullable SslBundle getSslBundle() {
		return null;
	}

}
