package io.rdsboot.autoconfigure.topology;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import com.zaxxer.hikari.HikariConfig;
import io.rdsboot.autoconfigure.problem.ConfigurationProblems;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceAddressPattern;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.RdsHostName;
import io.rdsboot.cluster.RedactedAddress;
import io.rdsboot.cluster.discovery.AddressRegions;
import io.rdsboot.cluster.discovery.GlobalDatabaseDiscovery;
import io.rdsboot.cluster.discovery.InstanceDiscovery;
import io.rdsboot.routing.selection.ReaderSelector;
import io.rdsboot.routing.selection.RegionReaderSelector;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Reads where the regions of a global database are and which one is the application's,
 * and refuses what cannot be.
 */
@API(status = API.Status.INTERNAL)
public final class GlobalDatabasePropertiesMapper {

	private static final String PREFIX = "rds.global-database.";

	private final RdsGlobalDatabaseProperties properties;

	private final AddressRegions regions;

	private final int defaultPort;

	private final Map<String, InstanceAddress> endpoints = new LinkedHashMap<>();

	private final Map<String, InstanceAddressPattern> addresses = new LinkedHashMap<>();

	private final @Nullable String ownRegion;

	/**
	 * Read the properties.
	 * @param properties the properties of the global database
	 * @param topology the properties of how instances are found
	 * @param regions learns the regions of the instances
	 * @param defaultPort the port of the configured writer
	 * @param ownRegion the application's region where it is not configured
	 * @throws io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException if they
	 * do not describe a global database; names every problem
	 */
	GlobalDatabasePropertiesMapper(RdsGlobalDatabaseProperties properties, RdsTopologyProperties topology,
			AddressRegions regions, int defaultPort, Supplier<Optional<String>> ownRegion) {
		this.properties = properties;
		this.regions = regions;
		this.defaultPort = defaultPort;
		ConfigurationProblems problems = new ConfigurationProblems();
		for (String region : properties.regions()) {
			readEndpoint(region, problems);
			readAddresses(region, problems);
		}
		this.ownRegion = isConfigured() ? ownRegion(ownRegion, problems) : null;
		refuseOthers(topology, problems);
		problems.throwIfAny();
	}

	/**
	 * Return whether the database is in several regions.
	 */
	boolean isConfigured() {
		return !this.properties.regions().isEmpty();
	}

	private void readEndpoint(String region, ConfigurationProblems problems) {
		String text = this.properties.getEndpoints().get(region);
		if (!StringUtils.hasText(text)) {
			return;
		}
		String key = PREFIX + "endpoints." + region;
		try {
			InstanceAddress address = InstanceAddress
				.parse((text.indexOf(':') < 0) ? text + ":" + this.defaultPort : text);
			Optional<String> other = RdsHostName.parse(address.host())
				.flatMap(RdsHostName::region)
				.filter((named) -> !named.equals(region));
			if (other.isPresent()) {
				problems.add(key, address.toString(), "The address is one of region " + other.get() + ".",
						"Correct the address, or move it to " + PREFIX + "endpoints." + other.get() + ".");
			}
			this.endpoints.put(region, address);
		}
		catch (IllegalArgumentException ex) {
			problems.add(key, RedactedAddress.of(text), ex.getMessage() + ".",
					"Set " + key + " to the region's cluster endpoint, as host or host:port.");
		}
	}

	private void readAddresses(String region, ConfigurationProblems problems) {
		String key = PREFIX + "instance-addresses." + region;
		String text = this.properties.getInstanceAddresses().get(region);
		if (StringUtils.hasText(text)) {
			try {
				this.addresses.put(region, InstanceAddressPattern.parse(text, this.defaultPort));
			}
			catch (IllegalArgumentException ex) {
				problems.add(key, RedactedAddress.of(text), ex.getMessage() + ".",
						"Write " + key + " as host or host:port with {id} in the host.");
			}
			return;
		}
		InstanceAddress endpoint = this.endpoints.get(region);
		if (endpoint != null) {
			InstanceAddressPattern.derive(endpoint)
				.ifPresentOrElse((derived) -> this.addresses.put(region, derived), () -> problems
					.add(key, null, "The endpoint of region " + region + ", " + endpoint
							+ ", is no cluster endpoint of Aurora, so it does not tell the addresses of the instances.",
							"Set " + key + ", such as {id}.abc123." + region + ".rds.amazonaws.com."));
		}
	}

	private @Nullable String ownRegion(Supplier<Optional<String>> found, ConfigurationProblems problems) {
		String key = PREFIX + "region";
		String configured = this.properties.getRegion();
		String own = StringUtils.hasText(configured) ? configured : found.get().orElse(null);
		if (own == null) {
			problems.add(key, null, "No region of the application is configured, and AWS tells none.",
					"Set " + key + " to one of " + this.properties.regions() + ".");
		}
		else if (!this.properties.regions().contains(own)) {
			problems.add(key, own, "The global database has no endpoint in the application's region.", "Set " + PREFIX
					+ "endpoints." + own + ", or " + key + " to the nearest of " + this.properties.regions() + ".");
		}
		return own;
	}

	private void refuseOthers(RdsTopologyProperties topology, ConfigurationProblems problems) {
		if (!isConfigured()) {
			if (StringUtils.hasText(this.properties.getRegion()) || this.properties.isRemoteReaders()) {
				problems.add(PREFIX + "endpoints", null, "Nothing says in which regions the global database is.",
						"Set " + PREFIX + "endpoints, or remove the properties of rds.global-database.");
			}
			return;
		}
		if (!topology.isEnabled()) {
			problems.add("rds.topology.enabled", "false",
					"The writer of a global database is found by monitoring its instances.",
					"Remove rds.topology.enabled, or the properties of rds.global-database.");
		}
		if (topology.getDiscovery() != RdsTopologyProperties.Discovery.AUTO) {
			problems.add("rds.topology.discovery", topology.getDiscovery().name(),
					"The instances of a global database are found in one way only.",
					"Remove rds.topology.discovery, or the properties of rds.global-database.");
		}
		if (StringUtils.hasText(topology.getInstanceAddress())) {
			problems.add("rds.topology.instance-address", RedactedAddress.of(topology.getInstanceAddress()),
					"Each region of a global database has addresses of its own.",
					"Move it to " + PREFIX + "instance-addresses, below the name of its region.");
		}
	}

	/**
	 * Return what finds the instances of all regions.
	 */
	InstanceDiscovery discovery(List<InstanceState> configured) {
		return new GlobalDatabaseDiscovery(configured, this.addresses, List.copyOf(this.endpoints.values()),
				this.regions);
	}

	/**
	 * Keep one idle connection to a reader of another region that serves no reads: it may
	 * become the writer. A pool that keeps none stays as it is.
	 */
	void customizePool(HikariConfig config, DatabaseInstance instance, InstanceRole role) {
		boolean remote = this.regions.region(instance.address())
			.filter((region) -> this.ownRegion != null && !region.equals(this.ownRegion))
			.isPresent();
		if (remote && role == InstanceRole.READER && !this.properties.isRemoteReaders()
				&& config.getMinimumIdle() != 0) {
			config.setMinimumIdle(1);
		}
	}

	/**
	 * Return a selector that prefers readers of the application's own region, or the
	 * given one where the database is not a global one.
	 * @param selector chooses among readers of the same region
	 */
	public ReaderSelector preferringOwnRegion(ReaderSelector selector) {
		return (this.ownRegion != null)
				? new RegionReaderSelector(selector, this.properties.isRemoteReaders(), this.regions, this.ownRegion)
				: selector;
	}

}
