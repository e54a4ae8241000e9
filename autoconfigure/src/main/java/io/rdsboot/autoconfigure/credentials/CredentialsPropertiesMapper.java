package io.rdsboot.autoconfigure.credentials;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.Predicate;

import io.rdsboot.autoconfigure.cluster.ConfiguredAddress;
import io.rdsboot.autoconfigure.cluster.ConfiguredCredentials;
import io.rdsboot.autoconfigure.cluster.RdsConnectionDetails;
import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.ConfigurationProblems;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.lang.Contract;
import org.springframework.util.StringUtils;

/**
 * Reads {@code rds.credentials}. Not there where the application has a provider of its
 * own.
 */
@API(status = API.Status.INTERNAL)
public final class CredentialsPropertiesMapper {

	/**
	 * Coordinates of what brings the libraries for AWS.
	 */
	public static final String STARTER_AWS = "io.rdsboot:rds-spring-boot-starter-aws";

	private static final String TYPE = "rds.credentials.type";

	private static final String USERNAME = "rds.credentials.username";

	private static final String PASSWORD = "rds.credentials.password";

	private static final String RENEWAL_INTERVAL = "rds.credentials.iam.renewal-interval";

	private static final String SIGNING_ADDRESS = "rds.credentials.iam.signing-address";

	private static final String SECRET_ID = "rds.credentials.secrets-manager.secret-id";

	private static final String REFRESH_INTERVAL = "rds.credentials.secrets-manager.refresh-interval";

	private final RdsCredentialsProperties properties;

	private final Predicate<String> isPresent;

	/**
	 * Create a reading.
	 * @param properties the properties
	 * @param isPresent whether a class, given by its name, is on the class path
	 */
	public CredentialsPropertiesMapper(RdsCredentialsProperties properties, Predicate<String> isPresent) {
		this.properties = properties;
		this.isPresent = isPresent;
	}

	/**
	 * Read the credentials.
	 * @param details take precedence over the properties, if there are any; a password of
	 * theirs stands for every type of credentials
	 * @param problems takes what is wrong
	 * @return the credentials, or {@code null} if there are problems
	 */
	public @Nullable ConfiguredCredentials read(@Nullable RdsConnectionDetails details,
			ConfigurationProblems problems) {
		if (details != null && details.getPassword() != null) {
			return password(details, problems);
		}
		return switch (this.properties.getType()) {
			case PASSWORD -> password(details, problems);
			case IAM -> iam(details, problems);
			case SECRETS_MANAGER -> secrets(details, problems);
		};
	}

	private @Nullable ConfiguredCredentials password(@Nullable RdsConnectionDetails details,
			ConfigurationProblems problems) {
		String username = firstOf((details != null) ? details.getUsername() : null, this.properties.getUsername());
		String password = firstOf((details != null) ? details.getPassword() : null, this.properties.getPassword());
		requireForPassword(USERNAME, username, problems);
		requireForPassword(PASSWORD, password, problems);
		return (username != null && password != null)
				? new ConfiguredCredentials.Password(new DatabaseCredentials(username, password)) : null;
	}

	private void requireForPassword(String key, @Nullable String value, ConfigurationProblems problems) {
		if (value == null) {
			boolean secret = isSet(this.properties.getSecretsManager().getSecretId());
			problems.add(key, null, "It is needed for rds.credentials.type 'password'.", secret
					? "Set rds.credentials.type to 'secrets-manager', as a secret is configured, or set " + key + "."
					: "Set " + key + ".");
		}
	}

	private @Nullable ConfiguredCredentials iam(@Nullable RdsConnectionDetails details,
			ConfigurationProblems problems) {
		requireLibrary("iam", "software.amazon.awssdk.services.rds.RdsUtilities", "software.amazon.awssdk:rds",
				problems);
		refusePassword("iam", "Tokens take the password's place.", problems);
		Duration renewal = this.properties.getIam().getRenewalInterval();
		requireBetween(RENEWAL_INTERVAL, renewal, Duration.ofSeconds(1), Duration.ofMinutes(14), problems);
		String username = firstOf((details != null) ? details.getUsername() : null, this.properties.getUsername());
		if (username == null) {
			problems.add(USERNAME, null, "It is needed for rds.credentials.type 'iam'.",
					"Set " + USERNAME + " to a role that has been granted rds_iam.");
			return null;
		}
		return new ConfiguredCredentials.Iam(username, renewal, signingAddress(details, problems));
	}

	private @Nullable InstanceAddress signingAddress(@Nullable RdsConnectionDetails details,
			ConfigurationProblems problems) {
		String configured = this.properties.getIam().getSigningAddress();
		if (details != null || !isSet(configured)) {
			return null;
		}
		return problems.collect(() -> ConfiguredAddress.parseSigningAddress(SIGNING_ADDRESS, configured));
	}

	private @Nullable ConfiguredCredentials secrets(@Nullable RdsConnectionDetails details,
			ConfigurationProblems problems) {
		RdsCredentialsProperties.SecretsManager configured = this.properties.getSecretsManager();
		requireLibraryOfSecrets(problems);
		refusePassword("secrets-manager", "The password comes from the secret.", problems);
		if (isSet(this.properties.getUsername())) {
			problems.add(USERNAME, this.properties.getUsername(),
					"It is set, and rds.credentials.type is 'secrets-manager'. The user name comes from the secret.",
					"Remove " + USERNAME + ", or set " + TYPE + " to 'password' or 'iam'.");
		}
		requireRefreshInterval(problems);
		String ofDetails = (details != null) ? details.getSecretId() : null;
		String secretId = firstOf(ofDetails, configured.getSecretId());
		if (secretId == null) {
			problems.add(SECRET_ID, null, "It is needed for rds.credentials.type 'secrets-manager'.",
					"Set " + SECRET_ID + " to the name or the ARN of the secret.");
			return null;
		}
		String readerSecretId = firstOf(null, (ofDetails != null) ? null : configured.getReaderSecretId());
		return new ConfiguredCredentials.Secrets(secretId, readerSecretId);
	}

	/**
	 * Read a login that is a secret's, whatever the type of the application's own.
	 * @param secretId name or ARN of the secret
	 * @param problems takes what is wrong
	 */
	public ConfiguredCredentials secret(String secretId, ConfigurationProblems problems) {
		requireLibraryOfSecrets(problems);
		requireRefreshInterval(problems);
		return new ConfiguredCredentials.Secrets(secretId, null);
	}

	private void requireLibraryOfSecrets(ConfigurationProblems problems) {
		requireLibrary("secrets-manager", "software.amazon.awssdk.services.secretsmanager.SecretsManagerClient",
				"software.amazon.awssdk:secretsmanager", problems);
		requireLibrary("secrets-manager", "tools.jackson.databind.json.JsonMapper",
				"tools.jackson.core:jackson-databind", problems);
	}

	private void requireRefreshInterval(ConfigurationProblems problems) {
		requireBetween(REFRESH_INTERVAL, this.properties.getSecretsManager().getRefreshInterval(),
				Duration.ofSeconds(1), Duration.ofDays(1), problems);
	}

	private void requireLibrary(String type, String className, String dependency, ConfigurationProblems problems) {
		if (!this.isPresent.test(className)) {
			problems.add(missingLibrary(type, dependency));
		}
	}

	/**
	 * Return the problem that a type of credentials needs a library.
	 * @param type the type, as it is configured
	 * @param dependency group and artifact of what is not on the class path
	 */
	static ConfigurationProblem missingLibrary(String type, String dependency) {
		return new ConfigurationProblem(TYPE, type, "It needs " + dependency + ", which is not on the class path.",
				"Add the dependency " + STARTER_AWS + ", which brings it, or " + dependency + " itself.");
	}

	private void refusePassword(String type, String reason, ConfigurationProblems problems) {
		if (isSet(this.properties.getPassword())) {
			problems.add(PASSWORD, null, "It is set, and rds.credentials.type is '" + type + "'. " + reason,
					"Remove " + PASSWORD + ", or set " + TYPE + " to 'password'.");
		}
	}

	private static void requireBetween(String key, Duration value, Duration minimum, Duration maximum,
			ConfigurationProblems problems) {
		if (value.compareTo(minimum) < 0 || value.compareTo(maximum) > 0) {
			problems.add(key, seconds(value),
					"It is not between " + seconds(minimum) + " and " + seconds(maximum) + ".",
					"Set " + key + " to a time between them.");
		}
	}

	private static String seconds(Duration duration) {
		return DurationStyle.SIMPLE.print(duration, ChronoUnit.SECONDS);
	}

	/**
	 * Returns what the details say, even if it is empty: a server may ask for no
	 * password.
	 */
	private static @Nullable String firstOf(@Nullable String ofDetails, @Nullable String configured) {
		return (ofDetails != null) ? ofDetails : (isSet(configured) ? configured : null);
	}

	@Contract("null -> false")
	private static boolean isSet(@Nullable String value) {
		return StringUtils.hasLength(value);
	}

}
