package io.rdsboot.pool;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;

/**
 * Makes the configurations of pools: what this library changes of HikariCP's defaults,
 * and then what the customizers say. Thread-safe if they are.
 */
final class PoolConfigurations {

	/**
	 * How long a borrower waits for an idle connection to show that it is alive.
	 * HikariCP's five seconds would be spent on each connection to a frozen host.
	 */
	private static final long VALIDATION_TIMEOUT_MILLIS = 2000;

	private final List<HikariPoolCustomizer> customizers;

	PoolConfigurations(List<HikariPoolCustomizer> customizers) {
		this.customizers = List.copyOf(customizers);
	}

	/**
	 * Make a configuration.
	 * @param instance the instance that the pool is for
	 * @param role the role that it is for
	 */
	HikariConfig configuration(DatabaseInstance instance, InstanceRole role) {
		HikariConfig config = new HikariConfig();
		config.setValidationTimeout(VALIDATION_TIMEOUT_MILLIS);
		this.customizers.forEach((customizer) -> customizer.customize(config, instance, role));
		return config;
	}

	/**
	 * Let a pool take over what HikariCP can change at run time: sizes at once, time-outs
	 * within half a minute.
	 */
	static void apply(HikariConfig config, HikariDataSource dataSource) {
		config.validate();
		dataSource.setMaximumPoolSize(config.getMaximumPoolSize());
		dataSource.setMinimumIdle(config.getMinimumIdle());
		dataSource.setIdleTimeout(config.getIdleTimeout());
		dataSource.setMaxLifetime(config.getMaxLifetime());
		dataSource.setConnectionTimeout(config.getConnectionTimeout());
		dataSource.setValidationTimeout(config.getValidationTimeout());
		dataSource.setLeakDetectionThreshold(config.getLeakDetectionThreshold());
	}

	/**
	 * Return pgjdbc's connection properties that a configuration holds.
	 */
	static Map<String, String> driverProperties(HikariConfig config) {
		Map<String, String> properties = new HashMap<>();
		config.getDataSourceProperties().forEach((name, value) -> properties.put(name.toString(), value.toString()));
		return properties;
	}

}
