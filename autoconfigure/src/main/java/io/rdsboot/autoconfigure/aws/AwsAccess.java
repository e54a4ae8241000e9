package io.rdsboot.autoconfigure.aws;

import java.net.URI;
import java.time.InstantSource;
import java.util.List;

import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

import org.springframework.util.StringUtils;

/**
 * How AWS is reached. Resolves nothing before it is asked. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class AwsAccess implements AutoCloseable {

	private final RdsAwsProperties properties;

	private final @Nullable AwsConnectionDetails details;

	private final @Nullable AwsCredentialsProvider credentialsOfApplication;

	private final AwsRegionProvider regionProvider;

	private @Nullable DefaultCredentialsProvider credentialsOfEnvironment;

	/**
	 * Create access.
	 * @param properties the properties
	 * @param details take precedence over all else, if there are any: their keys belong
	 * to their endpoint
	 * @param credentials the application's own credentials, if it has some
	 * @param region the application's own region, if it has one
	 */
	AwsAccess(RdsAwsProperties properties, @Nullable AwsConnectionDetails details,
			@Nullable AwsCredentialsProvider credentials, @Nullable AwsRegionProvider region) {
		this.properties = properties;
		this.details = details;
		this.credentialsOfApplication = credentials;
		this.regionProvider = (region != null) ? region : new DefaultAwsRegionProviderChain();
	}

	/**
	 * Return the credentials: those of the details, those of the application, or the ones
	 * that the AWS SDK's default chain finds.
	 */
	public synchronized AwsCredentialsProvider credentials() {
		if (this.details != null && this.details.getAccessKeyId() != null
				&& this.details.getSecretAccessKey() != null) {
			return StaticCredentialsProvider
				.create(AwsBasicCredentials.create(this.details.getAccessKeyId(), this.details.getSecretAccessKey()));
		}
		if (this.credentialsOfApplication != null) {
			return this.credentialsOfApplication;
		}
		if (this.credentialsOfEnvironment == null) {
			this.credentialsOfEnvironment = DefaultCredentialsProvider.builder().build();
		}
		return this.credentialsOfEnvironment;
	}

	/**
	 * Return the configured region, or {@code null} if there is none.
	 */
	public @Nullable Region region() {
		String ofDetails = (this.details != null) ? this.details.getRegion() : null;
		String region = (ofDetails != null) ? ofDetails : this.properties.getRegion();
		return StringUtils.hasText(region) ? Region.of(region) : null;
	}

	/**
	 * Return what finds a region that is neither configured nor said by a host name or an
	 * ARN: the application's provider, or the AWS SDK's default chain.
	 */
	public AwsRegionProvider regionProvider() {
		return this.regionProvider;
	}

	/**
	 * Return the region that is neither configured nor said by a host name or an ARN:
	 * that of the application, or the one that the AWS SDK's default chain finds.
	 * @throws InvalidRdsConfigurationException if there is none
	 */
	public Region defaultRegion() {
		try {
			return this.regionProvider.getRegion();
		}
		catch (SdkClientException ex) {
			throw new InvalidRdsConfigurationException(List.of(new ConfigurationProblem("rds.aws.region", null,
					"No region is configured, and none can be found: " + ex.getMessage(),
					"Set rds.aws.region, such as 'us-east-1', or the environment variable AWS_REGION.")));
		}
	}

	/**
	 * Return the URL to call in place of AWS's own, or {@code null}.
	 */
	@Nullable URI endpoint() {
		URI ofDetails = (this.details != null) ? this.details.getEndpoint() : null;
		return (ofDetails != null) ? ofDetails : this.properties.getEndpoint();
	}

	/**
	 * Return the clock by which tokens and secrets age.
	 */
	public InstantSource clock() {
		return (this.details != null) ? this.details.getClock() : InstantSource.system();
	}

	/**
	 * Close the default chain, if it was asked.
	 */
	@Override
	public synchronized void close() {
		if (this.credentialsOfEnvironment != null) {
			this.credentialsOfEnvironment.close();
		}
	}

}
