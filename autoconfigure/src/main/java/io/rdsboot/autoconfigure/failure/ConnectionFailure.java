package io.rdsboot.autoconfigure.failure;

import java.sql.SQLException;
import java.util.Locale;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.credentials.CredentialsUnavailableException;
import io.rdsboot.pool.StartupConnectionException;
import io.rdsboot.pool.WriterConnectionException;
import io.rdsboot.pool.login.InstanceRefusedException;
import io.rdsboot.tls.ServerCertificateException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.PropertyResolver;
import org.springframework.util.StringUtils;

/**
 * What is known of a connection that could not be opened. Immutable.
 *
 * @param failure the failure, with its causes
 * @param address server that was to be connected to, or {@code null} if it was not known
 * yet
 * @param addressProperty the property that the address comes from
 * @param properties the application's configuration
 */
record ConnectionFailure(Throwable failure, @Nullable InstanceAddress address, String addressProperty,
		PropertyResolver properties) {

	private static final String WRITER = "rds.writer";

	private static final String READERS = "rds.readers";

	private static final String SECRET = "rds.credentials.secrets-manager.";

	/**
	 * Create what is known of a failure of one of our own exceptions.
	 */
	static ConnectionFailure of(Throwable failure, PropertyResolver properties) {
		if (failure instanceof StartupConnectionException start) {
			return new ConnectionFailure(failure, start.getInstance().address(),
					(start.getRole() == InstanceRole.READER) ? READERS : WRITER, properties);
		}
		if (failure instanceof WriterConnectionException migration) {
			String url = prefix(migration) + "url";
			return new ConnectionFailure(failure, migration.getInstance().address(),
					properties.containsProperty(url) ? url : WRITER, properties);
		}
		InstanceAddress address = (failure instanceof InstanceRefusedException refused)
				? refused.getInstance().address() : null;
		return new ConnectionFailure(failure, address, WRITER, properties);
	}

	/**
	 * Return the outermost cause of a type, the failure itself included, or {@code null}.
	 */
	<T> @Nullable T cause(Class<T> type) {
		return Causes.first(this.failure, type);
	}

	/**
	 * Return the property that says which address to sign IAM tokens for.
	 */
	String signingProperty() {
		return this.addressProperty.equals(READERS) ? "the signing-address of this entry of " + READERS
				: "rds.credentials.iam.signing-address";
	}

	/**
	 * Return the SQLSTATE, or the empty string if there is none.
	 */
	String sqlState() {
		SQLException exception = cause(SQLException.class);
		return (exception != null && exception.getSQLState() != null) ? exception.getSQLState() : "";
	}

	/**
	 * Return what the server or the driver said, or the empty string.
	 */
	String serverMessage() {
		SQLException exception = cause(SQLException.class);
		return (exception != null && exception.getMessage() != null) ? exception.getMessage() : "";
	}

	/**
	 * Return whether credentials of a type log in.
	 * @param type the type as {@code rds.credentials.type} names it
	 */
	boolean isCredentialsType(String type) {
		if (migration() != null) {
			return type.equals(migrationType());
		}
		return this.properties.getProperty("rds.credentials.type", "password").replace('_', '-').equalsIgnoreCase(type);
	}

	private String migrationType() {
		if (this.properties.containsProperty(SECRET + "migration-secret-id")) {
			return "secrets-manager";
		}
		return this.properties.containsProperty(passwordProperty()) ? "password" : "iam";
	}

	/**
	 * Return the property that names the role which logs in.
	 */
	String userProperty() {
		WriterConnectionException migration = migration();
		return (migration != null) ? prefix(migration) + "user" : "rds.credentials.username";
	}

	/**
	 * Return the property that holds the role's password.
	 */
	String passwordProperty() {
		WriterConnectionException migration = migration();
		return (migration != null) ? prefix(migration) + "password" : "rds.credentials.password";
	}

	/**
	 * Return the property that names the secret which holds the login.
	 */
	String secretProperty() {
		return SECRET + ((migration() != null) ? "migration-secret-id" : "secret-id");
	}

	private @Nullable WriterConnectionException migration() {
		return cause(WriterConnectionException.class);
	}

	private static String prefix(WriterConnectionException migration) {
		return "spring." + migration.getLogin().toLowerCase(Locale.ROOT) + ".";
	}

	/**
	 * Return what failed, as the failure's message says it, without what credentials that
	 * cannot be had make of it: the reason says that.
	 */
	String summary() {
		String message = withoutWordsOfJsse(String.valueOf(this.failure.getMessage()).strip());
		if (cause(CredentialsUnavailableException.class) == null) {
			return message;
		}
		String detail = (this.failure.getCause() != null) ? ": " + this.failure.getCause().getMessage() : "";
		return message.endsWith(detail) ? message.substring(0, message.length() - detail.length()) : message;
	}

	/**
	 * Leaves what we say of a refused certificate. What the driver and JSSE put before it
	 * says nothing more, and differs from one JDK to the next.
	 */
	private String withoutWordsOfJsse(String message) {
		ServerCertificateException certificate = cause(ServerCertificateException.class);
		SQLException driver = Causes.last(this.failure, SQLException.class);
		return (certificate != null && driver != null)
				? message.replace(String.valueOf(driver.getMessage()), String.valueOf(certificate.getMessage()))
				: message;
	}

	/**
	 * Return the host of the address, or the empty string.
	 */
	String host() {
		return (this.address != null) ? this.address.host() : "";
	}

	/**
	 * Return the address's property and its value, as a check names it.
	 */
	String setting() {
		boolean ofSecret = !StringUtils.hasText(this.properties.getProperty(this.addressProperty))
				&& this.properties.containsProperty(SECRET + "secret-id");
		return ofSecret ? "the host and port '" + this.address + "' in the secret of " + SECRET + "secret-id"
				: this.addressProperty + " = '" + this.address + "'";
	}

	/**
	 * Return what stands behind the address.
	 */
	DatabaseResource resource() {
		return DatabaseResource.behind(host(), this.properties.getProperty("rds.aws.region"));
	}

}
