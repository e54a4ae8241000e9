package io.rdsboot.pool.pooler;

/**
 * What is known of a pooler (PgBouncer, RDS Proxy, Odyssey) between the pools and the
 * servers, as it is configured.
 */
public enum PoolerMode {

	/**
	 * Each new connection is asked whether the process that it was told of at the login
	 * is the one that serves it. If not, a pooler is there, and is taken for one in
	 * transaction mode.
	 */
	AUTO,

	/**
	 * There is none, and nothing is asked.
	 */
	NONE,

	/**
	 * A client keeps its server session until it disconnects, so that nothing is
	 * different from a connection without a pooler.
	 */
	SESSION,

	/**
	 * A client has a server session for a transaction at a time.
	 */
	TRANSACTION

}
