package io.rdsboot.credentials.iam;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.discovery.AddressRegions;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.credentials.RenewalListener;
import io.rdsboot.credentials.RenewalStatus;
import io.rdsboot.credentials.RenewalThread;
import io.rdsboot.credentials.RenewedValue;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * Logs in with IAM authentication tokens. Each address has a token of its own, in memory
 * and renewed before it ends. Thread-safe.
 *
 * <p>
 * A token lives for 15 minutes, or until the AWS credentials that signed it expire, and
 * is needed only to log in: a session outlives it. Its text is a secret.
 *
 * @see <a href=
 * "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html">IAM
 * database authentication</a>
 */
public final class IamCredentialsProvider implements DatabaseCredentialsProvider, AutoCloseable {

	private final String username;

	private final Map<InstanceAddress, InstanceAddress> signingAddresses;

	private final @Nullable InstanceAddress signingAddress;

	private final SigningRegion region;

	private final TokenSource tokenSource;

	private final RenewalThread thread;

	private final ConcurrentMap<TokenKey, RenewedValue<DatabaseCredentials>> tokens = new ConcurrentHashMap<>();

	private IamCredentialsProvider(Builder builder) {
		this.username = builder.username;
		this.signingAddresses = Map.copyOf(builder.signingAddresses);
		this.signingAddress = builder.signingAddress;
		this.region = new SigningRegion(builder.region, builder.regionProvider, builder.regions);
		this.tokenSource = new TokenSource(builder.username,
				new SigningCredentials(builder.awsCredentialsProvider, builder.clock), this.region,
				builder.renewalInterval, builder.clock);
		this.thread = new RenewalThread("rds-iam-tokens", builder.clock, builder.renewalListener);
	}

	/**
	 * Start building a provider. Tokens are signed for the address of each connection, in
	 * the region that its name says (see {@link Builder#region}), and renewed every 10
	 * minutes.
	 * @param awsCredentialsProvider what signs the tokens; it is asked for each of them
	 * and has to end within a limited time; not closed with this provider
	 * @param username the database role
	 */
	public static Builder builder(AwsCredentialsProvider awsCredentialsProvider, String username) {
		return new Builder(awsCredentialsProvider, username);
	}

	/**
	 * Return the role and a token for an address. The first call for an address waits for
	 * its token, for up to 10 seconds.
	 * @throws io.rdsboot.credentials.CredentialsUnavailableException if there is none;
	 * its cause may be an {@link AwsCredentialsUnavailableException} or an
	 * {@link AwsRegionUnknownException}
	 */
	@Override
	public DatabaseCredentials getCredentials(InstanceAddress address) {
		return token(signingAddress(address)).get();
	}

	/**
	 * Return the role and a new token; {@code null} if the login has tried one already
	 * that was new. At a global writer endpoint, return a token for another region first.
	 */
	@Override
	public @Nullable DatabaseCredentials getCredentialsAfterRefusal(InstanceAddress address,
			List<DatabaseCredentials> refused) {
		InstanceAddress signed = signingAddress(address);
		if (this.region.guessOther(signed, regions(refused))) {
			return token(signed).get();
		}
		DatabaseCredentials replacement = token(signed).replace(refused.get(0));
		return refused.contains(replacement) ? null : replacement;
	}

	private static Set<String> regions(List<DatabaseCredentials> refused) {
		return refused.stream()
			.flatMap((credentials) -> IamTokenScope.of(credentials.password()).stream())
			.map(IamTokenScope::region)
			.collect(Collectors.toSet());
	}

	private RenewedValue<DatabaseCredentials> token(InstanceAddress signed) {
		TokenKey key = new TokenKey(signed, this.region.known(signed));
		RenewedValue<DatabaseCredentials> token = this.tokens.get(key);
		return (token != null) ? token : this.tokens.computeIfAbsent(key, this::newToken);
	}

	private RenewedValue<DatabaseCredentials> newToken(TokenKey key) {
		return this.thread.value("IAM token of " + this.username + " for " + key.signed(),
				this.tokenSource.of(key.signed()));
	}

	/**
	 * Return the database role.
	 */
	public String username() {
		return this.username;
	}

	/**
	 * Return the address that tokens for an address are signed for.
	 * @param address the server that connections are opened to
	 */
	public InstanceAddress signingAddress(InstanceAddress address) {
		InstanceAddress own = this.signingAddresses.isEmpty() ? null : this.signingAddresses.get(address);
		if (own != null) {
			return own;
		}
		return (this.signingAddress != null) ? this.signingAddress : address;
	}

	/**
	 * Return the region that tokens for an address are signed for. May ask the metadata
	 * service of an EC2 instance if nothing else names it.
	 * @param address the server that connections are opened to
	 * @throws AwsRegionUnknownException if nothing names one
	 */
	public Region signingRegion(InstanceAddress address) {
		return this.region.of(signingAddress(address));
	}

	@Override
	public RenewalStatus renewalStatus() {
		return this.thread.status();
	}

	/**
	 * End the renewal of tokens. Those in memory are served until they expire.
	 */
	@Override
	public void close() {
		this.thread.close();
	}

	@Override
	public String toString() {
		return "IamCredentialsProvider[username=" + this.username + "]";
	}

	/**
	 * What a token is for.
	 *
	 * @param signed the address
	 * @param region its region, or {@code null} if only the signing finds it
	 */
	private record TokenKey(InstanceAddress signed, @Nullable String region) {
	}

	/**
	 * Builder of providers.
	 */
	public static final class Builder {

		private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

		private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(14);

		private final AwsCredentialsProvider awsCredentialsProvider;

		private final String username;

		private final Map<InstanceAddress, InstanceAddress> signingAddresses = new HashMap<>();

		private @Nullable InstanceAddress signingAddress;

		private @Nullable Region region;

		private @Nullable AddressRegions regions;

		// Asks nobody before it is asked itself: its last resort is the metadata service.
		private AwsRegionProvider regionProvider = new DefaultAwsRegionProviderChain();

		private Duration renewalInterval = Duration.ofMinutes(10);

		private InstantSource clock = InstantSource.system();

		private RenewalListener renewalListener = RenewalListener.NONE;

		private Builder(AwsCredentialsProvider awsCredentialsProvider, String username) {
			this.awsCredentialsProvider = Objects.requireNonNull(awsCredentialsProvider, "awsCredentialsProvider");
			this.username = Objects.requireNonNull(username, "username");
		}

		/**
		 * Set the region to sign for. By default it is the one in the name of the
		 * address, and for other names what the region provider finds.
		 * @param region the region
		 */
		public Builder region(Region region) {
			this.region = region;
			return this;
		}

		/**
		 * Set the regions of a global database's addresses, which come before all others.
		 * @param regions knows them
		 */
		public Builder regions(AddressRegions regions) {
			this.regions = regions;
			return this;
		}

		/**
		 * Set what finds the region of addresses whose names have none, unless a region
		 * is set; the AWS SDK's default chain by default.
		 * @param provider the provider
		 */
		public Builder regionProvider(AwsRegionProvider provider) {
			this.regionProvider = provider;
			return this;
		}

		/**
		 * Set the address to sign for wherever connections go, as for an alias or a
		 * tunnel: RDS accepts a token only if it is signed for its own name.
		 * @param address the address as RDS knows it
		 */
		public Builder signingAddress(InstanceAddress address) {
			this.signingAddress = address;
			return this;
		}

		/**
		 * Set the address to sign for where connections go to one address.
		 * @param connected the address that connections are opened to
		 * @param address the address as RDS knows it
		 */
		public Builder signingAddress(InstanceAddress connected, InstanceAddress address) {
			this.signingAddresses.put(connected, address);
			return this;
		}

		/**
		 * Set the age at which a token is renewed, 1 second to 14 minutes; 10 minutes by
		 * default. A token that lives shorter, because AWS credentials end, is renewed as
		 * much earlier.
		 * @param interval the age
		 */
		public Builder renewalInterval(Duration interval) {
			if (interval.compareTo(SHORTEST_INTERVAL) < 0 || interval.compareTo(LONGEST_INTERVAL) > 0) {
				throw new IllegalArgumentException("Renewal interval " + interval + " is not between "
						+ SHORTEST_INTERVAL + " and " + LONGEST_INTERVAL + "; a token lives for 15 minutes");
			}
			this.renewalInterval = interval;
			return this;
		}

		/**
		 * Set the clock that tokens age by; the system's by default. Tokens are signed by
		 * the system's clock in any case.
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
		public IamCredentialsProvider build() {
			return new IamCredentialsProvider(this);
		}

	}

}
