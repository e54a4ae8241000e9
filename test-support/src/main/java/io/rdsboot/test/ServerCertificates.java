package io.rdsboot.test;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

import io.rdsboot.test.gateway.CertificateAuthority;
import io.rdsboot.test.server.ServerAddresses;

/**
 * The certificates of a cluster's addresses, each made when it is first asked for.
 * Thread-safe.
 */
final class ServerCertificates {

	/** Many more than a test adds readers. */
	private static final int INSTANCE_HOSTS = 30;

	private final CertificateAuthority authority;

	private final List<String> hosts;

	private final Instant now;

	private final Map<ServerCertificate, SSLContext> contexts = new EnumMap<>(ServerCertificate.class);

	/**
	 * Makes the authority.
	 * @param hostNames names beyond those of loopback
	 * @param now the time
	 */
	ServerCertificates(List<String> hostNames, Instant now) {
		this(new CertificateAuthority("RDS local test CA", now), hostNames, now);
	}

	private ServerCertificates(CertificateAuthority authority, List<String> hostNames, Instant now) {
		this.authority = authority;
		this.hosts = Stream
			.of(List.of(LocalRdsAddress.HOST, "127.0.0.1", "127.0.0.2", "::1"), ServerAddresses.hosts(INSTANCE_HOSTS),
					hostNames)
			.flatMap(List::stream)
			.toList();
		this.now = now;
	}

	/**
	 * Makes certificates of the same authority.
	 * @param hostNames names beyond those of loopback
	 * @return certificates with keys of their own
	 */
	ServerCertificates another(List<String> hostNames) {
		return new ServerCertificates(this.authority, hostNames, this.now);
	}

	String authority() {
		return this.authority.pem();
	}

	synchronized SSLContext get(ServerCertificate certificate) {
		return this.contexts.computeIfAbsent(certificate, this::make);
	}

	private SSLContext make(ServerCertificate certificate) {
		return switch (certificate) {
			case TRUSTED -> this.authority.issue(this.hosts);
			case UNKNOWN_AUTHORITY -> new CertificateAuthority("RDS local unknown CA", this.now).issue(this.hosts);
			case OTHER_HOST -> this.authority.issue(List.of("other.rds.test"));
			case EXPIRED -> this.authority.issueExpired(this.hosts);
		};
	}

}
