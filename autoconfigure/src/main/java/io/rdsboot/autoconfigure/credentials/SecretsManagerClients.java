package io.rdsboot.autoconfigure.credentials;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.rdsboot.autoconfigure.aws.AwsAccess;
import io.rdsboot.autoconfigure.aws.AwsClientDefaults;
import io.rdsboot.autoconfigure.cluster.ConfiguredAddress;
import io.rdsboot.cluster.RdsHostName;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClientBuilder;

/**
 * The clients that secrets are fetched with, one for each region that a secret is in.
 * Thread-safe.
 */
final class SecretsManagerClients implements AutoCloseable {

	private static final Pattern ARN = Pattern.compile("arn:[^:]+:secretsmanager:([^:]+):.+");

	private final AwsAccess aws;

	private final @Nullable String writer;

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
		this.writer = writer;
		this.customizers = customizers;
	}

	private Optional<Region> regionOfWriter() {
		return Optional.ofNullable(this.writer)
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
		return arn.matches() ? Region.of(arn.group(1)) : regionOfWriter().orElseGet(this.aws::defaultRegion);
	}

	private SecretsManagerClient create(Region region) {
		SecretsManagerClientBuilder builder = AwsClientDefaults.apply(SecretsManagerClient.builder(), this.aws, region);
		this.customizers.forEach((customizer) -> customizer.customize(builder));
		return builder.build();
	}

	@Override
	public synchronized void close() {
		this.clients.values().forEach(SecretsManagerClient::close);
	}

}
