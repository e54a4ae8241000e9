package io.rdsboot.credentials.iam;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.RdsHostName;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * The region that a token is signed for: the configured one, else that of the host name,
 * else the one of the AWS SDK's settings.
 */
final class SigningRegion {

	private final @Nullable Region configured;

	SigningRegion(@Nullable Region configured) {
		this.configured = configured;
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
			.orElseGet(() -> fromEnvironment(address));
	}

	private static Region fromEnvironment(InstanceAddress address) {
		// Made when needed only: its last resort is a call to the metadata service.
		AwsRegionProvider chain = DefaultAwsRegionProviderChain.builder().build();
		try {
			return chain.getRegion();
		}
		catch (SdkException ex) {
			throw new AwsRegionUnknownException(address, ex);
		}
	}

}
