package io.rdsboot.autoconfigure.tls;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;

import io.rdsboot.autoconfigure.cluster.ConfiguredAddress;
import io.rdsboot.autoconfigure.cluster.ConfiguredCredentials;
import io.rdsboot.autoconfigure.cluster.RdsConnectionDetails;
import io.rdsboot.autoconfigure.cluster.StartedServers;
import io.rdsboot.autoconfigure.pool.RdsPoolProperties;
import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.ConfigurationProblems;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.tls.TlsMode;
import io.rdsboot.tls.TlsSettings;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.jdbc.SslMode;
import org.postgresql.ssl.NonValidatingFactory;
import org.postgresql.util.PSQLException;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.pem.PemSslStore;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.util.StringUtils;

/**
 * Reads {@code rds.tls}.
 */
@API(status = API.Status.INTERNAL)
public final class TlsPropertiesMapper {

	private static final String MODE = "rds.tls.mode";

	private static final String BUNDLE = "rds.tls.bundle";

	private static final String CERTIFICATE_AUTHORITIES = "rds.tls.certificate-authorities";

	private static final Set<TlsMode> VERIFYING = Set.of(TlsMode.VERIFY_CA, TlsMode.VERIFY_FULL);

	private final RdsTlsProperties properties;

	private final RdsPoolProperties pool;

	private final @Nullable SslBundles bundles;

	/**
	 * Create a reading.
	 * @param properties the properties
	 * @param pool has connection properties of pgjdbc, which may say how to encrypt
	 * @param bundles the SSL bundles, if there are any
	 */
	public TlsPropertiesMapper(RdsTlsProperties properties, RdsPoolProperties pool, @Nullable SslBundles bundles) {
		this.properties = properties;
		this.pool = pool;
		this.bundles = bundles;
	}

	/**
	 * Read the settings.
	 * @param details take precedence over the properties where they have a bundle
	 * @param addresses the addresses that will be connected to
	 * @param credentials the credentials that will be sent, if they could be read
	 * @param problems takes what is wrong
	 */
	public TlsSettings read(@Nullable RdsConnectionDetails details, List<InstanceAddress> addresses,
			@Nullable ConfiguredCredentials credentials, ConfigurationProblems problems) {
		SslBundle ofDetails = (details != null) ? details.getSslBundle() : null;
		if (ofDetails != null) {
			return new TlsSettings(TlsMode.VERIFY_FULL, new BundleSslContext(ofDetails));
		}
		TlsMode mode = this.properties.getMode();
		String trust = trustKey(problems);
		if (credentials instanceof ConfiguredCredentials.Iam && (mode == TlsMode.DISABLE || mode == TlsMode.PREFER)) {
			problems.add(MODE, mode.sslmode(), "A token is never sent on a connection that is not encrypted.",
					"Remove " + MODE + ", or set it to 'verify-full'.");
		}
		if (!addresses.stream().allMatch(InstanceAddress::isLoopback)) {
			requireVerificationInPools(details, problems);
		}
		if (trust == null) {
			return new TlsSettings((mode == null && isStartedHere(details)) ? TlsMode.PREFER : mode, null);
		}
		if (mode != null && !VERIFYING.contains(mode)) {
			problems.add(MODE, mode.sslmode(), "It verifies nothing, and " + trust + " says whom to trust.",
					"Set " + MODE + " to 'verify-full' or 'verify-ca', or remove " + trust + ".");
		}
		BundleSslContext context = problems.collect(trust.equals(BUNDLE) ? this::ofBundle : this::ofAuthorities);
		return new TlsSettings((mode != null) ? mode : TlsMode.VERIFY_FULL, context);
	}

	/**
	 * Refuse connection properties of pgjdbc by which a password or token would be sent
	 * to whoever answers at an address.
	 * @param key the property that holds the address
	 * @param details where the address comes from, if not from the property
	 * @param address the address with its connection properties
	 * @param problems takes what is wrong
	 */
	public void requireVerification(String key, @Nullable RdsConnectionDetails details, ConfiguredAddress address,
			ConfigurationProblems problems) {
		if (!address.address().isLoopback()) {
			requireVerification(key, details, address.driverProperties(), problems);
		}
	}

	private void requireVerification(String key, @Nullable RdsConnectionDetails details,
			Map<String, String> driverProperties, ConfigurationProblems problems) {
		boolean asked = this.properties.getMode() != null && !VERIFYING.contains(this.properties.getMode());
		String culprit = withoutVerification(driverProperties);
		if (culprit != null && !asked && !isStartedHere(details)) {
			problems.add(key, culprit, "It lets connections trust whoever answers, and they send credentials.",
					"Remove '" + culprit + "' from " + key + ". To do without verification, set " + MODE
							+ " to 'require'.");
		}
	}

	/**
	 * Refuse connection properties of the pools by which a password or token would be
	 * sent to whoever answers at an address that the pools do not connect to.
	 * @param details where the cluster's addresses come from, if not from properties
	 * @param address the address
	 * @param problems takes what is wrong
	 */
	public void requireVerificationInPools(@Nullable RdsConnectionDetails details, InstanceAddress address,
			ConfigurationProblems problems) {
		if (!address.isLoopback()) {
			requireVerificationInPools(details, problems);
		}
	}

	private void requireVerificationInPools(@Nullable RdsConnectionDetails details, ConfigurationProblems problems) {
		this.pool.byPrefix()
			.forEach((prefix, settings) -> requireVerification(prefix + ".data-source-properties", details,
					settings.getDataSourceProperties(), problems));
	}

	private static @Nullable String withoutVerification(Map<String, String> driverProperties) {
		String factory = PGProperty.SSL_FACTORY.getName();
		if (NonValidatingFactory.class.getName().equals(driverProperties.get(factory))) {
			return factory + "=" + driverProperties.get(factory);
		}
		for (PGProperty property : List.of(PGProperty.SSL_MODE, PGProperty.SSL)) {
			String value = driverProperties.get(property.getName());
			if (value != null) {
				return isVerifying(driverProperties) ? null : property.getName() + "=" + value;
			}
		}
		return null;
	}

	/**
	 * Returns whether pgjdbc verifies by its properties, or refuses them, which is
	 * reported where they are used.
	 */
	private static boolean isVerifying(Map<String, String> driverProperties) {
		Properties properties = new Properties();
		properties.putAll(driverProperties);
		try {
			return SslMode.of(properties).verifyCertificate();
		}
		catch (PSQLException ex) {
			return true;
		}
	}

	/**
	 * Return whether details lead to servers that this application has started.
	 */
	public static boolean isStartedHere(@Nullable RdsConnectionDetails details) {
		return details instanceof StartedServers servers && servers.isStartedHere();
	}

	private @Nullable String trustKey(ConfigurationProblems problems) {
		boolean bundle = StringUtils.hasLength(this.properties.getBundle());
		boolean authorities = StringUtils.hasLength(this.properties.getCertificateAuthorities());
		if (bundle && authorities) {
			problems.add(CERTIFICATE_AUTHORITIES, this.properties.getCertificateAuthorities(),
					"It is set beside " + BUNDLE + ", and each of them says whom to trust.",
					"Remove one of " + BUNDLE + " and " + CERTIFICATE_AUTHORITIES + ".");
		}
		return bundle ? BUNDLE : (authorities ? CERTIFICATE_AUTHORITIES : null);
	}

	private BundleSslContext ofBundle() {
		String name = Objects.requireNonNull(this.properties.getBundle());
		List<String> known = (this.bundles != null) ? this.bundles.getBundleNames() : List.of();
		if (this.bundles == null || !known.contains(name)) {
			throw invalid(BUNDLE, name,
					"There is no SSL bundle of this name"
							+ (known.isEmpty() ? "." : ". There are: " + String.join(", ", known) + "."),
					"Define spring.ssl.bundle.pem." + name + " or spring.ssl.bundle.jks." + name + ", or correct "
							+ BUNDLE + ".");
		}
		try {
			BundleSslContext context = new BundleSslContext(this.bundles.getBundle(name));
			this.bundles.addBundleUpdateHandler(name, context::update);
			return context;
		}
		catch (IllegalStateException ex) {
			throw invalid(BUNDLE, name, "The SSL bundle cannot be loaded: " + reason(ex) + ".",
					"Correct spring.ssl.bundle.*." + name + ".");
		}
	}

	private BundleSslContext ofAuthorities() {
		String location = Objects.requireNonNull(this.properties.getCertificateAuthorities());
		try {
			PemSslStore store = PemSslStore.load(PemSslStoreDetails.forCertificate(location));
			return new BundleSslContext(SslBundle.of(new PemSslStoreBundle(null, store)));
		}
		catch (IllegalStateException | UncheckedIOException ex) {
			throw invalid(CERTIFICATE_AUTHORITIES, location, "No certificates can be read from it: " + reason(ex) + ".",
					"Set " + CERTIFICATE_AUTHORITIES
							+ " to a PEM file, such as file:/etc/ssl/authority.pem or classpath:authority.pem.");
		}
	}

	private static String reason(Exception failure) {
		Throwable reason = NestedExceptionUtils.getMostSpecificCause(failure);
		return (reason.getMessage() != null) ? reason.getMessage() : reason.getClass().getSimpleName();
	}

	private static InvalidRdsConfigurationException invalid(String key, String value, String description,
			String action) {
		return new InvalidRdsConfigurationException(List.of(new ConfigurationProblem(key, value, description, action)));
	}

}
