package io.rdsboot.tls;

import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The server's certificate is one of a trusted authority's, and made out to another host.
 */
public final class HostNameMismatchException extends ServerCertificateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Kinds of alternative names that can name a server: DNS name and IP address, by
	 * their tags in <a href="https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6">RFC
	 * 5280</a>.
	 */
	private static final Set<Integer> NAMES_OF_SERVERS = Set.of(2, 7);

	private final String host;

	private final transient List<String> names;

	HostNameMismatchException(String host, X509Certificate[] chain, CertificateException cause) {
		this(host, names(chain[0]), chain, cause);
	}

	private HostNameMismatchException(String host, List<String> names, X509Certificate[] chain,
			CertificateException cause) {
		super("The server's certificate is not made out to the host '" + host + "' but to "
				+ (names.isEmpty() ? "'" + subject(chain[0]) + "'" : names), chain, cause);
		this.host = host;
		this.names = names;
	}

	/**
	 * Return the host that was asked for.
	 */
	public String getHost() {
		return this.host;
	}

	/**
	 * Return the host names and IP addresses that the certificate is made out to; empty
	 * if its subject alone says.
	 */
	public List<String> getNames() {
		return this.names;
	}

	private static List<String> names(X509Certificate certificate) {
		try {
			Collection<List<?>> names = certificate.getSubjectAlternativeNames();
			return (names == null) ? List.of()
					: names.stream()
						.filter((name) -> NAMES_OF_SERVERS.contains(name.get(0)))
						.map((name) -> String.valueOf(name.get(1)))
						.toList();
		}
		catch (CertificateParsingException ex) {
			return List.of();
		}
	}

}
