package io.rdsboot.tls;

import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;

/**
 * The server's certificate, or one that it goes back to, has expired or is not valid yet,
 * by the clock of this machine.
 */
public final class CertificateOutOfDateException extends ServerCertificateException {

	private static final long serialVersionUID = 1L;

	private final transient X509Certificate outOfDate;

	CertificateOutOfDateException(X509Certificate[] chain, CertificateException cause) {
		this(chain, outOfDate(chain), cause);
	}

	private CertificateOutOfDateException(X509Certificate[] chain, X509Certificate outOfDate,
			CertificateException cause) {
		super("The server's certificate '" + subject(outOfDate) + "' is valid from "
				+ outOfDate.getNotBefore().toInstant() + " to " + outOfDate.getNotAfter().toInstant()
				+ ", and not by the clock of this machine", chain, cause);
		this.outOfDate = outOfDate;
	}

	/**
	 * Return the first instant at which the certificate is valid.
	 */
	public Instant getValidFrom() {
		return this.outOfDate.getNotBefore().toInstant();
	}

	/**
	 * Return the last instant at which the certificate is valid.
	 */
	public Instant getValidUntil() {
		return this.outOfDate.getNotAfter().toInstant();
	}

	/**
	 * Finds the certificate that is out of date, and takes the server's own where it is
	 * an authority's that the server did not send.
	 */
	private static X509Certificate outOfDate(X509Certificate[] chain) {
		for (X509Certificate certificate : chain) {
			try {
				certificate.checkValidity();
			}
			catch (CertificateExpiredException | CertificateNotYetValidException ex) {
				return certificate;
			}
		}
		return chain[0];
	}

}
