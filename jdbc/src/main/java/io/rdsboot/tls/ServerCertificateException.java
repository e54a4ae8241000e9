package io.rdsboot.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The server's certificate was refused, before anything was sent to the server that the
 * certificate is to protect. Knows what the server showed.
 */
public abstract sealed class ServerCertificateException extends CertificateException
		permits UntrustedCertificateException, CertificateOutOfDateException, HostNameMismatchException {

	private static final long serialVersionUID = 1L;

	private final transient List<X509Certificate> chain;

	ServerCertificateException(String message, X509Certificate[] chain, CertificateException cause) {
		super(message, cause);
		this.chain = List.of(chain);
	}

	/**
	 * Return what the server showed: its own certificate, and those of the authorities
	 * between it and the root, as far as the server sent them.
	 */
	public List<X509Certificate> getChain() {
		return this.chain;
	}

	/**
	 * Return the server's own certificate.
	 */
	public X509Certificate getCertificate() {
		return this.chain.get(0);
	}

	/**
	 * Return whom the server's certificate is made out to, as a distinguished name.
	 */
	public String getSubject() {
		return subject(getCertificate());
	}

	static String subject(X509Certificate certificate) {
		return certificate.getSubjectX500Principal().getName();
	}

}
