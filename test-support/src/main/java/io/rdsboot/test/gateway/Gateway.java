package io.rdsboot.test.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One address of a cluster: listens on loopback, ends TLS, checks logins as RDS does, and
 * hands sessions on to a server. Thread-safe.
 */
public final class Gateway implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Gateway.class);

	/** Clients that connect while the address is frozen wait here. */
	private static final int BACKLOG = 256;

	private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

	private final String name;

	private final String host;

	private final ServerAddress listen;

	private final Logins logins;

	private final Traffic traffic = new Traffic();

	private final CancelKeys cancelKeys = new CancelKeys();

	private final Set<Session> sessions = ConcurrentHashMap.newKeySet();

	private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

	private volatile Supplier<ServerAddress> target;

	private volatile SSLContext certificate;

	private volatile @Nullable String lastRefusal;

	private @Nullable ServerSocket listener;

	private @Nullable Thread acceptor;

	private boolean closed;

	/**
	 * Creates a gateway, which listens from then on.
	 * @param name name of the address, for threads and logs
	 * @param host host name for which tokens must be signed
	 * @param listen where clients reach it
	 * @param target where a new session goes
	 * @param certificate the certificate to present
	 * @param logins who may log in
	 */
	public Gateway(String name, String host, ServerAddress listen, Supplier<ServerAddress> target,
			SSLContext certificate, Logins logins) {
		this.name = name;
		this.host = host;
		this.listen = listen;
		this.target = target;
		this.certificate = certificate;
		this.logins = logins;
		listen();
	}

	private synchronized void listen() {
		if (this.listener != null || this.closed) {
			return;
		}
		try {
			ServerSocket socket = new ServerSocket();
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(InetAddress.getByName(this.listen.host()), this.listen.port()), BACKLOG);
			this.listener = socket;
			this.acceptor = start("accept", () -> accept(socket));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The address '%s' cannot listen on %s:%d".formatted(this.name,
					this.listen.host(), this.listen.port()), ex);
		}
	}

	private void accept(ServerSocket socket) {
		while (!socket.isClosed()) {
			try {
				begin(socket, socket.accept());
			}
			catch (IOException ex) {
				logger.debug("The address '{}' accepted no connection: {}", this.name, ex.toString());
			}
		}
	}

	private void begin(ServerSocket socket, Socket client) {
		Session session = new Session(this, client, this.traffic);
		this.sessions.add(session);
		// Added first, asked next: who closes the listener resets all sessions after it.
		if (socket.isClosed()) {
			session.reset();
		}
		start("client", () -> {
			try {
				session.run();
			}
			finally {
				this.sessions.remove(session);
			}
		});
	}

	/**
	 * Starts a daemon thread that {@link #close()} waits for.
	 * @param duty what it does
	 * @param task its task
	 * @return the thread
	 */
	Thread start(String duty, Runnable task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			finally {
				this.threads.remove(Thread.currentThread());
			}
		}, "rds-local-%s-%s".formatted(this.name, duty));
		thread.setDaemon(true);
		this.threads.add(thread);
		thread.start();
		return thread;
	}

	/**
	 * Sends new sessions elsewhere; open ones stay.
	 * @param newTarget where a new session goes
	 */
	public void pointTo(Supplier<ServerAddress> newTarget) {
		this.target = newTarget;
	}

	/**
	 * Presents another certificate to new clients.
	 * @param newCertificate the certificate
	 */
	public void present(SSLContext newCertificate) {
		this.certificate = newCertificate;
	}

	/**
	 * Sends each answer later.
	 * @param delay by how much
	 */
	public synchronized void slow(Duration delay) {
		this.traffic.slow(delay);
		listen();
	}

	/**
	 * Resets open connections and refuses new ones.
	 */
	public synchronized void cut() {
		stopListening();
		// Before traffic goes on: what was frozen is not to arrive any more.
		this.sessions.forEach(Session::reset);
		this.traffic.restore();
	}

	/**
	 * Refuses new connections; open ones go on.
	 */
	public synchronized void refuse() {
		stopListening();
	}

	/**
	 * Lets nothing pass: connections stay open, new ones are accepted, and nothing is
	 * answered.
	 */
	public synchronized void freeze() {
		this.traffic.freeze();
		listen();
	}

	/**
	 * Lets everything pass at once again.
	 */
	public synchronized void restore() {
		this.traffic.restore();
		listen();
	}

	private void stopListening() {
		ServerSocket socket = this.listener;
		this.listener = null;
		if (socket != null) {
			Sockets.close(socket);
			awaitEnd(this.acceptor);
		}
	}

	/**
	 * The system keeps the port as long as a thread waits for connections at it.
	 */
	private static void awaitEnd(@Nullable Thread acceptor) {
		try {
			if (acceptor != null) {
				acceptor.join(CLOSE_LIMIT.toMillis());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Why a login was last refused here, which a client of RDS is not told.
	 * @return the reason, or {@code null} when none was
	 */
	public @Nullable String lastRefusal() {
		return this.lastRefusal;
	}

	void refused(@Nullable String reason) {
		logger.debug("The address '{}' refused a login: {}", this.name, reason);
		this.lastRefusal = reason;
	}

	ServerAddress target() {
		return this.target.get();
	}

	SSLContext certificate() {
		return this.certificate;
	}

	Logins logins() {
		return this.logins;
	}

	CancelKeys cancelKeys() {
		return this.cancelKeys;
	}

	String signedAddress() {
		return this.host + ":" + this.listen.port();
	}

	String name() {
		return this.name;
	}

	/**
	 * Resets all connections and waits, for at most five seconds, for all threads to end.
	 */
	@Override
	public void close() {
		synchronized (this) {
			this.closed = true;
			stopListening();
			this.traffic.end();
			this.sessions.forEach(Session::reset);
		}
		long endNanos = System.nanoTime() + CLOSE_LIMIT.toNanos();
		try {
			while (!this.threads.isEmpty() && System.nanoTime() < endNanos) {
				for (Thread thread : this.threads) {
					thread.join(Math.max(1, Duration.ofNanos(endNanos - System.nanoTime()).toMillis()));
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
