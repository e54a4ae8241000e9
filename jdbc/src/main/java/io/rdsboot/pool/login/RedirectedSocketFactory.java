package io.rdsboot.pool.login;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;

import javax.net.SocketFactory;

import io.rdsboot.cluster.InstanceAddress;
import org.apiguardian.api.API;

/**
 * Socket factory that pgjdbc makes, by its name, for a connection which is opened
 * elsewhere than its URL says; requests to cancel its statements go there, too.
 * Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class RedirectedSocketFactory extends SocketFactory {

	private final InetSocketAddress endpoint;

	/**
	 * Create a factory. Called by pgjdbc.
	 * @param endpoint IP address and port that all sockets connect to
	 */
	public RedirectedSocketFactory(String endpoint) {
		InstanceAddress parsed = InstanceAddress.parse(endpoint);
		this.endpoint = new InetSocketAddress(parsed.host(), parsed.port());
	}

	/**
	 * Return what pgjdbc passes to the factory for an endpoint.
	 */
	static String argument(InetSocketAddress endpoint) {
		return new InstanceAddress(endpoint.getAddress().getHostAddress(), endpoint.getPort()).toString();
	}

	@Override
	public Socket createSocket() {
		return new RedirectedSocket();
	}

	@Override
	public Socket createSocket(String host, int port) throws IOException {
		return connected();
	}

	@Override
	public Socket createSocket(InetAddress host, int port) throws IOException {
		return connected();
	}

	@Override
	public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
		return connected();
	}

	@Override
	public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
		return connected();
	}

	private Socket connected() throws IOException {
		Socket socket = createSocket();
		try {
			socket.connect(this.endpoint);
			return socket;
		}
		catch (IOException ex) {
			socket.close();
			throw ex;
		}
	}

	/**
	 * Socket that connects to the endpoint, wherever it is told to.
	 */
	private final class RedirectedSocket extends Socket {

		@Override
		public void connect(SocketAddress ignored, int timeout) throws IOException {
			super.connect(RedirectedSocketFactory.this.endpoint, timeout);
		}

	}

}
