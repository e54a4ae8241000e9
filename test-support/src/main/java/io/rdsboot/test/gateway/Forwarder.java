package io.rdsboot.test.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Port on loopback that hands connections on to a server, byte by byte, whatever they
 * carry. Thread-safe.
 */
public final class Forwarder implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Forwarder.class);

	private static final int BACKLOG = 256;

	private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

	private static final int BUFFER = 16 * 1024;

	private final ServerAddress listen;

	private final Supplier<ServerAddress> target;

	private final ServerSocket listener;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	/**
	 * Creates a forwarder, which listens from then on.
	 * @param listen where clients reach it
	 * @param target where a new connection goes
	 */
	public Forwarder(ServerAddress listen, Supplier<ServerAddress> target) {
		this.listen = listen;
		this.target = target;
		try {
			this.listener = new ServerSocket();
			this.listener.setReuseAddress(true);
			this.listener.bind(new InetSocketAddress(InetAddress.getByName(listen.host()), listen.port()), BACKLOG);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Nothing can listen on %s:%d".formatted(listen.host(), listen.port()), ex);
		}
		start("accept", this::accept);
	}

	private void start(String duty, Runnable task) {
		Thread thread = new Thread(task, "rds-local-forward-%d-%s".formatted(this.listen.port(), duty));
		thread.setDaemon(true);
		thread.start();
	}

	private void accept() {
		while (!this.listener.isClosed()) {
			try {
				Socket client = this.listener.accept();
				this.sockets.add(client);
				start("client", () -> forward(client));
			}
			catch (IOException ex) {
				logger.debug("Port {} accepted no connection: {}", this.listen.port(), ex.toString());
			}
		}
	}

	private void forward(Socket client) {
		Socket server = new Socket();
		this.sockets.add(server);
		try {
			ServerAddress address = this.target.get();
			server.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_TIMEOUT_MILLIS);
			client.setTcpNoDelay(true);
			server.setTcpNoDelay(true);
			start("server", () -> copy(server, client));
			// Added first, asked next: who closes the listener resets all sockets after
			// it.
			if (this.listener.isClosed()) {
				end(client, server);
			}
			copy(client, server);
		}
		catch (IOException ex) {
			logger.debug("Port {} reaches no server: {}", this.listen.port(), ex.toString());
			end(client, server);
		}
	}

	private void copy(Socket from, Socket to) {
		try {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			byte[] buffer = new byte[BUFFER];
			for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
				out.write(buffer, 0, read);
			}
		}
		catch (IOException ex) {
			logger.debug("A connection by port {} ended: {}", this.listen.port(), ex.toString());
		}
		finally {
			end(from, to);
		}
	}

	private void end(Socket one, Socket other) {
		Sockets.close(one);
		Sockets.close(other);
		this.sockets.remove(one);
		this.sockets.remove(other);
	}

	/**
	 * Resets open connections; new ones are taken as before.
	 */
	public void resetConnections() {
		this.sockets.forEach(Sockets::reset);
	}

	/**
	 * Ceases to listen and resets open connections.
	 */
	@Override
	public void close() {
		Sockets.close(this.listener);
		resetConnections();
	}

}
