package io.rdsboot.test.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;

import javax.net.ssl.SSLSocket;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection, from its first byte to its last. Run by a thread of its own;
 * {@link #reset()} may be called by any.
 */
final class Session implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(Session.class);

	/** As PostgreSQL's authentication_timeout. */
	private static final Duration LOGIN_LIMIT = Duration.ofSeconds(60);

	private static final int BUFFER = 32 * 1024;

	private final Gateway gateway;

	private final Socket client;

	private volatile @Nullable ServerConnection server;

	private volatile boolean ended;

	private final Traffic traffic;

	private @Nullable String cancelKey;

	Session(Gateway gateway, Socket client, Traffic traffic) {
		this.gateway = gateway;
		this.client = client;
		this.traffic = traffic;
	}

	/**
	 * Ends the session so that both sides see a reset.
	 */
	void reset() {
		this.ended = true;
		Sockets.reset(this.client);
		ServerConnection current = this.server;
		if (current != null) {
			current.reset();
		}
	}

	@Override
	public void run() {
		try {
			this.client.setTcpNoDelay(true);
			this.client.setKeepAlive(true);
			this.client.setSoTimeout((int) LOGIN_LIMIT.toMillis());
			begin(new ClientStreams(this.client, this.traffic));
			Sockets.close(this.client);
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("A session of the address '{}' broke: {}", this.gateway.name(), ex.toString());
			this.traffic.awaitPassage();
			Sockets.reset(this.client);
		}
		finally {
			ServerConnection current = this.server;
			if (current != null) {
				current.close();
			}
			if (this.cancelKey != null) {
				this.gateway.cancelKeys().remove(this.cancelKey);
			}
		}
	}

	private void begin(ClientStreams plain) throws IOException {
		InitialPacket packet = InitialPacket.read(plain.input());
		if (packet.isGssRequest()) {
			answer(plain, 'N');
			packet = InitialPacket.read(plain.input());
		}
		if (packet.isCancelRequest()) {
			cancel(packet);
			return;
		}
		ServerConnection opened = connect(this.gateway.target());
		if (!packet.isTlsRequest()) {
			new LoginRelay(this.gateway, opened, plain, packet).refuseUnencrypted();
			return;
		}
		answer(plain, 'S');
		ClientStreams encrypted = encrypt();
		packet = InitialPacket.read(encrypted.input());
		if (packet.isCancelRequest()) {
			cancel(packet);
			return;
		}
		LoginRelay login = new LoginRelay(this.gateway, opened, encrypted, packet);
		try {
			if (login.relay()) {
				relay(encrypted, opened);
			}
			Sockets.close(encrypted.socket());
		}
		finally {
			this.cancelKey = login.cancelKey();
		}
	}

	private ServerConnection connect(ServerAddress target) throws IOException {
		ServerConnection connection = new ServerConnection(target, LOGIN_LIMIT);
		this.server = connection;
		// Set first, asked next: who ends the session closes what is set after it.
		if (this.ended) {
			connection.close();
		}
		connection.open();
		return connection;
	}

	private static void answer(ClientStreams streams, char letter) throws IOException {
		streams.output().write(letter);
		streams.output().flush();
	}

	private ClientStreams encrypt() throws IOException {
		SSLSocket socket = (SSLSocket) this.gateway.certificate()
			.getSocketFactory()
			.createSocket(this.client, InputStream.nullInputStream(), true);
		socket.startHandshake();
		return new ClientStreams(socket, this.traffic);
	}

	/**
	 * Hands a request to cancel to the server that gave out its key. The server answers
	 * by closing the connection, and so does this.
	 */
	private void cancel(InitialPacket packet) throws IOException {
		ServerAddress target = this.gateway.cancelKeys().server(packet.cancelKey());
		if (target != null) {
			try (ServerConnection connection = new ServerConnection(target, LOGIN_LIMIT)) {
				connection.open();
				packet.writeTo(connection.output());
				connection.input().read();
			}
		}
	}

	private void relay(ClientStreams streams, ServerConnection connection) throws IOException {
		this.client.setSoTimeout(0);
		connection.unlimit();
		InputStream answers = connection.input();
		this.gateway.start("answers", () -> relayAnswers(answers, streams));
		copy(streams.input(), connection.output());
	}

	private void relayAnswers(InputStream answers, ClientStreams streams) {
		try {
			copy(answers, streams.output());
			this.traffic.awaitPassage();
			Sockets.close(streams.socket());
		}
		catch (IOException ex) {
			logger.debug("A session of the address '{}' ended: {}", this.gateway.name(), ex.toString());
			this.traffic.awaitPassage();
			reset();
		}
	}

	private static void copy(InputStream input, OutputStream output) throws IOException {
		byte[] buffer = new byte[BUFFER];
		int length = input.read(buffer);
		while (length >= 0) {
			output.write(buffer, 0, length);
			output.flush();
			length = input.read(buffer);
		}
	}

}
