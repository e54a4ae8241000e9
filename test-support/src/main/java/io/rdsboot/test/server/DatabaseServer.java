package io.rdsboot.test.server;

/**
 * One PostgreSQL server and its data, as a {@link ServerRuntime} runs it. Every method
 * has a limit of time and throws {@link io.rdsboot.test.process.LocalRdsException}. Not
 * thread-safe.
 */
public interface DatabaseServer {

	/**
	 * Name of the instance that the server is.
	 * @return the name
	 */
	String name();

	/**
	 * Address at which clients reach the server.
	 * @return a loopback address
	 */
	String host();

	/**
	 * Port at which clients reach the server, the same for the server's whole life.
	 * @return the port
	 */
	int port();

	/**
	 * {@code primary_conninfo} with which this server follows another one. Servers log it
	 * when it changes: the password is in a file.
	 * @param upstream the server to follow
	 * @return a libpq connection string
	 */
	String connectionInfo(DatabaseServer upstream);

	/**
	 * Starts the server on the data it has, and returns when it accepts connections.
	 */
	void start();

	/**
	 * Stops the server in order: its standbys have received everything that it wrote.
	 */
	void stop();

	/**
	 * Kills the server's processes at once, whatever state they are in.
	 */
	void kill();

	void freeze();

	void thaw();

	/**
	 * Throws this stopped server's data away and starts it as a standby of another one.
	 * @param upstream the server to copy and to follow
	 */
	void rebuild(DatabaseServer upstream);

	/**
	 * Kills the server and deletes its data. Does nothing when that is done already.
	 */
	void discard();

}
