package io.rdsboot.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
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

	private static final byte[] LOOPBACK = { 127, 0, 0, 1 };

	private final Random random = new Random();

	private final Set<Integer> given = new HashSet<>();

	private FreePorts() {
	}

	synchronized int next() {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			int port = LOWEST + this.random.nextInt(HIGHEST - LOWEST);
			if (!this.given.contains(port) && isFree(port)) {
				this.given.add(port);
				return port;
			}
		}
		throw new LocalRdsException("Found no free port on 127.0.0.1 between %d and %d in %d attempts".formatted(LOWEST,
				HIGHEST, ATTEMPTS));
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket()) {
			socket.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port));
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
