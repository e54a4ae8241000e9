package io.rdsboot.credentials.iam;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.Renewal;
import io.rdsboot.credentials.RenewedValue;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsUtilities;

/**
 * Makes the tokens of one role. Signing is done in memory; only the AWS credentials may
 * take time.
 */
final class TokenSource {

	/**
	 * How long RDS accepts a token.
	 *
	 * @see <a href=
	 * "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html">IAM
	 * database authentication</a>
	 */
	static final Duration TOKEN_LIFETIME = Duration.ofMinutes(15);

	/**
	 * The last part of its life, 30 seconds of 15 minutes, in which a token is no longer
	 * served, because a login takes time and clocks differ.
	 */
	private static final int SAFETY_PART = 30;

	/**
	 * When a token is made anew whose signer had expired, and which may not be accepted.
	 */
	private static final Duration RENEWAL_WITH_EXPIRED_SIGNER = Duration.ofMinutes(1);

	/**
	 * Two tokens signed within a second are the same text.
	 */
	private static final Duration MINIMUM_AGE = Duration.ofSeconds(1);

	private final RdsUtilities utilities = RdsUtilities.builder().build();

	private final String username;

	private final SigningCredentials signingCredentials;

	private final SigningRegion region;

	private final Duration renewalInterval;

	private final InstantSource clock;

	TokenSource(String username, SigningCredentials signingCredentials, SigningRegion region, Duration renewalInterval,
			InstantSource clock) {
		this.username = username;
		this.signingCredentials = signingCredentials;
		this.region = region;
		this.renewalInterval = renewalInterval;
		this.clock = clock;
	}

	RenewedValue.Source<DatabaseCredentials> of(InstanceAddress signingAddress) {
		return () -> make(signingAddress);
	}

	private Renewal<DatabaseCredentials> make(InstanceAddress signingAddress) {
		Region signingRegion = this.region.of(signingAddress);
		AwsCredentials signer = this.signingCredentials.get();
		// RdsUtilities signs by the system's clock; the token's age counts from here.
		Instant signedAt = this.clock.instant();
		String token = this.utilities.generateAuthenticationToken((request) -> request.hostname(signingAddress.host())
			.port(signingAddress.port())
			.username(this.username)
			.region(signingRegion)
			.credentialsProvider(() -> signer));
		DatabaseCredentials credentials = new DatabaseCredentials(this.username, token, true);
		Optional<Duration> signerLeft = signer.expirationTime().map((end) -> Duration.between(signedAt, end));
		if (signerLeft.isPresent() && signerLeft.get().compareTo(Duration.ZERO) <= 0) {
			return renewal(credentials, signedAt, TOKEN_LIFETIME, RENEWAL_WITH_EXPIRED_SIGNER);
		}
		// A token ends with the credentials that signed it.
		Duration lifetime = signerLeft.filter((left) -> left.compareTo(TOKEN_LIFETIME) < 0).orElse(TOKEN_LIFETIME);
		return renewal(credentials, signedAt, lifetime, renewalAfter(lifetime));
	}

	private static Renewal<DatabaseCredentials> renewal(DatabaseCredentials credentials, Instant signedAt,
			Duration lifetime, Duration renewalAfter) {
		Instant expiresAt = signedAt.plus(lifetime).minus(lifetime.dividedBy(SAFETY_PART));
		return new Renewal<>(credentials, signedAt.plus(renewalAfter), expiresAt, MINIMUM_AGE);
	}

	/**
	 * Return the same part of a shorter life as of a full one.
	 */
	private Duration renewalAfter(Duration lifetime) {
		long millis = this.renewalInterval.toMillis() * lifetime.toMillis() / TOKEN_LIFETIME.toMillis();
		return Duration.ofMillis(Math.max(millis, MINIMUM_AGE.toMillis()));
	}

}
