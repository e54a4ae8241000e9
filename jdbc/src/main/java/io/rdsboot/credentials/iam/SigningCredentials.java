package io.rdsboot.credentials.iam;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * The AWS credentials that tokens are signed with, fetched once for all addresses that
 * need a token at the same moment. Used on one thread.
 */
final class SigningCredentials {

	/**
	 * How long what was fetched is used again. Tokens that were asked for together are
	 * made one right after the other.
	 */
	private static final Duration SHARED_FOR = Duration.ofSeconds(1);

	private static final Logger logger = LoggerFactory.getLogger(SigningCredentials.class);

	private final AwsCredentialsProvider provider;

	private final InstantSource clock;

	private @Nullable Fetched fetched;

	private boolean expired;

	SigningCredentials(AwsCredentialsProvider provider, InstantSource clock) {
		this.provider = provider;
		this.clock = clock;
	}

	/**
	 * Return the credentials.
	 * @throws AwsCredentialsUnavailableException if there are none
	 */
	AwsCredentials get() {
		Fetched present = this.fetched;
		if (present == null || !present.isShared(this.clock.instant())) {
			present = fetch();
			this.fetched = present;
		}
		return present.credentials();
	}

	private Fetched fetch() {
		try {
			AwsCredentials credentials = this.provider.resolveCredentials();
			Instant now = this.clock.instant();
			tellOfExpired(credentials.expirationTime().filter((end) -> !end.isAfter(now)).orElse(null));
			return new Fetched(now, credentials, null);
		}
		catch (Exception | LinkageError ex) {
			// A class that is missing, such as that of a web identity, is a reason too.
			return new Fetched(this.clock.instant(), null, ex);
		}
	}

	/**
	 * Expired credentials are what the AWS SDK goes on with while the metadata service of
	 * an EC2 instance has no others. AWS may accept them meanwhile, so they are used.
	 */
	private void tellOfExpired(@Nullable Instant end) {
		if (end != null && !this.expired) {
			logger.atWarn()
				.addKeyValue("rds.expired_at", end)
				.log("The AWS credentials that sign tokens expired at {}, and their provider has no others", end);
		}
		else if (end == null && this.expired) {
			logger.info("The AWS credentials that sign tokens are no longer expired");
		}
		this.expired = end != null;
	}

	/**
	 * What the provider answered: credentials or a failure.
	 */
	private record Fetched(Instant at, @Nullable AwsCredentials answer, @Nullable Throwable failure) {

		boolean isShared(Instant now) {
			return Duration.between(this.at, now).abs().compareTo(SHARED_FOR) < 0;
		}

		AwsCredentials credentials() {
			if (this.answer != null) {
				return this.answer;
			}
			throw new AwsCredentialsUnavailableException(
					(this.failure != null) ? this.failure : new IllegalStateException("their provider returned null"));
		}

	}

}
