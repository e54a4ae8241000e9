package io.rdsboot.credentials.secretsmanager;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.credentials.RenewalListener;
import io.rdsboot.credentials.RenewalStatus;
import io.rdsboot.credentials.RenewalThread;
import io.rdsboot.credentials.RenewedValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * Logs in with a secret of AWS Secrets Manager, also while it is rotated. The current
 * version is held in memory, refreshed in the background, and served on while Secrets
 * Manager is away. Thread-safe.
 *
 * <p>
 * A rotation changes the password in the database before it makes the new version
 * current, and a replica learns it later than the writer. A refused login therefore looks
 * at the versions {@code AWSCURRENT}, {@code AWSPENDING} and {@code AWSPREVIOUS}, in this
 * order; the one that it is given is served for its address until the next refresh.
 * Logins that are refused together look once, and questions to Secrets Manager come once
 * a second on average.
 *
 * @see <a href=
 * "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html">Rotation
 * by Lambda function</a>
 */
public final class SecretsManagerCredentialsProvider implements DatabaseCredentialsProvider, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SecretsManagerCredentialsProvider.class);

	private final String secretId;

	private final InstantSource clock;

	private final RenewalThread thread;

	private final SecretVersionsSource source;

	private final RenewedValue<SecretVersions> versions;

	private final ConcurrentMap<InstanceAddress, Choice> choices = new ConcurrentHashMap<>();

	private SecretsManagerCredentialsProvider(Builder builder) {
		this.secretId = builder.secretId;
		this.clock = builder.clock;
		this.source = new SecretVersionsSource(builder.secretId,
				new SecretReader(builder.client, builder.secretId, builder.keys), builder.refreshInterval,
				builder.clock);
		this.thread = new RenewalThread("rds-secret-refresh", builder.clock, builder.renewalListener);
		this.versions = this.thread.value("value of secret " + builder.secretId, this.source::refresh);
	}

	/**
	 * Start building a provider. The secret has the {@linkplain SecretKeys#DEFAULT usual
	 * keys}, and is refreshed every hour.
	 * @param client asks Secrets Manager, and has to have time-outs; not closed with this
	 * provider
	 * @param secretId name or ARN of the secret
	 */
	public static Builder builder(SecretsManagerClient client, String secretId) {
		return new Builder(client, secretId);
	}

	/**
	 * Return the role and password of the current version, or of the one that was chosen
	 * for the address after a refusal. The very first call waits for Secrets Manager, for
	 * up to 10 seconds.
	 * @throws io.rdsboot.credentials.CredentialsUnavailableException if the secret could
	 * not be read; its cause is a {@link SecretUnavailableException}
	 */
	@Override
	public DatabaseCredentials getCredentials(InstanceAddress address) {
		SecretVersions known = this.versions.get();
		Choice choice = this.choices.get(address);
		return (choice != null && choice.refresh() == known.refresh()) ? choice.credentials()
				: known.current().credentials();
	}

	@Override
	public @Nullable DatabaseCredentials getCredentialsAfterRefusal(InstanceAddress address,
			List<DatabaseCredentials> refused) {
		SecretVersions known = this.versions.get();
		DatabaseSecret candidate = known.candidate(refused, this.clock.instant());
		// What is under way may be a refresh, which looks at the current version alone.
		for (int i = 0; candidate == null && i < 2; i++) {
			known = this.versions.replace(known, this.source::lookUp);
			candidate = known.candidate(refused, this.clock.instant());
			if (known.complete() || known.unread() != null) {
				break;
			}
		}
		if (candidate == null) {
			SecretUnavailableException unread = known.unread();
			if (unread != null) {
				throw unread;
			}
			return null;
		}
		Choice before = this.choices.put(address, new Choice(known.refresh(), candidate.credentials()));
		if (before == null || !before.credentials().equals(candidate.credentials())) {
			logger.atInfo()
				.addKeyValue("rds.instance", address)
				.addKeyValue("rds.secret", this.secretId)
				.addKeyValue("rds.secret_version", candidate.versionId())
				.log("A login at {} was refused, and is tried with version {} of secret {} ({})", address,
						candidate.versionId(), this.secretId, known.stage(candidate));
		}
		return candidate.credentials();
	}

	/**
	 * Return the current version, waiting for it as {@link #getCredentials} does.
	 * @throws io.rdsboot.credentials.CredentialsUnavailableException if the secret could
	 * not be read; its cause is a {@link SecretUnavailableException}
	 */
	public DatabaseSecret secret() {
		return this.versions.get().current();
	}

	/**
	 * Return which version is current, as far as is known, and since when; empty before
	 * the first use. Asks nobody.
	 */
	public Optional<SecretStatus> status() {
		return this.versions.peek().map((known) -> new SecretStatus(known.current().versionId(), known.readAt()));
	}

	/**
	 * Return the name or ARN of the secret, as configured.
	 */
	public String secretId() {
		return this.secretId;
	}

	@Override
	public RenewalStatus renewalStatus() {
		return this.thread.status();
	}

	/**
	 * End the refreshes. The version in memory is served on.
	 */
	@Override
	public void close() {
		this.thread.close();
	}

	@Override
	public String toString() {
		return "SecretsManagerCredentialsProvider[secretId=" + this.secretId + "]";
	}

	/**
	 * What an address is served, until another refresh than the one that it was chosen
	 * from.
	 */
	private record Choice(long refresh, DatabaseCredentials credentials) {

	}

	/**
	 * Builder of providers.
	 */
	public static final class Builder {

		private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

		private static final Duration LONGEST_INTERVAL = Duration.ofDays(1);

		private final SecretsManagerClient client;

		private final String secretId;

		private SecretKeys keys = SecretKeys.DEFAULT;

		private Duration refreshInterval = Duration.ofHours(1);

		private InstantSource clock = InstantSource.system();

		private RenewalListener renewalListener = RenewalListener.NONE;

		private Builder(SecretsManagerClient client, String secretId) {
			this.client = Objects.requireNonNull(client, "client");
			this.secretId = Objects.requireNonNull(secretId, "secretId");
		}

		/**
		 * Set the keys of the secret's JSON.
		 * @param keys the keys
		 */
		public Builder keys(SecretKeys keys) {
			this.keys = keys;
			return this;
		}

		/**
		 * Set the interval at which the current version is read again, 1 second to 1 day;
		 * 1 hour by default. A rotation does not wait for it.
		 * @param interval the interval
		 */
		public Builder refreshInterval(Duration interval) {
			if (interval.compareTo(SHORTEST_INTERVAL) < 0 || interval.compareTo(LONGEST_INTERVAL) > 0) {
				throw new IllegalArgumentException("Refresh interval " + interval + " is not between "
						+ SHORTEST_INTERVAL + " and " + LONGEST_INTERVAL);
			}
			this.refreshInterval = interval;
			return this;
		}

		/**
		 * Set the clock that the secret ages by; the system's by default.
		 * @param clock the clock
		 */
		public Builder clock(InstantSource clock) {
			this.clock = clock;
			return this;
		}

		/**
		 * Set what is told of each renewal.
		 * @param listener the listener
		 */
		public Builder renewalListener(RenewalListener listener) {
			this.renewalListener = listener;
			return this;
		}

		/**
		 * Build the provider. It asks for nothing before its first use.
		 */
		public SecretsManagerCredentialsProvider build() {
			return new SecretsManagerCredentialsProvider(this);
		}

	}

}
