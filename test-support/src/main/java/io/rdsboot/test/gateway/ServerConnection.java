package io.rdsboot.test.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/**
 * A session's connection to its server, which may be opened anew. Closed for good by
 * whoever closes it first; thread-safe in that.
 */
final class ServerConnection implements AutoCloseable {

	private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

	private final ServerAddress address;

	private final Duration answerLimit;

	private Socket socket = new Socket();

	private boolean closed;

	/**
	 * Creates a connection that is not open.
	 * @param address the server
	 * @param answerLimit how long to wait for each answer during a login
	 */
	ServerConnection(ServerAddress address, Duration answerLimit) {
		this.address = address;
		this.answerLimit = answerLimit;
	}

	ServerAddress address() {
		return this.address;
	}

	/**
	 * Opens the connection, and closes the one that was open. A frozen server accepts
	 * connections too: this one has answered upon it.
	 * @throws IOException when the server is not there or does not answer
	 */
	void open() throws IOException {
		Socket opened = next();
		opened.setTcpNoDelay(true);
		opened.setKeepAlive(true);
		opened.setSoTimeout((int) this.answerLimit.toMillis());
		opened.connect(new InetSocketAddress(this.address.host(), this.address.port()), (int) CONNECT_LIMIT.toMillis());
		InitialPacket.tlsRequest().writeTo(opened.getOutputStream());
		int answer = opened.getInputStream().read();
		if (answer != 'N') {
			throw new IOException("The server on port %d does not speak PostgreSQL's protocol without TLS: %d"
				.formatted(this.address.port(), answer));
		}
	}

	private synchronized Socket next() throws IOException {
		if (this.closed) {
			throw new IOException("The session has ended");
		}
		Sockets.close(this.socket);
		this.socket = new Socket();
		return this.socket;
	}

	/**
	 * Waits for the server without a limit from now on: the login is over.
	 */
	void unlimit() throws IOException {
		socket().setSoTimeout(0);
	}

	private synchronized Socket socket() {
		return this.socket;
	}

	InputStream input() throws IOException {
		return socket().getInputStream();
	}

	OutputStream output() throws IOException {
		return socket().getOutputStream();
	}

	/**
	 * Closes the connection so that the server sees a reset.
	 */
	synchronized void reset() {
		this.closed = true;
		Sockets.reset(this.socket);
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		Sockets.close(this.socket);
	}

}
