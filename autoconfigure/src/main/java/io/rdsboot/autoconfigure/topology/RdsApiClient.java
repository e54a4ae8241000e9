package io.rdsboot.autoconfigure.topology;

import java.util.List;

import io.rdsboot.autoconfigure.aws.AwsAccess;
import io.rdsboot.autoconfigure.aws.AwsClientDefaults;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.RdsHostName;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.RdsClientBuilder;

/**
 * The client that the RDS API is asked with, made when it is first needed. Not exposed as
 * a bean, where it could stand in the way of the application's own. Thread-safe.
 */
final class RdsApiClient implements AutoCloseable {

	private final AwsAccess aws;

	private final List<RdsClientCustomizer> customizers;

	private @Nullable RdsClient client;

	RdsApiClient(AwsAccess aws, List<RdsClientCustomizer> customizers) {
		this.aws = aws;
		this.customizers = customizers;
	}

	/**
	 * Return the client for the region of an address.
	 */
	synchronized RdsClient client(InstanceAddress address) {
		if (this.client == null) {
			RdsClientBuilder builder = AwsClientDefaults.apply(RdsClient.builder(), this.aws, region(address));
			this.customizers.forEach((customizer) -> customizer.customize(builder));
			this.client = builder.build();
		}
		return this.client;
	}

	private Region region(InstanceAddress address) {
		Region configured = this.aws.region();
		if (configured != null) {
			return configured;
		}
		return RdsHostName.parse(address.host())
			.flatMap(RdsHostName::region)
			.map(Region::of)
			.orElseGet(this.aws::defaultRegion);
	}

	@Override
	public synchronized void close() {
		if (this.client != null) {
			this.client.close();
		}
	}

}
