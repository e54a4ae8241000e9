package io.rdsboot.autoconfigure.failure;

import java.util.Optional;

import io.rdsboot.cluster.RdsHostName;
import io.rdsboot.tls.CertificateOutOfDateException;
import io.rdsboot.tls.HostNameMismatchException;
import io.rdsboot.tls.UntrustedCertificateException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * A server's certificate that is refused; the failure says what the server showed.
 */
class CertificateDiagnostic implements ConnectionDiagnostic {

	@Override
	public @Nullable Diagnosis diagnose(ConnectionFailure failure) {
		if (failure.cause(UntrustedCertificateException.class) != null) {
			return untrusted(failure);
		}
		HostNameMismatchException mismatch = failure.cause(HostNameMismatchException.class);
		if (mismatch != null) {
			return mismatch(failure, String.join(", ", mismatch.getNames()));
		}
		return (failure.cause(CertificateOutOfDateException.class) != null) ? outOfDate(failure) : null;
	}

	private static Diagnosis untrusted(ConnectionFailure failure) {
		String show = """
				Nobody stands between: the chain that the server shows ends at an authority that you know.

				    openssl s_client -starttls postgres -connect %s -showcerts </dev/null
				""".formatted(failure.address());
		String trusted = trustSetting(failure);
		if (trusted != null) {
			return new Diagnosis("", trusted + " holds that authority. It replaces the authorities of RDS.", show);
		}
		Optional<RdsHostName> name = RdsHostName.parse(failure.host());
		if (name.isEmpty()) {
			return new Diagnosis("", "The certificate of that authority, as a PEM file, is set: "
					+ "rds.tls.certificate-authorities=file:<path>. Or it is in an SSL bundle: rds.tls.bundle=<name>.",
					show);
		}
		String region = name.get().region().orElse("global");
		return new Diagnosis("",
				"""
						Whether it is an authority of RDS that is newer than this library. If so, get those of the region, and set \
						rds.tls.certificate-authorities=file:rds.pem:

						    curl -o rds.pem https://truststore.pki.rds.amazonaws.com/%s/%s-bundle.pem
						"""
					.formatted(region, region),
				show);
	}

	/**
	 * Return what the authorities come from, or {@code null} if none are configured.
	 */
	private static @Nullable String trustSetting(ConnectionFailure failure) {
		for (String property : new String[] { "rds.tls.certificate-authorities", "rds.tls.bundle" }) {
			String value = failure.properties().getProperty(property);
			if (StringUtils.hasText(value)) {
				return property + " = '" + value + "'";
			}
		}
		return null;
	}

	private static Diagnosis mismatch(ConnectionFailure failure, String names) {
		return new Diagnosis("",
				failure.setting() + " is one of the names in the certificate (" + names
						+ "), and not an alias or an IP address of it.",
				"Where it is a tunnel, or an alias that has to stay, set rds.tls.mode=verify-ca: the authority is "
						+ "verified, and the name is not.");
	}

	private static Diagnosis outOfDate(ConnectionFailure failure) {
		String clock = """
				The clock of this machine is right. The time in UTC:

				    date -u
				""";
		DatabaseResource resource = failure.resource();
		if (RdsHostName.parse(failure.host()).isEmpty() || resource.type() == DatabaseResource.Type.PROXY) {
			return new Diagnosis("", clock, "The certificate of the server " + failure.address() + " is renewed.");
		}
		String instance = (resource.type() == DatabaseResource.Type.INSTANCE) ? resource.identifier() : "<instance>";
		return new Diagnosis("", clock,
				"""
						The instance has a certificate of a present authority of RDS. The authorities, and how to give it another:

						    aws rds describe-certificates --region %s
						    aws rds modify-db-instance --db-instance-identifier %s --region %s \
						--ca-certificate-identifier rds-ca-rsa2048-g1 --apply-immediately
						"""
					.formatted(resource.region(), instance, resource.region()));
	}

}
