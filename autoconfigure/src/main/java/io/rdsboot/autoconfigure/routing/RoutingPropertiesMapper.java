package io.rdsboot.autoconfigure.routing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import javax.lang.model.SourceVersion;

import io.rdsboot.autoconfigure.problem.ConfigurationProblems;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.routing.consistency.ConsistencyLevel;
import io.rdsboot.routing.selection.ReaderSelector;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Reads how transactions find their instance, and refuses what cannot be.
 */
@API(status = API.Status.INTERNAL)
public final class RoutingPropertiesMapper {

	/**
	 * As long as the hash that tokens are signed with.
	 */
	private static final int SHORTEST_KEY = 32;

	private final RdsRoutingProperties properties;

	private final RdsFailoverProperties failover;

	/**
	 * Create a reading.
	 * @param properties the properties of routing
	 * @param failover the properties of waiting for a writer
	 * @throws io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException if they
	 * cannot be kept; names every problem
	 */
	RoutingPropertiesMapper(RdsRoutingProperties properties, RdsFailoverProperties failover) {
		this.properties = properties;
		this.failover = failover;
		ConfigurationProblems problems = new ConfigurationProblems();
		requirePositive("rds.routing.max-lag", properties.getMaxLag(), problems);
		requirePositive("rds.routing.token.lifetime", properties.getToken().getLifetime(), problems);
		requireNotNegative("rds.routing.unknown-lag-delay", properties.getUnknownLagDelay(), problems);
		requireNotNegative("rds.failover.timeout", failover.getTimeout(), problems);
		if (properties.getConsistency() == ConsistencyLevel.BOUNDED && properties.getMaxLag() == null) {
			problems.add("rds.routing.max-lag", null,
					"The consistency of reads is 'bounded', and nothing says by which lag.",
					"Set rds.routing.max-lag, such as 1s, or another rds.routing.consistency.");
		}
		int clients = properties.getToken().getRememberedClients();
		if (clients < 0) {
			problems.add("rds.routing.token.remembered-clients", String.valueOf(clients),
					"The least that is possible is 0.", "Set rds.routing.token.remembered-clients to 0 or more.");
		}
		double spillFactor = properties.getZone().getSpillFactor();
		if (!(spillFactor >= 1)) {
			problems.add("rds.routing.zone.spill-factor", String.valueOf(spillFactor),
					"The least that is possible is 1.", "Set rds.routing.zone.spill-factor to 1 or more.");
		}
		Integer fallbacks = properties.getMaximumFallbacks();
		if (fallbacks != null && fallbacks < 0) {
			problems.add("rds.routing.maximum-fallbacks", fallbacks.toString(), "The least that is possible is 0.",
					"Set rds.routing.maximum-fallbacks to 0 or more, or remove it.");
		}
		properties.getInfrastructure().forEach((name) -> requireTypeOrPackage(name, problems));
		byte[] key = key();
		if (key != null && key.length < SHORTEST_KEY) {
			problems.add("rds.routing.token.key", null, "The key has " + key.length + " bytes, which can be guessed.",
					"Set rds.routing.token.key to " + SHORTEST_KEY
							+ " random bytes or more, such as openssl rand -base64 32 prints.");
		}
		problems.throwIfAny();
	}

	private static void requirePositive(String key, @Nullable Duration value, ConfigurationProblems problems) {
		if (value != null && (value.isZero() || value.isNegative())) {
			problems.add(key, value.toMillis() + "ms", "It must be more than nothing.", "Set " + key + ", such as 1s.");
		}
	}

	private static void requireNotNegative(String key, Duration value, ConfigurationProblems problems) {
		if (value.isNegative()) {
			problems.add(key, value.toMillis() + "ms", "It cannot be negative.", "Set " + key + " to 0s or more.");
		}
	}

	/**
	 * A name whose last part begins with a capital is a type's, which has to be there.
	 */
	private static void requireTypeOrPackage(String name, ConfigurationProblems problems) {
		String last = ClassUtils.getShortName(name);
		if (!SourceVersion.isName(name)) {
			problems.add("rds.routing.infrastructure", name, "It is no name of a type or a package.",
					"Name a class, an interface or a package, such as com.example.outbox.");
		}
		else if (Character.isUpperCase(last.charAt(0)) && !ClassUtils.isPresent(name, null)) {
			problems.add("rds.routing.infrastructure", name, "There is no such type on the class path.",
					"Write the type's whole name, with its package, or remove it.");
		}
	}

	/**
	 * Return the key that tokens are signed with, or {@code null} if there is none.
	 */
	byte @Nullable [] key() {
		String key = this.properties.getToken().getKey();
		return StringUtils.hasText(key) ? key.getBytes(StandardCharsets.UTF_8) : null;
	}

	/**
	 * Return whether tokens travel with requests and responses.
	 */
	public boolean tokensTravel() {
		Boolean enabled = this.properties.getToken().getEnabled();
		return (enabled != null) ? enabled : this.properties.getConsistency() == ConsistencyLevel.SESSION;
	}

	/**
	 * Return a new selector of readers.
	 */
	public ReaderSelector readerSelector() {
		return this.properties.getReaderSelection().selector();
	}

	/**
	 * Set up a data source, but for the selector of readers.
	 */
	public void applyTo(ReadWriteRoutingDataSource.Builder builder) {
		builder.zoneSpillFactor(this.properties.getZone().getSpillFactor())
			.readerFallback(this.properties.getReaderFallback())
			.readerRetryInterval(this.properties.getReaderRetryInterval())
			.consistency(this.properties.getConsistency())
			.maxLag(this.properties.getMaxLag())
			.unknownLagDelay(this.properties.getUnknownLagDelay())
			.failoverTimeout(this.failover.getTimeout());
		if (this.properties.getMaximumFallbacks() != null) {
			builder.maximumFallbacks(this.properties.getMaximumFallbacks());
		}
	}

}
