package io.rdsboot.pool.login;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import org.jspecify.annotations.Nullable;

/**
 * Speaks the beginning of PostgreSQL's protocol, keeps all that it was sent, and refuses
 * every login.
 */
public final class RecordingServer implements AutoCloseable {

	private static final int SSL_REQUEST = 80877103;

	private static final int AUTHENTICATION_CLEARTEXT_PASSWORD = 3;

	private static final int TIMEOUT_MILLIS = 10_000;

	private final ServerSocket listener;

	private final @Nullable Supplier<SSLContext> tls;

	private final boolean needClientCertificate;

	private final List<String> received = new CopyOnWriteArrayList<>();

	private RecordingServer(InetAddress address, @Nullable Supplier<SSLContext> tls, boolean needClientCertificate) {
		this.tls = tls;
		this.needClientCertificate = needClientCertificate;
		try {
			this.listener = new ServerSocket(0, 50, address);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Thread thread = new Thread(this::accept, "recording-server-" + this.listener.getLocalPort());
		thread.setDaemon(true);
		thread.start();
	}

	static RecordingServer withoutTls() {
		return new RecordingServer(InetAddress.getLoopbackAddress(), null, false);
	}

	public static RecordingServer with(SSLContext tls) {
		return with(() -> tls);
	}

	/**
	 * Listens on an address of this machine other than loopback's own.
	 * @param host a name of this machine
	 */
	public static RecordingServer at(String host, SSLContext tls) throws IOException {
		return new RecordingServer(InetAddress.getByName(host), () -> tls, false);
	}

	static RecordingServer with(Supplier<SSLContext> tls) {
		return new RecordingServer(InetAddress.getLoopbackAddress(), tls, false);
	}

	static RecordingServer withClientCertificates(SSLContext tls) {
		return new RecordingServer(InetAddress.getLoopbackAddress(), () -> tls, true);
	}

	static RecordingServer onIpv6(SSLContext tls) throws IOException {
		return new RecordingServer(InetAddress.getByName("::1"), () -> tls, false);
	}

	/**
	 * Returns what was received, in order: {@code connection}, {@code SSLRequest},
	 * {@code TLS}, {@code startup} and {@code password <text>}.
	 */
	public List<String> received() {
		return this.received;
	}

	DatabaseInstance instance(String host) {
		return instance(host, Map.of());
	}

	DatabaseInstance instance(String host, Map<String, String> driverProperties) {
		InstanceAddress address = new InstanceAddress(host, this.listener.getLocalPort());
		return new DatabaseInstance(address.toString(), address, 1, driverProperties, null);
	}

	public int port() {
		return this.listener.getLocalPort();
	}

	private void accept() {
		while (true) {
			try (Socket socket = this.listener.accept()) {
				socket.setSoTimeout(TIMEOUT_MILLIS);
				this.received.add("connection");
				serve(socket);
			}
			catch (IOException | IllegalStateException ex) {
				if (this.listener.isClosed()) {
					return;
				}
			}
		}
	}

	private void serve(Socket socket) throws IOException {
		DataInputStream in = new DataInputStream(socket.getInputStream());
		byte[] packet = in.readNBytes(in.readInt() - 4);
		if (isSslRequest(packet)) {
			this.received.add("SSLRequest");
			socket.getOutputStream().write((this.tls != null) ? 'S' : 'N');
			if (this.tls != null) {
				SSLSocket encrypted = (SSLSocket) this.tls.get().getSocketFactory().createSocket(socket, null, true);
				encrypted.setNeedClientAuth(this.needClientCertificate);
				encrypted.startHandshake();
				this.received.add("TLS");
				startup(encrypted);
				refuseLogin(encrypted);
				return;
			}
			startup(socket);
		}
		refuseLogin(socket);
	}

	private static boolean isSslRequest(byte[] packet) {
		return packet.length == 4 && ByteBuffer.wrap(packet).getInt() == SSL_REQUEST;
	}

	private static void startup(Socket socket) throws IOException {
		DataInputStream in = new DataInputStream(socket.getInputStream());
		in.readNBytes(in.readInt() - 4);
	}

	private void refuseLogin(Socket socket) throws IOException {
		this.received.add("startup");
		DataOutputStream out = new DataOutputStream(socket.getOutputStream());
		out.writeByte('R');
		out.writeInt(8);
		out.writeInt(AUTHENTICATION_CLEARTEXT_PASSWORD);
		out.flush();
		DataInputStream in = new DataInputStream(socket.getInputStream());
		in.readByte();
		byte[] password = in.readNBytes(in.readInt() - 4);
		this.received.add("password " + new String(password, 0, password.length - 1, StandardCharsets.UTF_8));
		byte[] error = "SFATAL\0C28P01\0Mno\0\0".getBytes(StandardCharsets.UTF_8);
		out.writeByte('E');
		out.writeInt(4 + error.length);
		out.write(error);
		out.flush();
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
	}

}
