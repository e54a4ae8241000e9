package io.rdsboot.autoconfigure.cluster;

import java.time.Duration;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Where the credentials come from, as it is configured.
 */
@API(status = API.Status.INTERNAL)
public sealed interface ConfiguredCredentials {

	/**
	 * Return how connections log in, to end a sentence with.
	 */
	String description();

	/**
	 * A user name and a password.
	 *
	 * @param login both of them
	 */
	record Password(DatabaseCredentials login) implements ConfiguredCredentials {

		@Override
		public String description() {
			return "as '" + this.login.username() + "' by password";
		}
	}

	/**
	 * Tokens.
	 *
	 * @param username the database role
	 * @param renewalInterval age at which a token is replaced
	 * @param signingAddress address to sign the writer's tokens for, or {@code null} for
	 * its own
	 */
	record Iam(String username, Duration renewalInterval,
			@Nullable InstanceAddress signingAddress) implements ConfiguredCredentials {

		@Override
		public String description() {
			return "as '" + this.username + "' by IAM token";
		}
	}

	/**
	 * Secrets in Secrets Manager.
	 *
	 * @param secretId name or ARN of the secret
	 * @param readerSecretId name or ARN of the readers' secret, or {@code null} if it is
	 * the same
	 */
	record Secrets(String secretId, @Nullable String readerSecretId) implements ConfiguredCredentials {

		@Override
		public String description() {
			return "with the secret '" + this.secretId + "'"
					+ ((this.readerSecretId != null) ? ", readers with '" + this.readerSecretId + "'" : "");
		}

	}

}
