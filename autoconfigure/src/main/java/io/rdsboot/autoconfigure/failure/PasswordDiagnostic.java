package io.rdsboot.autoconfigure.failure;

import io.rdsboot.pool.login.LoginRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * A login by password that the server refuses.
 */
class PasswordDiagnostic implements ConnectionDiagnostic {

	@Override
	public @Nullable Diagnosis diagnose(ConnectionFailure failure) {
		LoginRefusedException refusal = failure.cause(LoginRefusedException.class);
		if (refusal == null) {
			return null;
		}
		String username = refusal.getUsername();
		String role = Identifiers.quoted(username);
		if ("28P01".equals(failure.sqlState())) {
			return failure.isCredentialsType("secrets-manager") ? wrongSecret(failure, username)
					: new Diagnosis("The server does not accept the password of user '" + username + "'.",
							"Correct " + failure.userProperty() + " and " + failure.passwordProperty() + ".");
		}
		if (failure.serverMessage().contains("PAM")) {
			return new Diagnosis("The role " + role + " is in rds_iam, so it logs in with tokens only.", """
					%s, or let the role log in with its password again, as an \
					administrator of the database:

					    REVOKE rds_iam FROM %s;
					""".formatted(byToken(failure), role));
		}
		if (failure.serverMessage().contains("pg_hba")) {
			return new Diagnosis("No line of the server's pg_hba.conf lets user '" + username + "' in from here.",
					"Add a line for the user, the database and this machine to pg_hba.conf of " + failure.address()
							+ ", or correct " + failure.userProperty() + ".");
		}
		return new Diagnosis("The role " + role + " may not log in.", """
				Allow it, as an administrator of the database, or correct %s:

				    ALTER ROLE %s LOGIN;
				""".formatted(failure.userProperty(), role));
	}

	private static String byToken(ConnectionFailure failure) {
		String type = "rds.credentials.type=iam";
		return failure.passwordProperty().startsWith("rds.") ? "Set " + type
				: "Remove " + failure.passwordProperty() + " beside " + type;
	}

	private static Diagnosis wrongSecret(ConnectionFailure failure, String username) {
		String id = failure.properties().getProperty(failure.secretProperty(), "<secret>");
		SecretReference secret = SecretReference.of(id, failure.resource().region(), failure.properties());
		return new Diagnosis(
				"No version of the secret holds a login that the server accepts; one is of user '" + username + "'.",
				"""
						The secret belongs to the database at %s. When it was changed and rotated:

						    %s
						""".formatted(failure.address(), secret.command("describe-secret")), """
						Its rotation works. To rotate it now:

						    %s
						""".formatted(secret.command("rotate-secret")));
	}

}
