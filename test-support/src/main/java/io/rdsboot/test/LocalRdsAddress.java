package io.rdsboot.test;

import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.rdsboot.test.gateway.Gateway;
import io.rdsboot.test.gateway.Logins;
import io.rdsboot.test.gateway.ServerAddress;
import io.rdsboot.test.server.NativeServer;
import org.jspecify.annotations.Nullable;

/**
 * A host and port in front of the servers of a {@link LocalRdsCluster}, which behaves as
 * an address of RDS does: it takes logins over TLS only, and verifies the IAM tokens of
 * roles in {@code rds_iam}. Thread-safe.
 */
public final class LocalRdsAddress {

	/** A name and no number: tokens cannot be signed for an IP address. */
	static final String HOST = "localhost";

	private final String name;

	private final String database;

	private final String host;

	private final ServerAddress listen;

	private volatile Supplier<LocalRdsInstance> standsFor;

	private final UnaryOperator<LocalRdsInstance> member;

	private volatile ServerCertificates certificates;

	private final Gateway gateway;

	LocalRdsAddress(String name, String database, ServerAddress listen, Supplier<LocalRdsInstance> standsFor,
			UnaryOperator<LocalRdsInstance> member, ServerCertificates certificates, Logins logins) {
		this.name = name;
		this.database = database;
		this.host = listen.host().equals(NativeServer.HOST) ? HOST : listen.host();
		this.listen = listen;
		this.standsFor = standsFor;
		this.member = member;
		this.certificates = certificates;
		this.gateway = new Gateway(name, this.host, listen, target(standsFor),
				certificates.get(ServerCertificate.TRUSTED), logins);
	}

	private static Supplier<ServerAddress> target(Supplier<LocalRdsInstance> instance) {
		return () -> {
			LocalRdsInstance current = instance.get();
			return new ServerAddress(current.host(), current.port());
		};
	}

	/**
	 * What the address stands for.
	 * @return {@code writer}, {@code reader}, {@code proxy}, or the name of an instance
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Host name, for which tokens must be signed and which certificates carry.
	 * @return {@code localhost}, or the number of the host that the instance has for its
	 * own
	 */
	public String host() {
		return this.host;
	}

	/**
	 * Port, the same for the cluster's whole life.
	 * @return the port
	 */
	public int port() {
		return this.listen.port();
	}

	/**
	 * JDBC URL of the application's database at this address, without credentials and
	 * settings of TLS.
	 * @return the URL
	 */
	public String jdbcUrl() {
		return "jdbc:postgresql://%s:%d/%s".formatted(this.host, port(), this.database);
	}

	/**
	 * Sends new connections to one instance, whatever the address stands for. Open ones
	 * stay where they are, as after a change of DNS.
	 * @param instance an instance of the same cluster
	 */
	public void pointTo(LocalRdsInstance instance) {
		LocalRdsInstance target = this.member.apply(instance);
		this.gateway.pointTo(target(() -> target));
	}

	/**
	 * Sends new connections to what the address stands for, as at first: the present
	 * writer, the readers in turn, or its instance.
	 */
	public void follow() {
		this.gateway.pointTo(target(this.standsFor));
	}

	/**
	 * Holds back each answer; a long one begins late and then flows. Takes back
	 * {@link #cut} and {@link #freeze}.
	 * @param delay for how long; zero for not at all
	 */
	public void slow(Duration delay) {
		if (delay.isNegative()) {
			throw new IllegalArgumentException("delay is %s, and must not be negative".formatted(delay));
		}
		this.gateway.slow(delay);
	}

	/**
	 * Resets all open connections and refuses new ones.
	 */
	public void cut() {
		this.gateway.cut();
	}

	/**
	 * Lets nothing pass: open connections stay open, new ones are accepted by the
	 * operating system, and nothing comes back.
	 */
	public void freeze() {
		this.gateway.freeze();
	}

	/**
	 * Takes back {@link #slow}, {@link #cut}, {@link #freeze} and
	 * {@link #present(ServerCertificate) present}. Connections that were frozen go on.
	 */
	public void restore() {
		this.gateway.restore();
		present(ServerCertificate.TRUSTED);
	}

	/**
	 * Presents a certificate to new connections.
	 * @param certificate the certificate
	 */
	public void present(ServerCertificate certificate) {
		this.gateway.present(this.certificates.get(certificate));
	}

	/**
	 * Why a login was last refused here by what RDS checks itself. The client is not
	 * told, nor is a client of RDS.
	 * @return the reason, without anything secret, or {@code null} when none was refused
	 */
	public @Nullable String lastRefusal() {
		return this.gateway.lastRefusal();
	}

	/**
	 * Stands for another instance from now on.
	 * @param instance the instance
	 */
	void standFor(LocalRdsInstance instance) {
		this.standsFor = () -> instance;
		follow();
	}

	void certificates(ServerCertificates newCertificates) {
		this.certificates = newCertificates;
		present(ServerCertificate.TRUSTED);
	}

	void refuse() {
		this.gateway.refuse();
	}

	void close() {
		this.gateway.close();
	}

	@Override
	public String toString() {
		return "%s (%s:%d)".formatted(this.name, this.host, port());
	}

}
