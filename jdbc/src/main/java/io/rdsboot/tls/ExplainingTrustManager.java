package io.rdsboot.tls;

import java.net.Socket;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;

import org.jspecify.annotations.Nullable;

/**
 * Judges as another trust manager does, and says what the server showed when it refuses.
 * As thread-safe as the other one.
 */
final class ExplainingTrustManager extends X509ExtendedTrustManager {

	private final X509ExtendedTrustManager delegate;

	ExplainingTrustManager(X509ExtendedTrustManager delegate) {
		this.delegate = delegate;
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
			throws CertificateException {
		try {
			this.delegate.checkServerTrusted(chain, authType, socket);
		}
		catch (CertificateException ex) {
			throw explain(chain, authType,
					(socket instanceof SSLSocket tlsSocket) ? tlsSocket.getHandshakeSession() : null, ex);
		}
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
			throws CertificateException {
		try {
			this.delegate.checkServerTrusted(chain, authType, engine);
		}
		catch (CertificateException ex) {
			throw explain(chain, authType, engine.getHandshakeSession(), ex);
		}
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
		try {
			this.delegate.checkServerTrusted(chain, authType);
		}
		catch (CertificateException ex) {
			throw explain(chain, authType, null, ex);
		}
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
			throws CertificateException {
		this.delegate.checkClientTrusted(chain, authType, socket);
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
			throws CertificateException {
		this.delegate.checkClientTrusted(chain, authType, engine);
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
		this.delegate.checkClientTrusted(chain, authType);
	}

	@Override
	public X509Certificate[] getAcceptedIssuers() {
		return this.delegate.getAcceptedIssuers();
	}

	private CertificateException explain(X509Certificate[] chain, String authType, @Nullable SSLSession session,
			CertificateException refusal) {
		if (isOutOfDate(refusal)) {
			return new CertificateOutOfDateException(chain, refusal);
		}
		String host = (session != null) ? session.getPeerHost() : null;
		if (host != null && isTrustedWithoutItsName(chain, authType)) {
			return new HostNameMismatchException(host, chain, refusal);
		}
		return new UntrustedCertificateException(chain, refusal);
	}

	private static boolean isOutOfDate(CertificateException refusal) {
		for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
			if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException
					|| (cause instanceof CertPathValidatorException path && (path.getReason() == BasicReason.EXPIRED
							|| path.getReason() == BasicReason.NOT_YET_VALID))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Asks once more without the connection, and so without the host's name: JSSE has no
	 * exception of its own for a name that does not match.
	 */
	private boolean isTrustedWithoutItsName(X509Certificate[] chain, String authType) {
		try {
			this.delegate.checkServerTrusted(chain, authType);
			return true;
		}
		catch (CertificateException ex) {
			return false;
		}
	}

}
