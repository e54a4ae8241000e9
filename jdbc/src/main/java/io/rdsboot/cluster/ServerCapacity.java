package io.rdsboot.cluster;

/**
 * How many connections a server takes, and how many instances of the service share it.
 * Immutable.
 *
 * @param connections how many connections roles without privileges may have altogether; 0
 * if that is not known, a pooler with a limit of its own stands before the server, or the
 * service has no name by which its instances could be told from those of others
 * @param monitors how many monitors watch the server under the same name and role, one
 * for each instance of the service; at least 1
 */
public record ServerCapacity(int connections, int monitors) {

	/**
	 * What is assumed of a server that has not told, or does not tell.
	 */
	public static final ServerCapacity UNKNOWN = new ServerCapacity(0, 1);

}
