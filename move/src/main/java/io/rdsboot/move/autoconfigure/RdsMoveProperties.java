package io.rdsboot.move.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Move of a database to the cluster of {@code rds.*}.
 */
@ConfigurationProperties("rds.move")
class RdsMoveProperties {

	/**
	 * Database that moves.
	 */
	private final Source source = new Source();

	public Source getSource() {
		return this.source;
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
		 * Login that may replicate the database.
		 */
		private @Nullable String username;

		/**
		 * Password of the login.
		 */
		private @Nullable String password;

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

}
