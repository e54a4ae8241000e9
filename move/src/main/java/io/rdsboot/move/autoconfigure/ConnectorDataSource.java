package io.rdsboot.move.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;

import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Opens connections to one instance, each of its own. Thread-safe.
 */
class ConnectorDataSource extends AbstractDataSource {

	/**
	 * Of opening a connection, and of each answer.
	 */
	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final InstanceConnector connector;

	private final DatabaseInstance instance;

	ConnectorDataSource(InstanceConnector connector, DatabaseInstance instance) {
		this.connector = connector;
		this.instance = instance;
	}

	@Override
	public Connection getConnection() throws SQLException {
		return this.connector.connect(this.instance, TIMEOUT);
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		throw new SQLFeatureNotSupportedException("Connections to " + this.instance + " have the configured login");
	}

}
