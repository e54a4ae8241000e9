package io.rdsboot.autoconfigure;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.rdsboot.cluster.RdsHostName;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClientBuilder;

/**
 * The clients that secrets are fetched with, one for each region that a secret is in.
 * Thread-safe.
 */
final class SecretsManagerClients implements AutoCloseable {

	/**
	 * Bounds one attempt, and the call with its repetitions. A login that waits for a
	 * newer password waits for no longer.
	 */
	private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(2);

	private static final Duration CALL_TIMEOUT = Duration.ofSeconds(6);

	private static final Pattern ARN = Pattern.compile("arn:[^:]+:secretsmanager:([^:]+):.+");

	private final AwsAccess aws;

	private final Optional<Region> regionOfWriter;

	private final List<SecretsManagerClientCustomizer> customizers;

	private final Map<Region, SecretsManagerClient> clients = new HashMap<>();

	/**
	 * Create an empty set of clients.
	 * @param aws how AWS is reached
	 * @param writer the configured address of the writer, if there is one: a secret is
	 * taken to be in its region
	 * @param customizers applied to each client, in this order
	 */
	SecretsManagerClients(AwsAccess aws, @Nullable String writer, List<SecretsManagerClientCustomizer> customizers) {
		this.aws = aws;
		this.regionOfWriter = regionOf(writer);
		this.customizers = customizers;
	}

	private static Optional<Region> regionOf(@Nullable String writer) {
		return Optional.ofNullable(writer)
			.filter((address) -> !address.isBlank())
			.map((address) -> ConfiguredAddress.parse("rds.writer", address).address().host())
			.flatMap(RdsHostName::parse)
			.flatMap(RdsHostName::region)
			.map(Region::of);
	}

	/**
	 * Return the client for a secret.
	 * @param secretId name or ARN of the secret
	 */
	synchronized SecretsManagerClient client(String secretId) {
		return this.clients.computeIfAbsent(region(secretId), this::create);
	}

	private Region region(String secretId) {
		Region configured = this.aws.region();
		if (configured != null) {
			return configured;
		}
		Matcher arn = ARN.matcher(secretId);
		return arn.matches() ? Region.of(arn.group(1)) : this.regionOfWriter.orElseGet(this.aws::defaultRegion);
	}

	private SecretsManagerClient create(Region region) {
		// Other HTTP clients of the SDK log the bodies of responses at level DEBUG.
		SecretsManagerClientBuilder builder = SecretsManagerClient.builder()
			.region(region)
			.credentialsProvider(this.aws.credentials())
			.httpClientBuilder(
					UrlConnectionHttpClient.builder().connectionTimeout(ATTEMPT_TIMEOUT).socketTimeout(ATTEMPT_TIMEOUT))
			.overrideConfiguration(
					(settings) -> settings.apiCallAttemptTimeout(ATTEMPT_TIMEOUT).apiCallTimeout(CALL_TIMEOUT));
		if (this.aws.endpoint() != null) {
			builder.endpointOverride(this.aws.endpoint());
		}
		this.customizers.forEach((customizer) -> customizer.customize(builder));
		return builder.build();
	}

	@Override
	public synchronized void close() {
		this.clients.values().forEach(SecretsManagerClient::close);
	}

}
