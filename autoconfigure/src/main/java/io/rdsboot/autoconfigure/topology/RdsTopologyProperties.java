package io.rdsboot.autoconfigure.topology;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of how the cluster is watched.
 */
@ConfigurationProperties("rds.topology")
public class RdsTopologyProperties {

	/**
	 * Whether to monitor the instances. If not, roles stay as configured, and the
	 * readers' lag is unknown.
	 */
	private boolean enabled = true;

	/**
	 * How the instances of the cluster are found.
	 */
	private Discovery discovery = Discovery.AUTO;

	/**
	 * Interval at which the instances are discovered. By default 5 seconds if the
	 * database is asked, and 30 seconds if the RDS API is.
	 */
	private @Nullable Duration discoveryInterval;

	/**
	 * Address of an instance, with {id} for its identifier, such as
	 * {id}.db.example.com:5432, if it cannot be derived from the writer's address.
	 */
	private @Nullable String instanceAddress;

	/**
	 * Identifier of the cluster to ask the RDS API for, if the writer's address does not
	 * contain it.
	 */
	private @Nullable String clusterIdentifier;

	/**
	 * Identifier of the instance to ask the RDS API for, with its read replicas, if there
	 * is no cluster and the writer's address does not contain it.
	 */
	private @Nullable String instanceIdentifier;

	/**
	 * Interval at which each instance is polled for its role and its position in the log.
	 * By default a second, or a quarter of rds.routing.max-lag if that is less.
	 */
	private @Nullable Duration pollInterval;

	/**
	 * Maximum time to wait for the answer of an instance before it counts as unreachable.
	 */
	private Duration timeout = Duration.ofMillis(1500);

	/**
	 * Interval at which the monitor connects to each instance again, because its address
	 * may lead to another server by now.
	 */
	private Duration reconnectInterval = Duration.ofSeconds(60);

	/**
	 * Time without a borrowed connection after which monitoring slows down, and later
	 * stops until the next one, so that a database can pause.
	 */
	private Duration idleTimeout = Duration.ofMinutes(5);

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public Discovery getDiscovery() {
		return this.discovery;
	}

	public void setDiscovery(Discovery discovery) {
		this.discovery = discovery;
	}

	public @Nullable Duration getDiscoveryInterval() {
		return this.discoveryInterval;
	}

	public void setDiscoveryInterval(@Nullable Duration discoveryInterval) {
		this.discoveryInterval = discoveryInterval;
	}

	public @Nullable String getInstanceAddress() {
		return this.instanceAddress;
	}

	public void setInstanceAddress(@Nullable String instanceAddress) {
		this.instanceAddress = instanceAddress;
	}

	public @Nullable String getClusterIdentifier() {
		return this.clusterIdentifier;
	}

	public void setClusterIdentifier(@Nullable String clusterIdentifier) {
		this.clusterIdentifier = clusterIdentifier;
	}

	public @Nullable String getInstanceIdentifier() {
		return this.instanceIdentifier;
	}

	public void setInstanceIdentifier(@Nullable String instanceIdentifier) {
		this.instanceIdentifier = instanceIdentifier;
	}

	public @Nullable Duration getPollInterval() {
		return this.pollInterval;
	}

	public void setPollInterval(@Nullable Duration pollInterval) {
		this.pollInterval = pollInterval;
	}

	public Duration getTimeout() {
		return this.timeout;
	}

	public void setTimeout(Duration timeout) {
		this.timeout = timeout;
	}

	public Duration getReconnectInterval() {
		return this.reconnectInterval;
	}

	public void setReconnectInterval(Duration reconnectInterval) {
		this.reconnectInterval = reconnectInterval;
	}

	public Duration getIdleTimeout() {
		return this.idleTimeout;
	}

	public void setIdleTimeout(Duration idleTimeout) {
		this.idleTimeout = idleTimeout;
	}

	/**
	 * Ways to find the instances of a cluster.
	 */
	public enum Discovery {

		/**
		 * By what the writer's address looks like: a cluster endpoint's instances are
		 * asked of the database, others are those that are configured.
		 */
		AUTO,

		/**
		 * The configured addresses are all there are.
		 */
		STATIC,

		/**
		 * Asked of the database by Aurora's functions.
		 */
		AURORA,

		/**
		 * Asked of the RDS API.
		 */
		RDS_API

	}

}
