package io.rdsboot.move.autoconfigure;

import java.math.BigDecimal;
import java.time.Duration;

import io.rdsboot.autoconfigure.credentials.RdsCredentialsProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Move of a database to the cluster of {@code rds.*}.
 */
@ConfigurationProperties("rds.move")
class RdsMoveProperties {

	/**
	 * Database that moves.
	 */
	private final Source source = new Source();

	/**
	 * Database of the cluster that it moves to.
	 */
	private final Target target = new Target();

	/**
	 * Step to take once the application has started, which then ends: schema, copy,
	 * cancel, verify, shadow, read, cutover, back or finish. With 'status' or 'assess'
	 * nothing is changed.
	 */
	private @Nullable String step;

	/**
	 * Share in percent, for the step 'shadow' (of the connections whose reads both sides
	 * are asked) or 'read' (of the keys whose reads the target serves).
	 */
	private @Nullable BigDecimal share;

	/**
	 * How long writes are held at most while they are switched; then the switch is taken
	 * back.
	 */
	private Duration cutoverTimeout = Duration.ofSeconds(10);

	/**
	 * Greatest lag of the side that follows with which writes are held to be switched.
	 */
	private Duration maxLag = Duration.ofSeconds(1);

	/**
	 * How long writes that are under way may take when a switch begins, before their
	 * connections are ended.
	 */
	private Duration drainTimeout = Duration.ofSeconds(1);

	/**
	 * How long an instance goes on to write without having seen the state of the move.
	 */
	private Duration lease = Duration.ofSeconds(5);

	/**
	 * How much log the source may keep for the target. Beyond it the copy is stopped.
	 */
	private DataSize maxRetainedLog = DataSize.ofGigabytes(10);

	/**
	 * Whether writes are switched to a side on which the application's role has fewer
	 * privileges than on the other one.
	 */
	private boolean allowFewerPrivileges;

	public Source getSource() {
		return this.source;
	}

	public Target getTarget() {
		return this.target;
	}

	public @Nullable String getStep() {
		return this.step;
	}

	public void setStep(@Nullable String step) {
		this.step = step;
	}

	public @Nullable BigDecimal getShare() {
		return this.share;
	}

	public void setShare(@Nullable BigDecimal share) {
		this.share = share;
	}

	public Duration getCutoverTimeout() {
		return this.cutoverTimeout;
	}

	public void setCutoverTimeout(Duration cutoverTimeout) {
		this.cutoverTimeout = cutoverTimeout;
	}

	public Duration getMaxLag() {
		return this.maxLag;
	}

	public void setMaxLag(Duration maxLag) {
		this.maxLag = maxLag;
	}

	public Duration getDrainTimeout() {
		return this.drainTimeout;
	}

	public void setDrainTimeout(Duration drainTimeout) {
		this.drainTimeout = drainTimeout;
	}

	public Duration getLease() {
		return this.lease;
	}

	public void setLease(Duration lease) {
		this.lease = lease;
	}

	public DataSize getMaxRetainedLog() {
		return this.maxRetainedLog;
	}

	public void setMaxRetainedLog(DataSize maxRetainedLog) {
		this.maxRetainedLog = maxRetainedLog;
	}

	public boolean isAllowFewerPrivileges() {
		return this.allowFewerPrivileges;
	}

	public void setAllowFewerPrivileges(boolean allowFewerPrivileges) {
		this.allowFewerPrivileges = allowFewerPrivileges;
	}

	/**
	 * A login, and where it comes from.
	 */
	static class Login {

		/**
		 * Where the credentials come from. Tokens of IAM are for the login of the
		 * application alone.
		 */
		private RdsCredentialsProperties.Type type = RdsCredentialsProperties.Type.PASSWORD;

		/**
		 * Login name of the database role, for the types 'password' and 'iam'.
		 */
		private @Nullable String username;

		/**
		 * Login password of the database role, for the type 'password'.
		 */
		private @Nullable String password;

		/**
		 * Name or ARN of the secret, for the type 'secrets-manager'.
		 */
		private @Nullable String secretId;

		public RdsCredentialsProperties.Type getType() {
			return this.type;
		}

		public void setType(RdsCredentialsProperties.Type type) {
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

		public @Nullable String getSecretId() {
			return this.secretId;
		}

		public void setSecretId(@Nullable String secretId) {
			this.secretId = secretId;
		}

		/**
		 * Whether anything is configured.
		 */
		boolean isSet() {
			return this.type != RdsCredentialsProperties.Type.PASSWORD || StringUtils.hasText(this.username)
					|| StringUtils.hasText(this.secretId);
		}

	}

	static class Source {

		/**
		 * Address of the server that the database is on: host, host:port or a JDBC URL.
		 * It must be that of the writer itself, and of no pooler.
		 */
		private @Nullable String address;

		/**
		 * Name of the database. Default: that of the URL, or else that of the cluster.
		 */
		private @Nullable String database;

		/**
		 * Login that moves: it owns the tables and may replicate.
		 */
		private final Login credentials = new Login();

		/**
		 * Login of the application. Default: the one that moves.
		 */
		private final Login application = new Login();

		public @Nullable String getAddress() {
			return this.address;
		}

		public void setAddress(@Nullable String address) {
			this.address = address;
		}

		public @Nullable String getDatabase() {
			return this.database;
		}

		public void setDatabase(@Nullable String database) {
			this.database = database;
		}

		public Login getCredentials() {
			return this.credentials;
		}

		public Login getApplication() {
			return this.application;
		}

	}

	static class Target {

		/**
		 * Login that moves: it owns the tables and may replicate. Default: that of the
		 * application.
		 */
		private final Login credentials = new Login();

		public Login getCredentials() {
			return this.credentials;
		}

	}

}
