package io.rdsboot.tls;

import java.io.IOException;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import org.jspecify.annotations.Nullable;
import org.postgresql.ssl.WrappedFactory;

/**
 * Socket factory that pgjdbc makes, by its name, for each connection. It asks a supplier
 * for the context, so that certificates can be replaced while the application runs.
 *
 * <p>
 * pgjdbc passes a text to it and nothing else. The text is the id of a
 * {@link Registration}.
 */
public final class TlsSocketFactory extends WrappedFactory {

	private static final Map<String, Registration> REGISTRATIONS = new ConcurrentHashMap<>();

	/**
	 * How long closing a connection waits, in seconds, for a thread that is stuck writing
	 * to it. Without this it waits as long as that thread, which only closing can free.
	 */
	private static final int CLOSE_LIMIT = 1;

	private static final AtomicLong LAST_ID = new AtomicLong();

	private final @Nullable Registration registration;

	/**
	 * Create a factory. Called by pgjdbc.
	 * @param id id of the registration
	 */
	public TlsSocketFactory(String id) {
		this.registration = REGISTRATIONS.get(id);
	}

	/**
	 * Make a context known to the factories of one server's connections.
	 * @param context asked at each connection
	 * @param verifyHost whether the certificate must be made out to the host
	 * @return the registration, which the one who closes the connections' pool closes
	 */
	public static Registration register(Supplier<SSLContext> context, boolean verifyHost) {
		Registration registration = new Registration(String.valueOf(LAST_ID.incrementAndGet()), context, verifyHost);
		REGISTRATIONS.put(registration.id(), registration);
		return registration;
	}

	@Override
	public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
		if (this.registration == null) {
			throw new SSLException("The pool of connections to " + host + ":" + port + " is closed");
		}
		this.factory = context(this.registration).getSocketFactory();
		socket.setSoLinger(true, CLOSE_LIMIT);
		SSLSocket tlsSocket = (SSLSocket) super.createSocket(socket, host, port, autoClose);
		if (this.registration.verifyHost()) {
			// pgjdbc compares names after the handshake, and knows fewer forms of them
			SSLParameters parameters = tlsSocket.getSSLParameters();
			parameters.setEndpointIdentificationAlgorithm("HTTPS");
			tlsSocket.setSSLParameters(parameters);
		}
		return tlsSocket;
	}

	private static SSLContext context(Registration registration) throws SSLException {
		try {
			return registration.context().get();
		}
		catch (RuntimeException ex) {
			throw new SSLException("There is no TLS context: " + ex.getMessage(), ex);
		}
	}

	/**
	 * A context that factories can find. Thread-safe.
	 */
	public static final class Registration implements AutoCloseable {

		private final String id;

		private final Supplier<SSLContext> context;

		private final boolean verifyHost;

		private Registration(String id, Supplier<SSLContext> context, boolean verifyHost) {
			this.id = id;
			this.context = context;
			this.verifyHost = verifyHost;
		}

		/**
		 * Return the text to give to pgjdbc as {@code sslfactoryarg}.
		 */
		public String id() {
			return this.id;
		}

		private Supplier<SSLContext> context() {
			return this.context;
		}

		private boolean verifyHost() {
			return this.verifyHost;
		}

		/**
		 * Forget the context. No further connection can be opened with it.
		 */
		@Override
		public void close() {
			REGISTRATIONS.remove(this.id);
		}

	}

}
