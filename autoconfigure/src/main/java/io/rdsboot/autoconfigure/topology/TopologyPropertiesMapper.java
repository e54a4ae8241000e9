package io.rdsboot.autoconfigure.topology;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.ConfigurationProblems;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddressPattern;
import io.rdsboot.cluster.RedactedAddress;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Reads how the cluster is watched, and refuses what cannot be.
 */
final class TopologyPropertiesMapper {

	/**
	 * The least that makes sense: an answer from another availability zone takes about a
	 * millisecond, and nobody gains from being asked more often.
	 */
	private static final Duration SHORTEST = Duration.ofMillis(100);

	/**
	 * Each connection is a login.
	 */
	private static final Duration SHORTEST_CONNECTION = Duration.ofSeconds(1);

	private final RdsTopologyProperties properties;

	private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

	private final DatabaseInstance writer;

	private final @Nullable Duration maxLag;

	/**
	 * Create a reading.
	 * @param properties the properties
	 * @param writer the writer, as it is configured
	 * @param maxLag the greatest lag of a reader that may serve, or {@code null} for any
	 * @throws InvalidRdsConfigurationException if an interval or a time-out cannot be
	 * kept; names every one
	 */
	TopologyPropertiesMapper(RdsTopologyProperties properties, DatabaseInstance writer, @Nullable Duration maxLag) {
		this.properties = properties;
		this.writer = writer;
		this.maxLag = maxLag;
		ConfigurationProblems problems = new ConfigurationProblems();
		requireLong("poll-interval", properties.getPollInterval(), SHORTEST, problems);
		requireLong("timeout", properties.getTimeout(), SHORTEST, problems);
		requireLong("discovery-interval", properties.getDiscoveryInterval(), SHORTEST, problems);
		requireLong("idle-timeout", properties.getIdleTimeout(), SHORTEST, problems);
		requireLong("reconnect-interval", properties.getReconnectInterval(), SHORTEST_CONNECTION, problems);
		requireBoundCanBeKept(problems);
		problems.throwIfAny();
	}

	/**
	 * A sample of a reader is an interval old before the next one, and so is that of the
	 * writer, which it is compared with.
	 */
	private void requireBoundCanBeKept(ConfigurationProblems problems) {
		Duration interval = this.properties.getPollInterval();
		if (interval != null && this.maxLag != null && this.maxLag.compareTo(interval.multipliedBy(2)) < 0) {
			problems.add("rds.topology.poll-interval", interval.toMillis() + "ms",
					"A reader that is asked so rarely cannot prove a lag of at most " + this.maxLag.toMillis()
							+ "ms (rds.routing.max-lag), so the writer would serve its reads.",
					"Set rds.topology.poll-interval to half of rds.routing.max-lag at most, or remove it.");
		}
	}

	/**
	 * Return the interval at which each instance is asked.
	 */
	Duration pollInterval() {
		Duration configured = this.properties.getPollInterval();
		if (configured != null) {
			return configured;
		}
		Duration quarter = (this.maxLag != null) ? this.maxLag.dividedBy(4) : POLL_INTERVAL;
		return (quarter.compareTo(POLL_INTERVAL) > 0) ? POLL_INTERVAL
				: (quarter.compareTo(SHORTEST) < 0) ? SHORTEST : quarter;
	}

	private static void requireLong(String name, @Nullable Duration value, Duration least,
			ConfigurationProblems problems) {
		if (value != null && value.compareTo(least) < 0) {
			problems.add("rds.topology." + name, value.toMillis() + "ms",
					"The least that is possible is " + least.toMillis() + "ms.",
					"Set rds.topology." + name + " to " + least.toMillis() + "ms or more.");
		}
	}

	/**
	 * Return the configured pattern of the instances' addresses, or {@code null} if there
	 * is none.
	 * @throws InvalidRdsConfigurationException if it is not one
	 */
	@Nullable InstanceAddressPattern configuredPattern() {
		String text = this.properties.getInstanceAddress();
		if (!StringUtils.hasText(text)) {
			return null;
		}
		try {
			return InstanceAddressPattern.parse(text, this.writer.address().port());
		}
		catch (IllegalArgumentException ex) {
			throw invalid("rds.topology.instance-address", RedactedAddress.of(text), ex.getMessage() + ".",
					"Write rds.topology.instance-address as host or host:port with {id} in the host, such as {id}.abc123.us-east-1.rds.amazonaws.com.");
		}
	}

	/**
	 * Return the pattern of the instances' addresses: the configured one, or what the
	 * writer's address says.
	 * @throws InvalidRdsConfigurationException if there is none
	 */
	InstanceAddressPattern pattern() {
		InstanceAddressPattern configured = configuredPattern();
		if (configured != null) {
			return configured;
		}
		Optional<InstanceAddressPattern> derived = InstanceAddressPattern.derive(this.writer.address());
		return derived.orElseThrow(() -> invalid("rds.topology.instance-address", null,
				"The address of the writer, " + this.writer.address()
						+ ", is no cluster endpoint, so it does not tell the addresses of the instances.",
				"Set rds.topology.instance-address, such as {id}.abc123.us-east-1.rds.amazonaws.com."));
	}

	static InvalidRdsConfigurationException invalid(String key, @Nullable String value, String description,
			String action) {
		return new InvalidRdsConfigurationException(List.of(new ConfigurationProblem(key, value, description, action)));
	}

}
