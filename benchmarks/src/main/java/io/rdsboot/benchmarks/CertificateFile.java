package io.rdsboot.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

import io.rdsboot.test.LocalRdsCluster;
import org.postgresql.PGProperty;

/**
 * Temporary file with the certificate authority of a local cluster, as pgjdbc's
 * {@code sslrootcert} wants it. Deleted when closed.
 *
 * @param path where it is
 */
public record CertificateFile(Path path) implements AutoCloseable {

	public static CertificateFile of(LocalRdsCluster cluster) {
		try {
			Path path = Files.createTempFile("local-rds-", ".pem");
			return new CertificateFile(Files.writeString(path, cluster.certificateAuthority()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The cluster's certificate authority cannot be written to a file", ex);
		}
	}

	/**
	 * Returns pgjdbc's connection properties for TLS that is verified in full.
	 */
	public Properties tlsProperties() {
		Properties properties = new Properties();
		PGProperty.SSL_MODE.set(properties, "verify-full");
		PGProperty.SSL_ROOT_CERT.set(properties, this.path.toString());
		return properties;
	}

	@Override
	public void close() {
		try {
			Files.deleteIfExists(this.path);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(this.path + " cannot be deleted", ex);
		}
	}

}
