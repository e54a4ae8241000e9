package io.rdsboot.autoconfigure.pool;

import java.util.Map;

import io.rdsboot.autoconfigure.cluster.OnRdsClusterCondition.OnClusterProperty;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Quietens what HikariCP logs of each single connection that is lost, where a cluster is
 * configured: the pools tell it once an outage, and HikariCP's advice (a shorter
 * maxLifetime) does not fit one. Errors stay, and so do its warnings of leaks and of
 * starved threads, which have other loggers. The levels can still be set by the loggers'
 * own names.
 */
class PoolLoggersEnvironmentPostProcessor implements EnvironmentPostProcessor {

	private static final Map<String, Object> LEVELS = Map.of("logging.level.com.zaxxer.hikari.pool.ProxyConnection",
			"error", "logging.level.com.zaxxer.hikari.pool.PoolBase", "error");

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (OnClusterProperty.configuredKey(environment).isPresent()) {
			environment.getPropertySources().addLast(new MapPropertySource("rdsPoolLoggers", LEVELS));
		}
	}

}
