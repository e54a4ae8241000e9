package io.rdsboot.pool.login;

import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.RdsHostName;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.tls.EncryptionRequiredException;
import io.rdsboot.tls.RdsTrustBundle;
import io.rdsboot.tls.TlsMode;
import io.rdsboot.tls.TlsSettings;
import io.rdsboot.tls.TlsSocketFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.jdbc.SslMode;
import org.postgresql.util.PSQLException;

/**
 * What pgjdbc is told of TLS for the connections to one instance. What the user says in
 * pgjdbc's own connection properties wins. Thread-safe.
 */
final class InstanceTls implements AutoCloseable {

	/**
	 * Connection properties by which pgjdbc finds trust and keys itself.
	 */
	private static final Set<PGProperty> DRIVERS_OWN_TRUST = Set.of(PGProperty.SSL_FACTORY, PGProperty.SSL_ROOT_CERT,
			PGProperty.SSL_CERT, PGProperty.SSL_KEY);

	private final InstanceAddress address;

	private final SslMode mode;

	private final TlsSocketFactory.@Nullable Registration registration;

	/**
	 * Decide for one instance.
	 * @param address the instance's
	 * @param settings what is configured
	 * @param driverProperties the user's connection properties
	 * @throws IllegalArgumentException if these name a mode that there is not
	 */
	InstanceTls(InstanceAddress address, TlsSettings settings, Map<String, String> driverProperties) {
		this.address = address;
		this.mode = mode(address, settings, driverProperties);
		Supplier<SSLContext> context = context(address, settings, driverProperties, this.mode);
		boolean verifyHost = this.mode.verifyPeerName()
				&& !driverProperties.containsKey(PGProperty.SSL_HOSTNAME_VERIFIER.getName());
		this.registration = (context != null) ? TlsSocketFactory.register(context, verifyHost) : null;
	}

	private static SslMode mode(InstanceAddress address, TlsSettings settings, Map<String, String> driverProperties) {
		if (driverProperties.containsKey(PGProperty.SSL_MODE.getName())
				|| driverProperties.containsKey(PGProperty.SSL.getName())) {
			return driversMode(address, driverProperties);
		}
		TlsMode configured = settings.mode();
		if (configured != null) {
			return SslMode.valueOf(configured.name());
		}
		return (settings.context() == null && address.isLoopback()) ? SslMode.PREFER : SslMode.VERIFY_FULL;
	}

	private static SslMode driversMode(InstanceAddress address, Map<String, String> driverProperties) {
		Properties properties = new Properties();
		properties.putAll(driverProperties);
		try {
			return SslMode.of(properties);
		}
		catch (PSQLException ex) {
			throw new IllegalArgumentException("The connection properties of " + address + " have sslmode '"
					+ PGProperty.SSL_MODE.getOrDefault(properties) + "'. Set it to disable, allow, prefer, require, "
					+ "verify-ca or verify-full, or remove it", ex);
		}
	}

	private static @Nullable Supplier<SSLContext> context(InstanceAddress address, TlsSettings settings,
			Map<String, String> driverProperties, SslMode mode) {
		if (DRIVERS_OWN_TRUST.stream().map(PGProperty::getName).anyMatch(driverProperties::containsKey)) {
			return null;
		}
		if (settings.context() != null) {
			return settings.context();
		}
		return mode.verifyCertificate() ? trustBundle(address)::context : null;
	}

	private static RdsTrustBundle trustBundle(InstanceAddress address) {
		return RdsHostName.parse(address.host())
			.map((name) -> (name.kind() == RdsHostName.Kind.PROXY) ? RdsTrustBundle.RDS_AND_AMAZON : RdsTrustBundle.RDS)
			.orElse(RdsTrustBundle.RDS_AND_AMAZON);
	}

	/**
	 * Return how much of TLS a connection insists on that sends the given credentials, in
	 * PostgreSQL's words.
	 * @throws EncryptionRequiredException if TLS is switched off, and the credentials may
	 * only be sent encrypted
	 */
	String sslmode(DatabaseCredentials credentials) throws EncryptionRequiredException {
		if (!credentials.encryptedOnly() || this.mode.requireEncryption()) {
			return this.mode.value;
		}
		if (this.mode == SslMode.DISABLE) {
			throw new EncryptionRequiredException(this.address.toString(), credentials.username());
		}
		return SslMode.REQUIRE.value;
	}

	/**
	 * Add to the properties of a connection what this says.
	 * @param properties the connection's properties
	 * @param sslmode {@linkplain #sslmode its mode}
	 */
	void addTo(Properties properties, String sslmode) {
		PGProperty.SSL_MODE.set(properties, sslmode);
		if (this.registration != null) {
			PGProperty.SSL_FACTORY.set(properties, TlsSocketFactory.class.getName());
			PGProperty.SSL_FACTORY_ARG.set(properties, this.registration.id());
		}
	}

	/**
	 * Forget the context. No further connection can be opened with it.
	 */
	@Override
	public void close() {
		if (this.registration != null) {
			this.registration.close();
		}
	}

}
