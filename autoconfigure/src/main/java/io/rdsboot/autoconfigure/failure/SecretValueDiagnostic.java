package io.rdsboot.autoconfigure.failure;

import java.util.stream.Stream;

import io.rdsboot.credentials.secretsmanager.SecretFormatException;
import io.rdsboot.credentials.secretsmanager.SecretKeyMissingException;
import org.jspecify.annotations.Nullable;

/**
 * A secret whose value holds no login.
 */
class SecretValueDiagnostic implements ConnectionDiagnostic {

	private static final String KEYS = "rds.credentials.secrets-manager.keys.";

	@Override
	public @Nullable Diagnosis diagnose(ConnectionFailure failure) {
		SecretKeyMissingException missing = failure.cause(SecretKeyMissingException.class);
		if (missing != null) {
			return keyMissing(failure, missing);
		}
		SecretFormatException format = failure.cause(SecretFormatException.class);
		if (format == null) {
			return null;
		}
		SecretReference secret = SecretReference.of(format.getSecretId(), null, failure.properties());
		return new Diagnosis("The value of the secret '" + format.getSecretId() + "' is not a JSON object.",
				"Correct " + secret.setting() + ", or store the login in the secret as JSON: {\""
						+ key(failure, "username") + "\": ..., \"" + key(failure, "password") + "\": ...}.");
	}

	private static Diagnosis keyMissing(ConnectionFailure failure, SecretKeyMissingException missing) {
		String property = Stream.of("username", "password")
			.filter((name) -> key(failure, name).equals(missing.getKey()))
			.findFirst()
			.orElse("username");
		String present = missing.getPresentKeys().isEmpty() ? "It has no keys."
				: "Its keys are: " + String.join(", ", missing.getPresentKeys()) + ".";
		return new Diagnosis(
				"The secret '" + missing.getSecretId() + "' has no text under the key '" + missing.getKey() + "'. "
						+ present,
				"Set " + KEYS + property + " to the key that holds the " + property + ", or store the " + property
						+ " under '" + missing.getKey() + "'. Keys are case-sensitive.");
	}

	/**
	 * Return the configured name of a key.
	 */
	private static String key(ConnectionFailure failure, String name) {
		return failure.properties().getProperty(KEYS + name, name);
	}

}
