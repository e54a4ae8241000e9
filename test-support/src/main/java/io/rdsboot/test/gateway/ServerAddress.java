package io.rdsboot.test.gateway;

/**
 * Where a server listens.
 *
 * @param host a loopback address
 * @param port the port
 */
public record ServerAddress(String host, int port) {
}
