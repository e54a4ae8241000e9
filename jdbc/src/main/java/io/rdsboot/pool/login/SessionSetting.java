package io.rdsboot.pool.login;

import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariConfig;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.pool.pooler.UnsafePoolerSettingException;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * A setting of a pool that is made in each new session, and lost or seen by others where
 * a pooler gives transactions other sessions.
 *
 * @param name what it is called in the configuration
 * @param instead how to reach the same through a pooler
 */
@API(status = API.Status.INTERNAL)
public record SessionSetting(String name, String instead) {

	private static final String OF_ROLE = "give the role its own by ALTER ROLE ... SET, which holds in every session of its";

	private static final List<PGProperty> PROPERTIES = List.of(PGProperty.OPTIONS, PGProperty.CURRENT_SCHEMA,
			PGProperty.REPLICATION);

	/**
	 * Return the first that HikariCP makes, or {@code null}.
	 */
	public static @Nullable SessionSetting of(HikariConfig config) {
		if (config.getConnectionInitSql() != null) {
			return new SessionSetting("rds.pool.connection-init-sql", OF_ROLE);
		}
		return (config.getSchema() != null)
				? new SessionSetting("rds.pool.schema", "give the role its own by ALTER ROLE ... SET search_path")
				: null;
	}

	/**
	 * Return the first that the driver makes, or {@code null}.
	 */
	public static @Nullable SessionSetting of(Map<String, String> driverProperties) {
		return PROPERTIES.stream()
			.map(PGProperty::getName)
			.filter(driverProperties::containsKey)
			.map((name) -> new SessionSetting("the connection property " + name, OF_ROLE))
			.findFirst()
			.orElse(null);
	}

	static void requireNone(@Nullable SessionSetting setting, InstanceAddress address)
			throws UnsafePoolerSettingException {
		if (setting != null) {
			throw new UnsafePoolerSettingException(
					"A pooler in transaction mode answers at " + address + ", and " + setting.name()
							+ " would be set in sessions that other transactions use, too.",
					"Remove " + setting.name() + ", and " + setting.instead()
							+ "; or, if the pooler gives each client a session of its own, set rds.pool.pooler to session.");
		}
	}

}
