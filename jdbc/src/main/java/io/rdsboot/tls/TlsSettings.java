package io.rdsboot.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;

import org.jspecify.annotations.Nullable;

/**
 * What is configured of TLS. Immutable.
 *
 * @param mode how much of TLS connections insist on. If {@code null},
 * {@link TlsMode#VERIFY_FULL} where a context is given, and otherwise by the address:
 * {@link TlsMode#PREFER} on loopback, {@link TlsMode#VERIFY_FULL} everywhere else
 * @param context asked at each connection for the trusted authorities and the client's
 * own certificate, so that both can be replaced while the application runs. It judges the
 * server's certificate in every mode. If {@code null}, {@link RdsTrustBundle} is trusted
 * where the mode verifies
 */
public record TlsSettings(@Nullable TlsMode mode, @Nullable Supplier<SSLContext> context) {

	/**
	 * Mode and trust by the address.
	 */
	public static final TlsSettings DEFAULT = new TlsSettings(null, null);

	/**
	 * Return settings that verify the server's certificate and its name, and trust the
	 * authorities of a file alone.
	 * @param authorities PEM file of one certificate or more, which is read now
	 * @throws UncheckedIOException if the file cannot be read
	 * @throws IllegalArgumentException if it holds no certificates
	 */
	public static TlsSettings trusting(Path authorities) {
		SSLContext context = TlsContexts.trusting(read(authorities));
		return new TlsSettings(TlsMode.VERIFY_FULL, () -> context);
	}

	private static List<X509Certificate> read(Path authorities) {
		try (InputStream pem = Files.newInputStream(authorities)) {
			return CertificateFactory.getInstance("X.509")
				.generateCertificates(pem)
				.stream()
				.map(X509Certificate.class::cast)
				.toList();
		}
		catch (CertificateException ex) {
			throw new IllegalArgumentException(
					"The file '" + authorities + "' cannot be read as certificates; it has to be in the PEM format",
					ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The certificate authorities in '" + authorities + "' cannot be read", ex);
		}
	}

}
