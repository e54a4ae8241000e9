package io.rdsboot.credentials.iam;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.RdsHostName;
import io.rdsboot.cluster.RdsHostName.Kind;
import io.rdsboot.cluster.discovery.AddressRegions;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;

/**
 * The region that a token is signed for: in a global database that of the address, else
 * the configured one, else that of the host name, else the one that a provider finds.
 */
final class SigningRegion {

	private final @Nullable Region configured;

	private final AwsRegionProvider provider;

	private final @Nullable AddressRegions regions;

	SigningRegion(@Nullable Region configured, AwsRegionProvider provider, @Nullable AddressRegions regions) {
		this.configured = configured;
		this.provider = provider;
		this.regions = regions;
	}

	/**
	 * Return the region of an address of a global database, or {@code null} if it is none
	 * or its region is not known.
	 */
	@Nullable String known(InstanceAddress address) {
		return (this.regions != null) ? this.regions.region(address).orElse(null) : null;
	}

	/**
	 * Take another region for that of a global writer endpoint, which has none in its
	 * name.
	 * @param refused regions of tokens that were refused there
	 * @return whether there is one that was not refused yet
	 */
	boolean guessOther(InstanceAddress address, Set<String> refused) {
		Optional<String> other = guesses(address).stream().filter((region) -> !refused.contains(region)).findFirst();
		if (this.regions == null || other.isEmpty()) {
			return false;
		}
		this.regions.put(address, other.get());
		return true;
	}

	private List<String> guesses(InstanceAddress address) {
		boolean global = RdsHostName.parse(address.host()).filter((name) -> name.kind() == Kind.GLOBAL).isPresent();
		return (this.regions != null && global) ? this.regions.all() : List.of();
	}

	/**
	 * Return the region of an address.
	 * @throws AwsRegionUnknownException if nothing names one
	 */
	Region of(InstanceAddress address) {
		String known = known(address);
		if (known != null) {
			return Region.of(known);
		}
		if (this.configured != null) {
			return this.configured;
		}
		return RdsHostName.parse(address.host())
			.flatMap(RdsHostName::region)
			.or(() -> guesses(address).stream().findFirst())
			.map(Region::of)
			.orElseGet(() -> provided(address));
	}

	private Region provided(InstanceAddress address) {
		try {
			return this.provider.getRegion();
		}
		catch (SdkException ex) {
			throw new AwsRegionUnknownException(address, ex);
		}
	}

}
