package io.rdsboot.service;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.hibernate.engine.jdbc.connections.spi.MultiTenantConnectionProvider;

/**
 * Connections of tenants, as Hibernate's guide shows them.
 */
@SuppressWarnings("serial")
final class TenantConnections
		implements MultiTenantConnectionProvider<String>, CurrentTenantIdentifierResolver<String> {

	private final DataSource dataSource;

	private final Tenancy tenancy;

	/**
	 * The present tenant. Not thread-safe.
	 */
	private String tenant = "ta";

	TenantConnections(DataSource dataSource, Tenancy tenancy) {
		this.dataSource = dataSource;
		this.tenancy = tenancy;
	}

	void enter(String tenant) {
		this.tenant = tenant;
	}

	@Override
	public String resolveCurrentTenantIdentifier() {
		return this.tenant;
	}

	@Override
	public boolean validateExistingCurrentSessions() {
		return true;
	}

	@Override
	public Connection getAnyConnection() throws SQLException {
		return this.dataSource.getConnection();
	}

	@Override
	public void releaseAnyConnection(Connection connection) throws SQLException {
		connection.close();
	}

	@Override
	public Connection getConnection(String tenant) throws SQLException {
		Connection connection = getAnyConnection();
		this.tenancy.enter(connection, tenant);
		return connection;
	}

	@Override
	public void releaseConnection(String tenant, Connection connection) throws SQLException {
		this.tenancy.leave(connection);
		releaseAnyConnection(connection);
	}

	@Override
	public boolean supportsAggressiveRelease() {
		return false;
	}

	@Override
	public boolean isUnwrappableAs(Class<?> unwrapType) {
		return false;
	}

	@Override
	public <T> T unwrap(Class<T> unwrapType) {
		throw new IllegalArgumentException(unwrapType + " is not wrapped");
	}

}
