package io.rdsboot.autoconfigure.failure;

import io.rdsboot.tls.EncryptionRequiredException;
import io.rdsboot.tls.TlsNotOfferedException;
import org.jspecify.annotations.Nullable;

/**
 * Client and server that disagree about whether to encrypt.
 */
class EncryptionDiagnostic implements ConnectionDiagnostic {

	private static final String SETTINGS = "rds.tls.mode, or sslmode in the address or in "
			+ "rds.pool.data-source-properties";

	@Override
	public @Nullable Diagnosis diagnose(ConnectionFailure failure) {
		if (failure.cause(EncryptionRequiredException.class) != null) {
			return new Diagnosis("", "Remove what says 'disable': " + SETTINGS + ".");
		}
		if (failure.cause(TlsNotOfferedException.class) != null) {
			return notOffered(failure);
		}
		if (!"28000".equals(failure.sqlState()) || !isForWantOfTls(failure.serverMessage())) {
			return null;
		}
		return new Diagnosis("The server demands TLS (rds.force_ssl), and the connection is not encrypted.",
				"Remove what switches TLS off: " + SETTINGS + ". By default connections to RDS are encrypted.");
	}

	/**
	 * PostgreSQL has no SQLSTATE for this. It says "no encryption" since version 14, and
	 * "SSL off" before.
	 */
	private static boolean isForWantOfTls(String message) {
		return message.contains("no encryption") || message.contains("SSL off");
	}

	private static Diagnosis notOffered(ConnectionFailure failure) {
		String address = failure.setting()
				+ " leads to the database itself. RDS always offers TLS; a connection pooler "
				+ "or a tunnel that speaks PostgreSQL may not.";
		return failure.isCredentialsType("iam")
				? new Diagnosis("", address,
						"A server that is not RDS: it takes no IAM tokens. Set rds.credentials.type=password.")
				: new Diagnosis("", address, "A server that is to be used without TLS: set rds.tls.mode=prefer.");
	}

}
