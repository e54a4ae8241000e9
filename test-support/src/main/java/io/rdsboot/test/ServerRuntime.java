package io.rdsboot.test;

/**
 * A way to run the servers of one cluster: processes of this machine, or containers.
 * {@code createReader} may be called by several threads at once.
 */
interface ServerRuntime extends AutoCloseable {

	/**
	 * Makes and starts an empty server that is not a standby.
	 * @param name the instance's name
	 * @return a server that accepts connections of the administrator
	 */
	DatabaseServer createWriter(String name);

	/**
	 * Makes and starts a standby.
	 * @param name the instance's name
	 * @param upstream the server to copy and to follow
	 * @return a server that accepts connections
	 */
	DatabaseServer createReader(String name, DatabaseServer upstream);

	/**
	 * Stops all servers and deletes all data.
	 */
	@Override
	void close();

}
