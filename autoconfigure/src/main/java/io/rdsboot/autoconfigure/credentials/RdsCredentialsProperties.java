package io.rdsboot.autoconfigure.credentials;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of how connections log in.
 */
@ConfigurationProperties("rds.credentials")
public class RdsCredentialsProperties {

	/**
	 * Where the credentials come from.
	 */
	private Type type = Type.PASSWORD;

	/**
	 * Login name of the database role, for the types 'password' and 'iam'.
	 */
	private @Nullable String username;

	/**
	 * Login password of the database role, for the type 'password'.
	 */
	private @Nullable String password;

	private final Iam iam = new Iam();

	private final SecretsManager secretsManager = new SecretsManager();

	public Type getType() {
		return this.type;
	}

	public void setType(Type type) {
		this.type = type;
	}

	public @Nullable String getUsername() {
		return this.username;
	}

	public void setUsername(@Nullable String username) {
		this.username = username;
	}

	public @Nullable String getPassword() {
		return this.password;
	}

	public void setPassword(@Nullable String password) {
		this.password = password;
	}

	public Iam getIam() {
		return this.iam;
	}

	public SecretsManager getSecretsManager() {
		return this.secretsManager;
	}

	/**
	 * Sources of credentials.
	 */
	public enum Type {

		/**
		 * A user name and a password from the configuration.
		 */
		PASSWORD,

		/**
		 * A user name from the configuration, and tokens signed with AWS credentials.
		 */
		IAM,

		/**
		 * User name and password from a secret in AWS Secrets Manager.
		 */
		SECRETS_MANAGER

	}

	/**
	 * How tokens are made.
	 */
	public static class Iam {

		/**
		 * Address to sign the writer's tokens for, as host or host:port, if rds.writer is
		 * an alias or a tunnel. The port is 5432 by default.
		 */
		private @Nullable String signingAddress;

		/**
		 * Age at which a token is replaced. Tokens are valid for 15 minutes.
		 */
		private Duration renewalInterval = Duration.ofMinutes(10);

		public @Nullable String getSigningAddress() {
			return this.signingAddress;
		}

		public void setSigningAddress(@Nullable String signingAddress) {
			this.signingAddress = signingAddress;
		}

		public Duration getRenewalInterval() {
			return this.renewalInterval;
		}

		public void setRenewalInterval(Duration renewalInterval) {
			this.renewalInterval = renewalInterval;
		}

	}

	/**
	 * Which secrets hold the credentials, and in which form.
	 */
	public static class SecretsManager {

		/**
		 * Name or ARN of the secret.
		 */
		private @Nullable String secretId;

		/**
		 * Name or ARN of the readers' secret, if it differs from the writer's.
		 */
		private @Nullable String readerSecretId;

		/**
		 * Name or ARN of the secret with the login of Flyway and Liquibase, if it differs
		 * from the application's. Used instead of spring.flyway.user and
		 * spring.liquibase.user, with any type of credentials.
		 */
		private @Nullable String migrationSecretId;

		/**
		 * Interval at which a secret is fetched again while connections are opened.
		 */
		private Duration refreshInterval = Duration.ofHours(1);

		private final Keys keys = new Keys();

		public @Nullable String getSecretId() {
			return this.secretId;
		}

		public void setSecretId(@Nullable String secretId) {
			this.secretId = secretId;
		}

		public @Nullable String getReaderSecretId() {
			return this.readerSecretId;
		}

		public void setReaderSecretId(@Nullable String readerSecretId) {
			this.readerSecretId = readerSecretId;
		}

		public @Nullable String getMigrationSecretId() {
			return this.migrationSecretId;
		}

		public void setMigrationSecretId(@Nullable String migrationSecretId) {
			this.migrationSecretId = migrationSecretId;
		}

		public Duration getRefreshInterval() {
			return this.refreshInterval;
		}

		public void setRefreshInterval(Duration refreshInterval) {
			this.refreshInterval = refreshInterval;
		}

		public Keys getKeys() {
			return this.keys;
		}

	}

	/**
	 * Keys of a secret's JSON.
	 */
	public static class Keys {

		/**
		 * Key of the secret's JSON that holds the login name.
		 */
		private String username = "username";

		/**
		 * Key of the secret's JSON that holds the password.
		 */
		private String password = "password";

		/**
		 * Key of the secret's JSON that holds the host, used if no address is configured.
		 */
		private String host = "host";

		/**
		 * Key of the secret's JSON that holds the port of its host.
		 */
		private String port = "port";

		/**
		 * Key of the secret's JSON that holds the name of the database, used if none is
		 * configured.
		 */
		private String database = "dbname";

		public String getUsername() {
			return this.username;
		}

		public void setUsername(String username) {
			this.username = username;
		}

		public String getPassword() {
			return this.password;
		}

		public void setPassword(String password) {
			this.password = password;
		}

		public String getHost() {
			return this.host;
		}

		public void setHost(String host) {
			this.host = host;
		}

		public String getPort() {
			return this.port;
		}

		public void setPort(String port) {
			this.port = port;
		}

		public String getDatabase() {
			return this.database;
		}

		public void setDatabase(String database) {
			this.database = database;
		}

	}

}
