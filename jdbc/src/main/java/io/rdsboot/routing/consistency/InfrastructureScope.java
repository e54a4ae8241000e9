package io.rdsboot.routing.consistency;

import org.apiguardian.api.API;

/**
 * What the work of a thread is at the time.
 */
@API(status = API.Status.INTERNAL)
public enum InfrastructureScope {

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
