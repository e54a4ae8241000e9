package io.rdsboot.test.gateway;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What sessions do with sockets.
 */
final class Sockets {

	private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

	private Sockets() {
	}

	/**
	 * Opens a connection that a server has already answered upon: a frozen one accepts
	 * connections too.
	 * @param socket a socket that is not connected
	 * @param server the server
	 * @param answerLimit how long to wait for each answer
	 * @throws IOException when the server is not there or does not answer
	 */
	static void connect(Socket socket, ServerAddress server, Duration answerLimit) throws IOException {
		socket.setTcpNoDelay(true);
		socket.setKeepAlive(true);
		socket.setSoTimeout((int) answerLimit.toMillis());
		socket.connect(new InetSocketAddress(server.host(), server.port()), (int) CONNECT_LIMIT.toMillis());
		InitialPacket.tlsRequest().writeTo(socket.getOutputStream());
		int answer = socket.getInputStream().read();
		if (answer != 'N') {
			throw new IOException("The server on port %d does not speak PostgreSQL's protocol without TLS: %d"
				.formatted(server.port(), answer));
		}
	}

	/**
	 * Closes a connection so that the other side sees a reset.
	 * @param socket the socket
	 */
	static void reset(@Nullable Socket socket) {
		if (socket != null) {
			try {
				socket.setSoLinger(true, 0);
			}
			catch (IOException ex) {
				// It is closed already, which is all that is wanted.
			}
			close(socket);
		}
	}

	static void close(@Nullable Closeable closeable) {
		if (closeable != null) {
			try {
				closeable.close();
			}
			catch (IOException ex) {
				// There is nothing left to do with it.
			}
		}
	}

}
