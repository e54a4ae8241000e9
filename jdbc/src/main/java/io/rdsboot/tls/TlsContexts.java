package io.rdsboot.tls;

import java.security.GeneralSecurityException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

import org.apiguardian.api.API;

/**
 * Makes contexts that explain why they refuse a server: a handshake that fails for the
 * server's certificate has a {@link ServerCertificateException} among its causes.
 */
@API(status = API.Status.INTERNAL)
public final class TlsContexts {

	private static final String PROTOCOL = "TLS";

	private TlsContexts() {
	}

	/**
	 * Create a context that trusts the given authorities and has no certificate of its
	 * own.
	 * @param authorities the trusted authorities
	 * @throws IllegalArgumentException if there are none
	 */
	public static SSLContext trusting(Collection<X509Certificate> authorities) {
		if (authorities.isEmpty()) {
			throw new IllegalArgumentException("There is no certificate authority to trust");
		}
		Set<TrustAnchor> anchors = authorities.stream()
			.map((authority) -> new TrustAnchor(authority, null))
			.collect(Collectors.toSet());
		try {
			PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, null);
			// the JVM's own default, which these parameters do not follow by themselves
			parameters.setRevocationEnabled(Boolean.getBoolean("com.sun.net.ssl.checkRevocation"));
			TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
			factory.init(new CertPathTrustManagerParameters(parameters));
			return of(PROTOCOL, new KeyManager[0], factory.getTrustManagers());
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("This JVM cannot check certificates", ex);
		}
	}

	/**
	 * Create a context of managers that are there already, such as those of a Spring SSL
	 * bundle.
	 * @param protocol TLS protocol as the JVM names it, such as {@code TLS}
	 * @param keyManagers choose the client's certificate
	 * @param trustManagers judge the server's certificate
	 */
	public static SSLContext of(String protocol, KeyManager[] keyManagers, TrustManager[] trustManagers) {
		try {
			SSLContext context = SSLContext.getInstance(protocol);
			context.init(keyManagers, explaining(trustManagers), null);
			return context;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(
					"This JVM cannot make a context of protocol '" + protocol + "' and the given managers", ex);
		}
	}

	/**
	 * JSSE itself checks host names for a trust manager that is not an extended one, and
	 * would no longer do so if it were wrapped.
	 */
	private static TrustManager[] explaining(TrustManager[] trustManagers) {
		return Arrays.stream(trustManagers)
			.map((manager) -> (manager instanceof X509ExtendedTrustManager extended)
					? new ExplainingTrustManager(extended) : manager)
			.toArray(TrustManager[]::new);
	}

}
