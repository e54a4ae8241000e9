package io.rdsboot.move.autoconfigure;

import java.math.BigDecimal;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
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
	private final Login target = new Login();

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

	public Source getSource() {
		return this.source;
	}

	public Login getTarget() {
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

	/**
	 * Login that owns the tables and may replicate.
	 */
	static class Login {

		/**
		 * Login that owns the tables and may replicate. Default for the target: that of
		 * the application.
		 */
		private @Nullable String username;

		/**
		 * Password of the login, which must not change during the move.
		 */
		private @Nullable String password;

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

	}

	static class Source extends Login {

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
		 * Login of the application. Default: the one that replicates.
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

		public Login getApplication() {
			return this.application;
		}

	}

}
