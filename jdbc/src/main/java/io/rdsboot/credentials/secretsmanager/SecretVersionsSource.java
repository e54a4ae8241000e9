package io.rdsboot.credentials.secretsmanager;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.rdsboot.credentials.Renewal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Secrets Manager for the versions of a secret, at most once a second on average: so
 * many seconds as it has asked questions pass before a refused login makes it ask again.
 * Used on one thread.
 */
final class SecretVersionsSource {

	private static final Duration TIME_PER_CALL = Duration.ofSeconds(1);

	/**
	 * The current, the pending and the previous one.
	 */
	private static final int VERSIONS = 3;

	private static final Logger logger = LoggerFactory.getLogger(SecretsManagerCredentialsProvider.class);

	private final String secretId;

	private final SecretReader reader;

	private final Duration refreshInterval;

	private final InstantSource clock;

	private @Nullable SecretVersions known;

	/**
	 * When a login was first refused with the version that is current, or {@code null}.
	 */
	private @Nullable Instant refusedAt;

	SecretVersionsSource(String secretId, SecretReader reader, Duration refreshInterval, InstantSource clock) {
		this.secretId = secretId;
		this.reader = reader;
		this.refreshInterval = refreshInterval;
		this.clock = clock;
	}

	/**
	 * Read the current version.
	 */
	Renewal<SecretVersions> refresh() {
		return renewal(refreshed(this.reader.readCurrent()), 1);
	}

	/**
	 * Read the current version, and if it is the one known already, the others too. One
	 * that AWS does not give at present keeps nobody from the others.
	 * @throws SecretUnavailableException if AWS gives none
	 */
	Renewal<SecretVersions> lookUp() {
		SecretVersions before = this.known;
		if (before == null) {
			return refresh();
		}
		List<SecretUnavailableException> failures = new ArrayList<>();
		DatabaseSecret current = attempt(this.reader::readCurrent, failures);
		if (current != null && !current.equals(before.current())) {
			return renewal(refreshed(current), 1);
		}
		if (this.refusedAt == null) {
			this.refusedAt = this.clock.instant();
		}
		DatabaseSecret pending = attempt(this.reader::readPending, failures);
		DatabaseSecret previous = attempt(this.reader::readPrevious, failures);
		if (failures.size() == VERSIONS) {
			throw failures.get(0);
		}
		return renewal(
				before.lookedUp(pending, previous, this.clock.instant(), failures.isEmpty() ? null : failures.get(0)),
				VERSIONS);
	}

	private static @Nullable DatabaseSecret attempt(Supplier<@Nullable DatabaseSecret> read,
			List<SecretUnavailableException> failures) {
		try {
			return read.get();
		}
		catch (SecretUnavailableException ex) {
			failures.add(ex);
			return null;
		}
	}

	private SecretVersions refreshed(DatabaseSecret current) {
		Instant now = this.clock.instant();
		if (this.known != null && !this.known.current().equals(current)) {
			String since = (this.refusedAt != null)
					? ", " + Duration.between(this.refusedAt, now).toMillis() + " ms after it was first refused" : "";
			logger.atInfo()
				.addKeyValue("rds.secret", this.secretId)
				.addKeyValue("rds.secret_version", current.versionId())
				.addKeyValue("rds.former_secret_version", this.known.current().versionId())
				.log("Secret {} was rotated: version {} is current now, and {} no longer is{}", this.secretId,
						current.versionId(), this.known.current().versionId(), since);
			this.refusedAt = null;
		}
		return (this.known != null) ? this.known.refreshed(current, now) : SecretVersions.first(current, now);
	}

	private Renewal<SecretVersions> renewal(SecretVersions versions, int calls) {
		this.known = versions;
		return new Renewal<>(versions, versions.readAt().plus(this.refreshInterval), null,
				TIME_PER_CALL.multipliedBy(calls));
	}

}
