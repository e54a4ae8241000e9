package io.rdsboot.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;

/**
 * None of the trusted authorities has signed the server's certificate.
 */
public final class UntrustedCertificateException extends ServerCertificateException {

	private static final long serialVersionUID = 1L;

	UntrustedCertificateException(X509Certificate[] chain, CertificateException cause) {
		super("The server's certificate '" + subject(chain[0]) + "' goes back to the authority '" + authority(chain)
				+ "', which is not trusted", chain, cause);
	}

	/**
	 * Return the authority that the server showed, as a distinguished name: the issuer of
	 * the last certificate of the chain.
	 */
	public String getAuthority() {
		return authority(getChain().toArray(X509Certificate[]::new));
	}

	/**
	 * Return until when the server's certificate is valid.
	 */
	public Instant getValidUntil() {
		return getCertificate().getNotAfter().toInstant();
	}

	private static String authority(X509Certificate[] chain) {
		return chain[chain.length - 1].getIssuerX500Principal().getName();
	}

}
