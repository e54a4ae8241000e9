package io.rdsboot.pool;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.SocketFactory;

import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.tls.TlsSettings;
import org.junit.jupiter.api.Test;
import org.postgresql.PGProperty;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of pools whose first connections are lost while HikariCP looks at what they can
 * do.
 */
class FirstConnectionTests {

	private static final AtomicInteger losses = new AtomicInteger();

	@Test
	void poolOpensConnectionsAfterItsFirstOnesWereLostBeforeTheyToldTheirIsolationLevel() throws Exception {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().start();
				InstancePools pools = new InstancePools(cluster.database(),
						(address) -> new DatabaseCredentials(cluster.username(), cluster.password()),
						TlsSettings.DEFAULT, ConnectivityListener.all(List.of()),
						List.of((config, instance, role) -> config.setMaximumPoolSize(2)))) {
			losses.set(3);
			InstanceAddress address = new InstanceAddress(cluster.writer().host(), cluster.writer().port());
			InstancePool pool = pools.pool(
					new DatabaseInstance(address.toString(), address, 1,
							Map.of(PGProperty.SOCKET_FACTORY.getName(), LosingSocketFactory.class.getName()), null),
					InstanceRole.WRITER);
			try (Connection first = pool.getConnection(Duration.ofSeconds(20));
					Connection second = pool.getConnection(Duration.ofSeconds(20))) {
				assertThat(losses).hasNegativeValue();
				for (Connection connection : List.of(first, second)) {
					assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
					assertThat(pool.isSourceOf(connection)).isTrue();
				}
			}
		}
	}

	/**
	 * Makes connections that are lost when the isolation level is asked for, as long as
	 * there are {@link #losses} left.
	 */
	public static final class LosingSocketFactory extends SocketFactory {

		@Override
		public Socket createSocket() {
			return new Socket() {

				@Override
				public OutputStream getOutputStream() throws IOException {
					return new LosingStream(super.getOutputStream());
				}

			};
		}

		@Override
		public Socket createSocket(String host, int port) {
			throw new UnsupportedOperationException();
		}

		@Override
		public Socket createSocket(String host, int port, InetAddress local, int localPort) {
			throw new UnsupportedOperationException();
		}

		@Override
		public Socket createSocket(InetAddress host, int port) {
			throw new UnsupportedOperationException();
		}

		@Override
		public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
			throw new UnsupportedOperationException();
		}

	}

	private static final class LosingStream extends FilterOutputStream {

		LosingStream(OutputStream out) {
			super(out);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			String sent = new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
			if (sent.contains("ISOLATION LEVEL") && losses.getAndDecrement() > 0) {
				throw new SocketException("Connection reset");
			}
			this.out.write(bytes, offset, length);
		}

	}

}
