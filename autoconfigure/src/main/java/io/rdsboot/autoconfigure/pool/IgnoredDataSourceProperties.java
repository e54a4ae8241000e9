package io.rdsboot.autoconfigure.pool;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

import org.apiguardian.api.API;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;

/**
 * Logs which {@code spring.datasource.*} properties have no effect, because a cluster is
 * configured by {@code rds.*}, and which property does the same there.
 */
@API(status = API.Status.INTERNAL)
public final class IgnoredDataSourceProperties {

	private static final Logger logger = LoggerFactory.getLogger(IgnoredDataSourceProperties.class);

	private static final ConfigurationPropertyName HIKARI = ConfigurationPropertyName.of("spring.datasource.hikari");

	private static final ConfigurationPropertyName DATA_SOURCE = HIKARI.getParent();

	/**
	 * The properties that have effect on Boot's {@code DataSource} alone. Others, such as
	 * {@code spring.datasource.generate-unique-name}, are about embedded databases.
	 */
	private static final Map<String, String> COUNTERPARTS = counterparts();

	private IgnoredDataSourceProperties() {
	}

	private static Map<String, String> counterparts() {
		Map<String, String> counterparts = new LinkedHashMap<>();
		counterparts.put("username", "rds.credentials.username");
		counterparts.put("password", "rds.credentials.password");
		counterparts.put("type", "");
		counterparts.put("driver-class-name", "");
		counterparts.put("jndi-name", "");
		counterparts.put("connection-fetch", "");
		return counterparts;
	}

	/**
	 * Log the properties that have no effect, on one line, if there are any.
	 * @param environment the properties
	 */
	public static void log(Environment environment) {
		SortedSet<String> ignored = new TreeSet<>();
		ConfigurationPropertySources.get(environment).forEach((source) -> {
			COUNTERPARTS.forEach((name, counterpart) -> {
				ConfigurationPropertyName key = DATA_SOURCE.append(name);
				if (source.getConfigurationProperty(key) != null) {
					ignored.add(withCounterpart(key, counterpart));
				}
			});
			if (source instanceof IterableConfigurationPropertySource iterable) {
				iterable.stream()
					.filter(HIKARI::isAncestorOf)
					.forEach((name) -> ignored.add(withCounterpart(name, poolProperty(name))));
			}
		});
		if (!ignored.isEmpty()) {
			logger.warn("Ignored beside rds.*: {}", String.join(", ", ignored));
		}
	}

	private static String withCounterpart(ConfigurationPropertyName key, String counterpart) {
		return counterpart.isEmpty() ? key.toString() : key + " (use " + counterpart + ")";
	}

	/**
	 * Returns the property of {@code rds.pool} for one of HikariCP's, or what does the
	 * same.
	 */
	private static String poolProperty(ConfigurationPropertyName name) {
		ConfigurationPropertyName relative = name.subName(HIKARI.getNumberOfElements());
		if (relative.getElement(0, ConfigurationPropertyName.Form.UNIFORM).equals("datasourceproperties")) {
			return "rds.pool.data-source-properties";
		}
		for (var property : BeanUtils.getPropertyDescriptors(PoolSettings.class)) {
			String dashed = DataObjectPropertyName.toDashedForm(property.getName());
			if (property.getWriteMethod() != null && ConfigurationPropertyName.of(dashed).equals(relative)) {
				return "rds.pool." + dashed;
			}
		}
		return "a bean of type HikariPoolCustomizer";
	}

}
