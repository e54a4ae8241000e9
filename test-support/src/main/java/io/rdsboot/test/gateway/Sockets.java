package io.rdsboot.test.gateway;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;

/**
 * Ways to close a socket that cannot fail.
 */
final class Sockets {

	private Sockets() {
	}

	/**
	 * Closes a connection so that the other side sees a reset.
	 * @param socket the socket
	 */
	static void reset(Socket socket) {
		try {
			socket.setSoLinger(true, 0);
		}
		catch (IOException ex) {
			// It is closed already, which is all that is wanted.
		}
		close(socket);
	}

	static void close(Closeable closeable) {
		try {
			closeable.close();
		}
		catch (IOException ex) {
			// There is nothing left to do with it.
		}
	}

}
