package io.rdsboot.routing;

/**
 * What the work of a thread is at the time.
 */
enum InfrastructureScope {

	/**
	 * The application's.
	 */
	NONE,

	/**
	 * Infrastructure's: so are the transactions that begin in it.
	 */
	WORK,

	/**
	 * Handing out a connection that is infrastructure's for good, whoever uses it.
	 */
	CONNECTION

}
