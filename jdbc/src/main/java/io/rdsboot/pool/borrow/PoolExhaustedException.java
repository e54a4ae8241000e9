package io.rdsboot.pool.borrow;

import java.sql.SQLTransientConnectionException;
import java.time.Duration;

import io.rdsboot.cluster.DatabaseInstance;

/**
 * All connections of a pool stayed in use for as long as one was waited for. Nothing was
 * sent to any server.
 */
public final class PoolExhaustedException extends SQLTransientConnectionException {

	private static final long serialVersionUID = 1L;

	private final transient DatabaseInstance instance;

	private final Duration waited;

	/**
	 * Create an exception.
	 * @param message what the pool is like, and what to do about it
	 * @param instance the instance that the pool's connections lead to
	 * @param waited how long a connection was waited for
	 * @param cause HikariCP's exception
	 */
	PoolExhaustedException(String message, DatabaseInstance instance, Duration waited,
			SQLTransientConnectionException cause) {
		super(message, cause.getSQLState(), cause);
		this.instance = instance;
		this.waited = waited;
	}

	/**
	 * Return the instance that the pool's connections lead to.
	 */
	public DatabaseInstance getInstance() {
		return this.instance;
	}

	/**
	 * Return how long a connection was waited for.
	 */
	public Duration getWaited() {
		return this.waited;
	}

}
