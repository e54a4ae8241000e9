package io.rdsboot.test.server;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.rdsboot.test.process.LocalRdsException;
import org.jspecify.annotations.Nullable;

/**
 * Free loopback ports, none given out twice while this JVM runs, not by others either.
 * They lie below those that operating systems give to outgoing connections, one of which
 * could otherwise take the port of a server while it is down. Thread-safe.
 */
public final class FreePorts {

	public static final FreePorts INSTANCE = new FreePorts(15000, 32000);

	private static final int ATTEMPTS = 200;

	private final Random random = new Random();

	private final int lowest;

	private final int highest;

	/**
	 * One for each port that was given out, which keeps other JVMs from giving it out
	 * while no server listens on it. Servers do not listen for UDP.
	 */
	private final List<DatagramSocket> claims = new ArrayList<>();

	/**
	 * Creates a source of ports.
	 * @param lowest the lowest port
	 * @param highest the port after the highest
	 */
	FreePorts(int lowest, int highest) {
		this.lowest = lowest;
		this.highest = highest;
	}

	public int next() {
		return next(List.of(NativeServer.HOST));
	}

	/**
	 * Finds a port that is free on several hosts.
	 * @param hosts numbers of loopback addresses
	 * @return the port
	 * @throws LocalRdsException when nothing can listen on one of the hosts, or no port
	 * was found
	 */
	public synchronized int next(List<String> hosts) {
		hosts.forEach(FreePorts::requireLoopback);
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			int port = this.lowest + this.random.nextInt(this.highest - this.lowest);
			DatagramSocket claim = claim(port);
			if (claim != null) {
				if (hosts.stream().allMatch((host) -> isFree(host, port))) {
					this.claims.add(claim);
					return port;
				}
				claim.close();
			}
		}
		throw new LocalRdsException("Found no free port on %s between %d and %d in %d attempts"
			.formatted(String.join(", ", hosts), this.lowest, this.highest, ATTEMPTS));
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

	private static @Nullable DatagramSocket claim(int port) {
		try {
			return new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
		}
		catch (IOException ex) {
			return null;
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
