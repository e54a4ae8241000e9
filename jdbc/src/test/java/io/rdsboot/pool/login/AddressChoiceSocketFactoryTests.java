package io.rdsboot.pool.login;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link AddressChoiceSocketFactory}.
 */
class AddressChoiceSocketFactoryTests {

	private static final InetAddress DEAD = address(2);

	private static final InetAddress ALIVE = address(3);

	private final AtomicLong time = new AtomicLong();

	private volatile List<InetAddress> resolved = List.of(DEAD, ALIVE);

	private final AddressChoiceSocketFactory factory = new AddressChoiceSocketFactory(
			(host) -> this.resolved.toArray(InetAddress[]::new), new ConcurrentHashMap<>(), this.time::get);

	private static InetAddress address(int last) {
		try {
			return InetAddress.getByAddress("several.example.com", new byte[] { 127, 0, 0, (byte) last });
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void addressThatFailsIsLeftOutForAWhile() throws IOException {
		try (ServerSocket server = new ServerSocket(0, 5, ALIVE)) {
			assertFails(server.getLocalPort());
			assertThat(connect(server.getLocalPort())).isEqualTo(ALIVE);
			assertThat(connect(server.getLocalPort())).isEqualTo(ALIVE);
			this.time.addAndGet(AddressChoiceSocketFactory.MEMORY.toNanos());
			assertFails(server.getLocalPort());
			assertThat(connect(server.getLocalPort())).isEqualTo(ALIVE);
		}
	}

	@Test
	void onlyAddressIsTriedAgain() throws IOException {
		this.resolved = List.of(DEAD);
		int port;
		try (ServerSocket server = new ServerSocket(0, 5, ALIVE)) {
			port = server.getLocalPort();
			assertFails(port);
		}
		try (ServerSocket server = new ServerSocket(port, 5, DEAD)) {
			assertThat(connect(server.getLocalPort())).isEqualTo(DEAD);
		}
	}

	@Test
	void whereAllHaveFailedTheOldestFailureIsTried() throws IOException {
		int port;
		try (ServerSocket server = new ServerSocket(0, 5, ALIVE)) {
			port = server.getLocalPort();
			assertFails(port);
		}
		this.time.addAndGet(1);
		assertFails(port);
		this.time.addAndGet(1);
		try (ServerSocket server = new ServerSocket(port, 5, DEAD)) {
			assertThat(connect(server.getLocalPort())).isEqualTo(DEAD);
		}
	}

	private void assertFails(int port) {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> connect(port));
	}

	private InetAddress connect(int port) throws IOException {
		try (Socket socket = this.factory.createSocket()) {
			// What pgjdbc passes: the first address of the name.
			socket.connect(new InetSocketAddress(this.resolved.get(0), port), 5000);
			return socket.getInetAddress();
		}
	}

}
