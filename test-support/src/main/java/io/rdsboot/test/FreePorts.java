package io.rdsboot.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Free loopback ports, none given out twice by this JVM. They lie below those that
 * operating systems give to outgoing connections, one of which could otherwise take the
 * port of a server while it is down.
 */
final class FreePorts {

	static final FreePorts INSTANCE = new FreePorts();

	private static final int LOWEST = 15000;

	private static final int HIGHEST = 32000;

	private static final int ATTEMPTS = 200;

	private final Random random = new Random();

	private final Set<Integer> given = new HashSet<>();

	private FreePorts() {
	}

	int next() {
		return next(List.of(NativeServer.HOST));
	}

	/**
	 * Finds a port that is free on several hosts.
	 * @param hosts numbers of loopback addresses
	 * @return the port
	 * @throws LocalRdsException when nothing can listen on one of the hosts, or no port
	 * was found
	 */
	synchronized int next(List<String> hosts) {
		hosts.forEach(FreePorts::requireLoopback);
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			int port = LOWEST + this.random.nextInt(HIGHEST - LOWEST);
			if (!this.given.contains(port) && hosts.stream().allMatch((host) -> isFree(host, port))) {
				this.given.add(port);
				return port;
			}
		}
		throw new LocalRdsException("Found no free port on %s between %d and %d in %d attempts"
			.formatted(String.join(", ", hosts), LOWEST, HIGHEST, ATTEMPTS));
	}

	private static void requireLoopback(String host) {
		try {
			bind(host, 0);
		}
		catch (IOException ex) {
			throw new LocalRdsException(
					"Nothing can listen on %s (%s). Linux answers on all of 127.0.0.0/8; elsewhere, give the loopback interface this address (macOS: sudo ifconfig lo0 alias %s), or do without distinctHosts() and aurora()"
						.formatted(host, ex.getMessage(), host),
					ex);
		}
	}

	private static boolean isFree(String host, int port) {
		try {
			bind(host, port);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static void bind(String host, int port) throws IOException {
		try (ServerSocket socket = new ServerSocket()) {
			socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
		}
	}

}
