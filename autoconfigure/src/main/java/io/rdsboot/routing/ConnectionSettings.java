package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * What a caller has set on a connection, to be applied to each physical connection that
 * it borrows. {@code null} means: as the pool made it. Not thread-safe.
 */
final class ConnectionSettings {

	private @Nullable Integer isolation;

	private @Nullable String schema;

	private @Nullable String catalog;

	private @Nullable Integer holdability;

	private @Nullable Properties clientInfo;

	private @Nullable NetworkTimeout networkTimeout;

	@Nullable Integer isolation() {
		return this.isolation;
	}

	void isolation(int level) {
		this.isolation = level;
	}

	void schema(@Nullable String schema) {
		this.schema = schema;
	}

	void catalog(@Nullable String catalog) {
		this.catalog = catalog;
	}

	void holdability(int holdability) {
		this.holdability = holdability;
	}

	void clientInfo(String name, @Nullable String value) {
		Properties properties = (this.clientInfo != null) ? this.clientInfo : new Properties();
		properties.setProperty(name, (value != null) ? value : "");
		this.clientInfo = properties;
	}

	void networkTimeout(@Nullable Executor executor, int milliseconds) {
		this.networkTimeout = new NetworkTimeout(executor, milliseconds);
	}

	/**
	 * Apply what has been set. Round trips: one for the isolation level, one for the
	 * schema, one for client info.
	 */
	void applyTo(Connection connection) throws SQLException {
		if (this.isolation != null) {
			connection.setTransactionIsolation(this.isolation);
		}
		if (this.schema != null) {
			connection.setSchema(this.schema);
		}
		if (this.catalog != null) {
			connection.setCatalog(this.catalog);
		}
		if (this.holdability != null) {
			connection.setHoldability(this.holdability);
		}
		if (this.clientInfo != null) {
			connection.setClientInfo(this.clientInfo);
		}
		if (this.networkTimeout != null) {
			connection.setNetworkTimeout(this.networkTimeout.executor(), this.networkTimeout.milliseconds());
		}
	}

	private record NetworkTimeout(@Nullable Executor executor, int milliseconds) {

	}

}
