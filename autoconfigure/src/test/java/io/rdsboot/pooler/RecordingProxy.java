package io.rdsboot.pooler;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Stands between a client and a server that speak PostgreSQL's protocol without
 * encryption, and keeps what the client has executed and prepared. Thread-safe.
 */
final class RecordingProxy implements AutoCloseable {

	private static final int LENGTH = 4;

	private final ServerSocket listener;

	private final int target;

	private final List<String> statements = new ArrayList<>();

	private final List<String> preparedNames = new ArrayList<>();

	private final List<Socket> sockets = new ArrayList<>();

	RecordingProxy(int target) throws IOException {
		this.target = target;
		this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		start(this::accept);
	}

	String jdbcUrl(String database) {
		return "jdbc:postgresql://127.0.0.1:%d/%s?sslmode=disable&gssEncMode=disable"
			.formatted(this.listener.getLocalPort(), database);
	}

	private static void start(Transfer transfer) {
		Thread thread = new Thread(() -> {
			try {
				transfer.run();
			}
			catch (IOException ex) {
				// a side has closed
			}
		}, "recording-proxy");
		thread.setDaemon(true);
		thread.start();
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.listener.accept();
			Socket server = new Socket(InetAddress.getLoopbackAddress(), this.target);
			synchronized (this.sockets) {
				this.sockets.add(client);
				this.sockets.add(server);
			}
			start(() -> {
				try (client; server) {
					record(new DataInputStream(client.getInputStream()),
							new DataOutputStream(server.getOutputStream()));
				}
			});
			start(() -> {
				try (client; server) {
					server.getInputStream().transferTo(client.getOutputStream());
				}
			});
		}
	}

	private void record(DataInputStream from, DataOutputStream to) throws IOException {
		int startup = from.readInt();
		byte[] parameters = from.readNBytes(startup - LENGTH);
		to.writeInt(startup);
		to.write(parameters);
		to.flush();
		while (true) {
			int type = from.readUnsignedByte();
			int length = from.readInt();
			byte[] body = from.readNBytes(length - LENGTH);
			record((char) type, body);
			to.write(type);
			to.writeInt(length);
			to.write(body);
			to.flush();
		}
	}

	private synchronized void record(char type, byte[] body) {
		String[] texts = new String(body, StandardCharsets.UTF_8).split("\0", 3);
		if (type == 'Q') {
			this.statements.add(texts[0]);
		}
		else if (type == 'P') {
			this.statements.add(texts[1]);
			this.preparedNames.add(texts[0]);
		}
	}

	/**
	 * Returns what was executed by a simple query or parsed.
	 */
	synchronized List<String> statements() {
		return List.copyOf(this.statements);
	}

	/**
	 * Returns the names that statements were parsed by; empty for those without one.
	 */
	synchronized List<String> preparedNames() {
		return List.copyOf(this.preparedNames);
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
		synchronized (this.sockets) {
			for (Socket socket : this.sockets) {
				socket.close();
			}
		}
	}

	private interface Transfer {

		void run() throws IOException;

	}

}
