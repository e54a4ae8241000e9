package io.rdsboot.autoconfigure.pool;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.pool.pooler.PoolerMode;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * Configuration properties of the connection pools: for all instances, and for those that
 * have a certain role.
 */
@ConfigurationProperties("rds.pool")
public final class RdsPoolProperties extends PoolSettings {

	/**
	 * Pooler between the application and the servers, such as PgBouncer or RDS Proxy:
	 * none, session, transaction, or auto to recognise it by the first connection.
	 */
	private PoolerMode pooler = PoolerMode.AUTO;

	@NestedConfigurationProperty
	private final PoolSettings writer = new PoolSettings();

	@NestedConfigurationProperty
	private final PoolSettings reader = new PoolSettings();

	/**
	 * Create the defaults. A borrower waits less for a reader, because there are others
	 * to go to.
	 */
	public RdsPoolProperties() {
		setConnectionTimeout(Duration.ofSeconds(5));
		setValidationTimeout(Duration.ofSeconds(2));
		setFailFast(true);
		this.reader.setConnectionTimeout(Duration.ofSeconds(2));
	}

	public PoolerMode getPooler() {
		return this.pooler;
	}

	public void setPooler(PoolerMode pooler) {
		this.pooler = pooler;
	}

	public PoolSettings getWriter() {
		return this.writer;
	}

	public PoolSettings getReader() {
		return this.reader;
	}

	/**
	 * Return whether the application starts only with a connection to an instance.
	 * @param role the instance's role
	 */
	public boolean failsFast(InstanceRole role) {
		Boolean ofRole = ((role == InstanceRole.READER) ? this.reader : this.writer).getFailFast();
		Boolean configured = (ofRole != null) ? ofRole : getFailFast();
		return configured == null || configured;
	}

	/**
	 * Return the settings by the prefix of their keys.
	 */
	public Map<String, PoolSettings> byPrefix() {
		Map<String, PoolSettings> settings = new LinkedHashMap<>();
		settings.put("rds.pool", this);
		settings.put("rds.pool.writer", this.writer);
		settings.put("rds.pool.reader", this.reader);
		return settings;
	}

}
