package io.rdsboot.test.server;

import java.nio.file.Path;

import io.rdsboot.test.gateway.ServerAddress;

/**
 * A way to run the servers of one cluster: processes of this machine, or containers.
 * Readers may be created by several threads at once.
 */
public interface ServerRuntime extends AutoCloseable {

	/**
	 * Makes and starts an empty server that is not a standby.
	 * @param name the instance's name
	 * @param address where it listens
	 * @return a server that accepts connections of the administrator
	 */
	DatabaseServer createWriter(String name, ServerAddress address);

	/**
	 * Makes and starts a standby.
	 * @param name the instance's name
	 * @param address where it listens
	 * @param upstream the server to copy and to follow
	 * @return a server that accepts connections
	 */
	DatabaseServer createReader(String name, ServerAddress address, DatabaseServer upstream);

	/**
	 * Makes and starts a standby of a writer that this runtime has just created. It may
	 * still have to replay what the writer has done since.
	 * @param name the instance's name
	 * @param address where it listens
	 * @param writer the server to follow
	 * @return a server that accepts connections
	 */
	default DatabaseServer createFirstReader(String name, ServerAddress address, DatabaseServer writer) {
		return createReader(name, address, writer);
	}

	/**
	 * A directory of this machine in which all servers can read what this JVM writes.
	 * @return the directory
	 * @throws io.rdsboot.test.process.LocalRdsException when servers of this kind have no
	 * such directory
	 */
	Path sharedDirectory();

	/**
	 * A program that comes with PostgreSQL.
	 * @param name its name, such as {@code pg_dump}
	 * @return where it is
	 * @throws io.rdsboot.test.process.LocalRdsException when servers of this kind have no
	 * programs on this machine
	 */
	Path program(String name);

	/**
	 * Stops all servers and deletes all data.
	 */
	@Override
	void close();

}
