package io.rdsboot.cluster;

/**
 * What a server takes of its clients: how many connections, how many instances of the
 * service share them, and whether any may do without TLS. Immutable.
 *
 * @param connections how many connections roles without privileges may have altogether; 0
 * if that is not known, a pooler with a limit of its own stands before the server, or the
 * service has no name by which its instances could be told from those of others
 * @param monitors how many monitors watch the server under the same name and role, one
 * for each instance of the service; at least 1
 * @param tlsOptional whether the server says that it takes connections without TLS
 * ({@code rds.force_ssl}); {@code false} as well where it does not say, as outside RDS
 */
public record ServerLimits(int connections, int monitors, boolean tlsOptional) {

	/**
	 * What is assumed of a server that has not told, or does not tell.
	 */
	public static final ServerLimits UNKNOWN = new ServerLimits(0, 1, false);

}
