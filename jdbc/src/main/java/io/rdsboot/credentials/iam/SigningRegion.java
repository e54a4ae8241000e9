package io.rdsboot.credentials.iam;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.RdsHostName;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;

/**
 * The region that a token is signed for: the configured one, else that of the host name,
 * else the one that a provider finds.
 */
final class SigningRegion {

	private final @Nullable Region configured;

	private final AwsRegionProvider provider;

	SigningRegion(@Nullable Region configured, AwsRegionProvider provider) {
		this.configured = configured;
		this.provider = provider;
	}

	/**
	 * Return the region of an address.
	 * @throws AwsRegionUnknownException if nothing names one
	 */
	Region of(InstanceAddress address) {
		if (this.configured != null) {
			return this.configured;
		}
		return RdsHostName.parse(address.host())
			.flatMap(RdsHostName::region)
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
