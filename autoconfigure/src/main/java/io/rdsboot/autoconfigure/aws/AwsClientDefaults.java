package io.rdsboot.autoconfigure.aws;

import java.time.Duration;

import org.apiguardian.api.API;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;

/**
 * What the AWS SDK's clients that we make have in common.
 */
@API(status = API.Status.INTERNAL)
public final class AwsClientDefaults {

	/**
	 * Bounds one attempt, and the call with its repetitions. A login that waits for a
	 * newer password waits for no longer.
	 */
	private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(2);

	private static final Duration CALL_TIMEOUT = Duration.ofSeconds(6);

	private AwsClientDefaults() {
	}

	/**
	 * Set up a client.
	 * @param builder the client's builder
	 * @param aws how AWS is reached
	 * @param region where
	 * @return the builder
	 */
	public static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> B apply(B builder, AwsAccess aws,
			Region region) {
		// Other HTTP clients of the SDK log the bodies of responses at level DEBUG.
		builder.region(region)
			.credentialsProvider(aws.credentials())
			.httpClientBuilder(
					UrlConnectionHttpClient.builder().connectionTimeout(ATTEMPT_TIMEOUT).socketTimeout(ATTEMPT_TIMEOUT))
			.overrideConfiguration(
					(settings) -> settings.apiCallAttemptTimeout(ATTEMPT_TIMEOUT).apiCallTimeout(CALL_TIMEOUT));
		if (aws.endpoint() != null) {
			builder.endpointOverride(aws.endpoint());
		}
		return builder;
	}

}
