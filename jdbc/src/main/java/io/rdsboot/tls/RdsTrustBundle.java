package io.rdsboot.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.SSLContext;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authorities that sign for Amazon RDS, which no JVM trusts by default.
 * They are packaged with the library, and read when they are first needed. Thread-safe.
 *
 * @see <a href=
 * "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html">Using
 * SSL/TLS to encrypt a connection to a DB instance or cluster</a>
 */
@API(status = API.Status.INTERNAL)
public final class RdsTrustBundle {

	/**
	 * The authorities of RDS, which sign for instances and clusters.
	 */
	public static final RdsTrustBundle RDS = new RdsTrustBundle("rds-authorities.pem");

	/**
	 * The authorities of RDS, and Amazon's public ones, which sign for RDS Proxy.
	 */
	public static final RdsTrustBundle RDS_AND_AMAZON = new RdsTrustBundle("rds-authorities.pem",
			"amazon-authorities.pem");

	private final List<String> resources;

	private volatile @Nullable SSLContext context;

	private RdsTrustBundle(String... resources) {
		this.resources = List.of(resources);
	}

	/**
	 * Return a context that trusts these authorities and has no certificate of its own.
	 * It is made once, because reading the authorities takes longer than a handshake.
	 */
	public SSLContext context() {
		SSLContext context = this.context;
		if (context == null) {
			synchronized (this) {
				context = this.context;
				if (context == null) {
					context = TlsContexts.trusting(certificates());
					this.context = context;
				}
			}
		}
		return context;
	}

	/**
	 * Return the certificates of the authorities, read anew.
	 */
	public List<X509Certificate> certificates() {
		List<X509Certificate> certificates = new ArrayList<>();
		this.resources.forEach((resource) -> certificates.addAll(read(resource)));
		return List.copyOf(certificates);
	}

	private static List<X509Certificate> read(String resource) {
		try (InputStream pem = RdsTrustBundle.class.getResourceAsStream(resource)) {
			if (pem == null) {
				throw new IllegalStateException("The resource " + resource + " is missing beside "
						+ RdsTrustBundle.class.getName() + "; was it left out when the application was packaged?");
			}
			return CertificateFactory.getInstance("X.509")
				.generateCertificates(pem)
				.stream()
				.map(X509Certificate.class::cast)
				.toList();
		}
		catch (CertificateException ex) {
			throw new IllegalStateException("The resource " + resource + " cannot be read as certificates", ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
