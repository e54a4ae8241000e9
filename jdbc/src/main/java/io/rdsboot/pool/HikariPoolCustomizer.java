package io.rdsboot.pool;

import java.time.Duration;

import com.zaxxer.hikari.HikariConfig;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;

/**
 * Changes the configuration of an instance's pool before the pool is made. Customizers
 * are called in order; the last one wins.
 */
@FunctionalInterface
public interface HikariPoolCustomizer {

	/**
	 * Customizes one pool.
	 * @param config the pool's configuration; its data source, name and credentials
	 * belong to {@link InstancePool}
	 * @param instance the instance that the pool is for
	 * @param role the role that the instance has now; {@link InstanceRole#UNKNOWN} also
	 * for the connections that watch it, which take the data source properties alone
	 */
	void customize(HikariConfig config, DatabaseInstance instance, InstanceRole role);

	/**
	 * Return a customizer that limits how long a borrower waits for a connection.
	 * @param writer the limit for the writer, at least 250 milliseconds
	 * @param reader the limit for a reader, at least 250 milliseconds
	 */
	static HikariPoolCustomizer connectionTimeout(Duration writer, Duration reader) {
		return (config, instance, role) -> config
			.setConnectionTimeout(((role == InstanceRole.READER) ? reader : writer).toMillis());
	}

}
