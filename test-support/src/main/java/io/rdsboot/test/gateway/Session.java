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

	private final Socket server = new Socket();

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
		Sockets.reset(this.client);
		Sockets.reset(this.server);
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
			Sockets.close(this.server);
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
		ServerAddress target = this.gateway.target();
		Sockets.connect(this.server, target, LOGIN_LIMIT);
		if (!packet.isTlsRequest()) {
			new LoginRelay(this.gateway, target, this.server).refuseUnencrypted(plain, packet);
			return;
		}
		answer(plain, 'S');
		ClientStreams encrypted = encrypt();
		packet = InitialPacket.read(encrypted.input());
		if (packet.isCancelRequest()) {
			cancel(packet);
			return;
		}
		LoginRelay login = new LoginRelay(this.gateway, target, this.server);
		boolean accepted = login.relay(encrypted, packet);
		this.cancelKey = login.cancelKey();
		if (accepted) {
			relay(encrypted);
		}
		Sockets.close(encrypted.socket());
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
			try (Socket socket = new Socket()) {
				Sockets.connect(socket, target, LOGIN_LIMIT);
				packet.writeTo(socket.getOutputStream());
				socket.getInputStream().read();
			}
		}
	}

	private void relay(ClientStreams streams) throws IOException {
		this.client.setSoTimeout(0);
		this.server.setSoTimeout(0);
		this.gateway.start("answers", () -> relayAnswers(streams));
		copy(streams.input(), this.server.getOutputStream());
	}

	private void relayAnswers(ClientStreams streams) {
		try {
			copy(this.server.getInputStream(), streams.output());
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
