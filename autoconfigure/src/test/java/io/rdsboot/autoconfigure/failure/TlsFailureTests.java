package io.rdsboot.autoconfigure.failure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.ServerCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what a user reads where client and server disagree about TLS, or nothing
 * answers, or there are no AWS credentials.
 */
@LocalRds(tls = true, readers = 0)
class TlsFailureTests {

	private final LocalRdsCluster cluster;

	@TempDir
	private Path directory;

	TlsFailureTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@AfterEach
	void restore() {
		this.cluster.writerAddress().restore();
	}

	@Test
	void analysisWhenAuthorityIsUnknown() {
		this.cluster.writerAddress().present(ServerCertificate.UNKNOWN_AUTHORITY);
		assertThat(withoutPath(application().read())).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432: The server's certificate \
				'CN=localhost' goes back to the authority 'CN=RDS local unknown CA', which is not trusted

				Action:

				Check, in this order:

				    1. rds.tls.certificate-authorities = 'file:/authority.pem' holds that authority. It replaces \
				the authorities of RDS.

				    2. Nobody stands between: the chain that the server shows ends at an authority that you know.

				           openssl s_client -starttls postgres -connect localhost:5432 -showcerts </dev/null
				""");
	}

	@Test
	void analysisWhenAuthorityIsUnknownAndNoneIsConfigured() {
		assertThat(application().with("rds.tls.certificate-authorities=").read()).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432: The server's certificate \
				'CN=localhost' goes back to the authority 'CN=RDS local test CA', which is not trusted

				Action:

				Check, in this order:

				    1. The certificate of that authority, as a PEM file, is set: \
				rds.tls.certificate-authorities=file:<path>. Or it is in an SSL bundle: rds.tls.bundle=<name>.

				    2. Nobody stands between: the chain that the server shows ends at an authority that you know.

				           openssl s_client -starttls postgres -connect localhost:5432 -showcerts </dev/null
				""");
	}

	@Test
	void checksWhenAuthorityOfRdsIsUnknown() {
		assertThat(checks(application().with("rds.tls.certificate-authorities=").failure())).isEqualTo("""
				Check, in this order:

				    1. Whether it is an authority of RDS that is newer than this library. If so, get those of the \
				region, and set rds.tls.certificate-authorities=file:rds.pem:

				           curl -o rds.pem https://truststore.pki.rds.amazonaws.com/us-east-1/us-east-1-bundle.pem

				    2. Nobody stands between: the chain that the server shows ends at an authority that you know.

				           openssl s_client -starttls postgres -connect \
				app.cluster-abc123.us-east-1.rds.amazonaws.com:5432 -showcerts </dev/null
				""");
	}

	@Test
	void analysisWhenCertificateIsOfAnotherHost() {
		this.cluster.writerAddress().present(ServerCertificate.OTHER_HOST);
		assertThat(application().read()).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432: The server's certificate \
				is not made out to the host 'localhost' but to [other.rds.test]

				Action:

				Check, in this order:

				    1. rds.writer = 'localhost:5432' is one of the names in the certificate (other.rds.test), and \
				not an alias or an IP address of it.

				    2. Where it is a tunnel, or an alias that has to stay, set rds.tls.mode=verify-ca: the \
				authority is verified, and the name is not.
				""");
	}

	@Test
	void analysisWhenCertificateHasExpired() {
		this.cluster.writerAddress().present(ServerCertificate.EXPIRED);
		assertThat(withoutDates(application().read())).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432: The server's certificate \
				'CN=localhost' is valid from <date> to <date>, and not by the clock of this machine

				Action:

				Check, in this order:

				    1. The clock of this machine is right. The time in UTC:

				           date -u

				    2. The certificate of the server localhost:5432 is renewed.
				""");
	}

	@Test
	void checksWhenCertificateOfRdsHasExpired() {
		this.cluster.writerAddress().present(ServerCertificate.EXPIRED);
		assertThat(checks(application().failure())).isEqualTo("""
				Check, in this order:

				    1. The clock of this machine is right. The time in UTC:

				           date -u

				    2. The instance has a certificate of a present authority of RDS. The authorities, and how to \
				give it another:

				           aws rds describe-certificates --region us-east-1
				           aws rds modify-db-instance --db-instance-identifier <instance> --region us-east-1 \
				--ca-certificate-identifier rds-ca-rsa2048-g1 --apply-immediately
				""");
	}

	@Test
	void analysisWhenServerOffersNoTls() {
		assertThat(application().with("rds.writer=localhost:" + this.cluster.writer().port()).read()).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432: The server localhost:5432 does not \
				offer TLS, which sslmode 'verify-full' insists on

				Action:

				Check, in this order:

				    1. rds.writer = 'localhost:5432' leads to the database itself. RDS always offers TLS; a \
				connection pooler or a tunnel that speaks PostgreSQL may not.

				    2. A server that is to be used without TLS: set rds.tls.mode=prefer.
				""");
	}

	@Test
	void analysisWhenServerDemandsTls() {
		assertThat(application().with("rds.tls.certificate-authorities=", "rds.tls.mode=disable").read()).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432: FATAL: no pg_hba.conf entry for host \
				"127.0.0.1", user "app", database "app", no encryption

				The server demands TLS (rds.force_ssl), and the connection is not encrypted.

				Action:

				Remove what switches TLS off: rds.tls.mode, or sslmode in the address or in \
				rds.pool.data-source-properties. By default connections to RDS are encrypted.
				""");
	}

	@Test
	void analysisWhenNothingAnswers() throws IOException {
		try (BlackHole hole = new BlackHole()) {
			assertThat(atPort(hole.port()).read()).isEqualTo("""
					Cannot connect to database 'app' on the writer localhost:5432: The connection attempt failed.

					Nothing answers at localhost:5432.

					Action:

					Check, in this order:

					    1. Host and port are right in rds.writer = 'localhost:5432', and the server runs.

					    2. The firewall of the server, or its security group, lets this machine in.

					    3. There is a route to it.

					    4. This machine reaches the port, once the checks above are done:

					           nc -vz -w 5 localhost 5432
					""");
		}
	}

	@Test
	void checksWhenRdsDoesNotAnswer() throws IOException {
		try (BlackHole hole = new BlackHole()) {
			assertThat(checks(atPort(hole.port()).failure())).isEqualTo(
					"""
							Check, in this order:

							    1. A security group of cluster 'app' lets this machine in. Its groups, what a group lets in, \
							and how one lets in the group that this application runs in:

							           aws rds describe-db-clusters --db-cluster-identifier app --region us-east-1 --query \
							'DBClusters[0].VpcSecurityGroups[].VpcSecurityGroupId' --output text
							           aws ec2 describe-security-groups --region us-east-1 --group-ids <group> --query \
							'SecurityGroups[].IpPermissions'
							           aws ec2 authorize-security-group-ingress --region us-east-1 --group-id <group> \
							--protocol tcp --port 5432 --source-group <group of the application>

							    2. There is a route to it. Where the name leads to from here (a private address is reached \
							within its VPC, or by peering, a transit gateway or a VPN), and the routes of a VPC:

							           getent hosts app.cluster-abc123.us-east-1.rds.amazonaws.com
							           aws ec2 describe-route-tables --region us-east-1 --filters Name=vpc-id,Values=<vpc of \
							the application> --query 'RouteTables[].Routes'

							    3. Outside of AWS: it has a public address (True), or the connection goes through a VPN or a \
							tunnel:

							           aws rds describe-db-instances --region us-east-1 --filters Name=db-cluster-id,Values=app \
							--query 'DBInstances[].[DBInstanceIdentifier,PubliclyAccessible]' --output text

							    4. This machine reaches the port, once the checks above are done:

							           nc -vz -w 5 app.cluster-abc123.us-east-1.rds.amazonaws.com 5432
							""");
		}
	}

	private static String checks(Throwable failure) {
		return ConnectionDiagnostics
			.diagnose(new ConnectionFailure(failure,
					InstanceAddress.parse("app.cluster-abc123.us-east-1.rds.amazonaws.com"), "rds.writer",
					new MockEnvironment()))
			.action() + "\n";
	}

	private String withoutPath(String text) {
		return text.replace(this.directory.toUri().toString(), "file:/");
	}

	private static String withoutDates(String text) {
		return text.replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "<date>");
	}

	private Application atPort(int port) {
		return application().with("rds.writer=localhost:" + port, "rds.pool.data-source-properties.connectTimeout=1");
	}

	private Application application() {
		return Application.at(this.cluster, this.directory)
			.with("rds.credentials.username=app", "rds.credentials.password=" + this.cluster.password());
	}

	/**
	 * A port that takes no connection and refuses none, as its queue is full.
	 */
	private static final class BlackHole implements AutoCloseable {

		private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

		private final List<Socket> queue = new ArrayList<>();

		BlackHole() throws IOException {
			boolean full = false;
			while (!full) {
				Socket socket = new Socket();
				this.queue.add(socket);
				try {
					socket.connect(this.listener.getLocalSocketAddress(), 200);
				}
				catch (SocketTimeoutException ex) {
					full = true;
				}
			}
		}

		int port() {
			return this.listener.getLocalPort();
		}

		@Override
		public void close() throws IOException {
			for (Socket socket : this.queue) {
				socket.close();
			}
			this.listener.close();
		}

	}

}
