package io.rdsboot.autoconfigure;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.rdsboot.test.LocalRdsInstance;

/**
 * Port that answers as a server does which is starting up, until it is told to pass
 * connections on to a real one.
 */
public final class StartingServer implements AutoCloseable {

	private static final int SSL_REQUEST = 80877103;

	private final LocalRdsInstance real;

	private final ServerSocket listener;

	private volatile boolean started;

	public StartingServer(LocalRdsInstance real) throws IOException {
		this.real = real;
		this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		daemon(this::accept);
	}

	public int port() {
		return this.listener.getLocalPort();
	}

	public void finish() {
		this.started = true;
	}

	private void accept() {
		while (!this.listener.isClosed()) {
			try {
				Socket client = this.listener.accept();
				daemon(() -> serve(client));
			}
			catch (IOException ex) {
				// Closed, or a client that is gone.
			}
		}
	}

	private void serve(Socket client) {
		try (client) {
			if (!this.started) {
				refuse(client);
				return;
			}
			try (Socket server = new Socket(this.real.host(), this.real.port())) {
				daemon(() -> pump(server, client));
				pump(client, server);
			}
		}
		catch (IOException ex) {
			// The client is gone.
		}
	}

	private static void refuse(Socket client) throws IOException {
		DataInputStream in = new DataInputStream(client.getInputStream());
		byte[] packet = in.readNBytes(in.readInt() - 4);
		if (packet.length == 4 && ByteBuffer.wrap(packet).getInt() == SSL_REQUEST) {
			client.getOutputStream().write('N');
			in.readNBytes(in.readInt() - 4);
		}
		byte[] fields = "SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"
			.getBytes(StandardCharsets.UTF_8);
		client.getOutputStream()
			.write(ByteBuffer.allocate(5 + fields.length)
				.put((byte) 'E')
				.putInt(4 + fields.length)
				.put(fields)
				.array());
	}

	private static void pump(Socket from, Socket to) {
		byte[] buffer = new byte[8192];
		try (from; to) {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
				out.write(buffer, 0, read);
			}
		}
		catch (IOException ex) {
			// One of both is gone.
		}
	}

	private static void daemon(Runnable work) {
		Thread thread = new Thread(work, "starting-server");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() {
		try {
			this.listener.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
