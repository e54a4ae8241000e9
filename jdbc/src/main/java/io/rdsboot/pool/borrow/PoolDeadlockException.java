package io.rdsboot.pool.borrow;

import java.sql.SQLNonTransientConnectionException;

import io.rdsboot.cluster.DatabaseInstance;

/**
 * All connections of a pool are held by transactions whose threads wait for a further
 * connection themselves, so that none of them would ever come free. Nothing was sent to
 * any server for the one that gets this exception; when its outer transactions end, the
 * others go on. SQLSTATE 53300.
 */
public final class PoolDeadlockException extends SQLNonTransientConnectionException {

	private static final long serialVersionUID = 1L;

	private final transient DatabaseInstance instance;

	/**
	 * Create an exception.
	 * @param instance the instance that the pool's connections lead to
	 * @param role the prefix of the properties of such pools
	 * @param size how many connections there are
	 * @param threads how many threads hold them
	 * @param own how many of them the calling thread holds
	 */
	PoolDeadlockException(DatabaseInstance instance, String role, int size, int threads, long own) {
		super("All %d connections to %s are held by %d threads that wait for a further one themselves, and this thread, which holds %d, is one of them: a transaction within a transaction (REQUIRES_NEW, or a session of its own) needs a connection of its own; set %s.maximum-pool-size to %d or more, which suffices for %d such threads at a time (threads x (connections of each - 1) + 1), or let the inner work run in the outer transaction, or after it"
			.formatted(size, instance, threads, own, role, threads * own + 1, threads), "53300");
		this.instance = instance;
	}

	/**
	 * Return the instance that the pool's connections lead to.
	 */
	public DatabaseInstance getInstance() {
		return this.instance;
	}

}
