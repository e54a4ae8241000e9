package io.rdsboot.autoconfigure.topology;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of an Aurora Global Database.
 */
@ConfigurationProperties("rds.global-database")
public class RdsGlobalDatabaseProperties {

	/**
	 * Cluster endpoint of each region of the global database, by the name of the region,
	 * as host or host:port. Regions without an entry are not used.
	 */
	private Map<String, String> endpoints = new LinkedHashMap<>();

	/**
	 * Address of an instance of a region, by the name of the region, with {id} for its
	 * identifier, if it cannot be derived from the region's endpoint.
	 */
	private Map<String, String> instanceAddresses = new LinkedHashMap<>();

	/**
	 * Region of the application, whose readers serve its reads. By default that of
	 * rds.aws.region, and then that of the AWS SDK's default chain.
	 */
	private @Nullable String region;

	/**
	 * Whether readers of other regions serve reads while none of the application's own
	 * region can. If not, the writer serves them, within rds.routing.maximum-fallbacks.
	 */
	private boolean remoteReaders;

	public Map<String, String> getEndpoints() {
		return this.endpoints;
	}

	public void setEndpoints(Map<String, String> endpoints) {
		this.endpoints = endpoints;
	}

	public Map<String, String> getInstanceAddresses() {
		return this.instanceAddresses;
	}

	public void setInstanceAddresses(Map<String, String> instanceAddresses) {
		this.instanceAddresses = instanceAddresses;
	}

	public @Nullable String getRegion() {
		return this.region;
	}

	public void setRegion(@Nullable String region) {
		this.region = region;
	}

	public boolean isRemoteReaders() {
		return this.remoteReaders;
	}

	public void setRemoteReaders(boolean remoteReaders) {
		this.remoteReaders = remoteReaders;
	}

	/**
	 * Return the regions that are configured, in the order of their endpoints.
	 */
	Set<String> regions() {
		Set<String> regions = new LinkedHashSet<>(this.endpoints.keySet());
		regions.addAll(this.instanceAddresses.keySet());
		return regions;
	}

}
