package io.rdsboot.autoconfigure.failure;

import java.util.List;

/**
 * All that is known of why connections fail: one {@link ConnectionDiagnostic} a family of
 * causes, asked in this order.
 */
final class ConnectionDiagnostics {

	private static final List<ConnectionDiagnostic> FAMILIES = List.of(new AwsCredentialsDiagnostic(),
			new SecretValueDiagnostic(), new SecretDiagnostic(), new CredentialsSourceDiagnostic(),
			new CertificateDiagnostic(), new EncryptionDiagnostic(), new TokenDiagnostic(), new PasswordDiagnostic(),
			new ServerDiagnostic(), new ReachabilityDiagnostic());

	private ConnectionDiagnostics() {
	}

	/**
	 * Say why a connection failed.
	 */
	static Diagnosis diagnose(ConnectionFailure failure) {
		for (ConnectionDiagnostic family : FAMILIES) {
			Diagnosis diagnosis = family.diagnose(failure);
			if (diagnosis != null) {
				return diagnosis;
			}
		}
		return new Diagnosis("", "Check " + failure.setting() + " and the server's log.");
	}

}
