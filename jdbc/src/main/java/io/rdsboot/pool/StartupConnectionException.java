package io.rdsboot.pool;

import java.sql.SQLException;
import java.util.Locale;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.pool.login.ConnectionFailures;

/**
 * An instance could not be connected to when the application started. The driver's
 * exception is its cause.
 */
public final class StartupConnectionException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient DatabaseInstance instance;

	private final InstanceRole role;

	private final String database;

	private final String sqlState;

	StartupConnectionException(DatabaseInstance instance, InstanceRole role, String database, SQLException cause) {
		super("Cannot connect to database '" + database + "' on the " + role.name().toLowerCase(Locale.ROOT) + " "
				+ instance + ": " + cause.getMessage(), cause);
		this.instance = instance;
		this.role = role;
		this.database = database;
		this.sqlState = (cause.getSQLState() != null) ? cause.getSQLState() : "";
	}

	/**
	 * Return the instance that was tried.
	 */
	public DatabaseInstance getInstance() {
		return this.instance;
	}

	/**
	 * Return the role that the instance is configured for.
	 */
	public InstanceRole getRole() {
		return this.role;
	}

	/**
	 * Return the database that was asked for.
	 */
	public String getDatabase() {
		return this.database;
	}

	/**
	 * Return the SQLSTATE of the failure, or the empty string where the driver gave none.
	 */
	public String getSqlState() {
		return this.sqlState;
	}

	/**
	 * Return whether waiting may mend it: the instance is down, going down or coming up.
	 */
	public boolean isPassing() {
		return getCause() instanceof SQLException failure && ConnectionFailures.isUnreachable(failure)
				&& !ConnectionFailures.isUnknownHost(failure);
	}

	/**
	 * Return whether the server says itself that it is starting up or shutting down.
	 */
	public boolean isInTransition() {
		return this.sqlState.equals("57P03");
	}

	/**
	 * Return whether the failure is that the host's name does not resolve.
	 */
	public boolean isUnknownHost() {
		return getCause() instanceof SQLException failure && ConnectionFailures.isUnknownHost(failure);
	}

}
