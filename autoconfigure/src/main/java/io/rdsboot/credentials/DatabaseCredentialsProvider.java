package io.rdsboot.credentials;

import io.rdsboot.cluster.InstanceAddress;

/**
 * Source of the credentials of every new physical connection. Implementations are
 * thread-safe and answer from memory.
 */
@FunctionalInterface
public interface DatabaseCredentialsProvider {

	/**
	 * Return the credentials to log in with now.
	 * @param address the server that the connection will be opened to
	 */
	DatabaseCredentials getCredentials(InstanceAddress address);

}
