package io.rdsboot.pool.login;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import javax.net.SocketFactory;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Socket factory that pgjdbc makes, by its name, for each connection. Where a host name
 * has several IP addresses, pgjdbc connects to the first alone; these sockets leave out
 * one that could not be connected to lately. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class AddressChoiceSocketFactory extends SocketFactory {

	/**
	 * For how long an address is left out.
	 */
	static final Duration MEMORY = Duration.ofSeconds(30);

	private static final Map<InetSocketAddress, Long> FAILURES = new ConcurrentHashMap<>();

	private final Resolver resolver;

	private final Map<InetSocketAddress, Long> failures;

	private final LongSupplier nanoTime;

	/**
	 * Create a factory. Called by pgjdbc.
	 */
	public AddressChoiceSocketFactory() {
		this(InetAddress::getAllByName, FAILURES, System::nanoTime);
	}

	AddressChoiceSocketFactory(Resolver resolver, Map<InetSocketAddress, Long> failures, LongSupplier nanoTime) {
		this.resolver = resolver;
		this.failures = failures;
		this.nanoTime = nanoTime;
	}

	@Override
	public Socket createSocket() {
		return new ChoosingSocket();
	}

	@Override
	public Socket createSocket(String host, int port) throws IOException {
		return connected(new InetSocketAddress(host, port), null);
	}

	@Override
	public Socket createSocket(InetAddress host, int port) throws IOException {
		return connected(new InetSocketAddress(host, port), null);
	}

	@Override
	public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
		return connected(new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
	}

	@Override
	public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
		return connected(new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
	}

	private Socket connected(InetSocketAddress endpoint, @Nullable InetSocketAddress local) throws IOException {
		Socket socket = createSocket();
		try {
			if (local != null) {
				socket.bind(local);
			}
			socket.connect(endpoint);
			return socket;
		}
		catch (IOException ex) {
			socket.close();
			throw ex;
		}
	}

	/**
	 * Return the first address that has not failed lately, or the one whose failure is
	 * the oldest.
	 */
	private InetSocketAddress choose(InetSocketAddress endpoint) throws UnknownHostException {
		if (endpoint.isUnresolved() || this.failures.isEmpty()) {
			return endpoint;
		}
		long now = this.nanoTime.getAsLong();
		this.failures.values().removeIf((failedAt) -> now - failedAt >= MEMORY.toNanos());
		return Arrays.stream(this.resolver.resolve(endpoint.getHostString()))
			.map((address) -> new InetSocketAddress(address, endpoint.getPort()))
			.min(Comparator.comparingLong((address) -> age(address, now)))
			.orElse(endpoint);
	}

	/**
	 * Return how lately an address has failed: the greater, the later.
	 */
	private long age(InetSocketAddress address, long now) {
		Long failedAt = this.failures.get(address);
		return (failedAt != null) ? MEMORY.toNanos() - (now - failedAt) : 0;
	}

	/**
	 * Finds the addresses of a host name.
	 */
	@FunctionalInterface
	interface Resolver {

		InetAddress[] resolve(String host) throws UnknownHostException;

	}

	/**
	 * Socket that may connect to another address of the same name.
	 */
	private final class ChoosingSocket extends Socket {

		@Override
		public void connect(SocketAddress endpoint, int timeout) throws IOException {
			if (!(endpoint instanceof InetSocketAddress address)) {
				super.connect(endpoint, timeout);
				return;
			}
			InetSocketAddress chosen = choose(address);
			try {
				super.connect(chosen, timeout);
				AddressChoiceSocketFactory.this.failures.remove(chosen);
			}
			catch (IOException ex) {
				AddressChoiceSocketFactory.this.failures.put(chosen,
						AddressChoiceSocketFactory.this.nanoTime.getAsLong());
				throw ex;
			}
		}

	}

}
