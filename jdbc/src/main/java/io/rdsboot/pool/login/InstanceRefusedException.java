package io.rdsboot.pool.login;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

import io.rdsboot.cluster.DatabaseInstance;

/**
 * An instance did not let a physical connection be opened. Carries the SQLSTATE of the
 * driver's exception, which is its cause.
 */
public final class InstanceRefusedException extends SQLTransientConnectionException {

	private static final long serialVersionUID = 1L;

	private final transient DatabaseInstance instance;

	private final boolean unreachable;

	public InstanceRefusedException(DatabaseInstance instance, SQLException cause) {
		super("Cannot connect to instance " + instance + ": " + cause.getMessage(), cause.getSQLState(), cause);
		this.instance = instance;
		this.unreachable = ConnectionFailures.isUnreachable(cause);
	}

	/**
	 * Return the instance that refused.
	 */
	public DatabaseInstance getInstance() {
		return this.instance;
	}

	/**
	 * Return whether nothing answered, or the server is going down or coming up, as
	 * opposed to a server that is well and refused, and to no attempt that has ended yet
	 * (there is no SQLSTATE then).
	 */
	public boolean isUnreachable() {
		return this.unreachable;
	}

}
