package io.rdsboot.autoconfigure.cluster;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.RedactedAddress;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * An instance's address as it is configured: where it is, and what its JDBC URL says
 * besides.
 *
 * @param address host and port
 * @param database the URL's database, or {@code null}
 * @param driverProperties the URL's parameters
 */
@API(status = API.Status.INTERNAL)
public record ConfiguredAddress(InstanceAddress address, @Nullable String database,
		Map<String, String> driverProperties) {

	private static final String JDBC_PREFIX = "jdbc:postgresql:";

	private static final String HOST = "(\\[[^]/?]*]|[^]:,/?]*)(:\\d*)?";

	/**
	 * URLs without hosts, or with hosts whose ports are numbers.
	 */
	private static final Pattern READABLE_HOSTS = Pattern
		.compile(JDBC_PREFIX + "((?!//)|//" + HOST + "(," + HOST + ")*([/?]|$))");

	/**
	 * Parse {@code host}, {@code host:port} or a {@code jdbc:postgresql:} URL.
	 * @param key the property that holds the address
	 * @param text its value
	 * @throws InvalidRdsConfigurationException if it is none of these
	 */
	public static ConfiguredAddress parse(String key, String text) {
		requireNoUserInfo(key, text);
		if (text.toLowerCase(Locale.ROOT).startsWith("jdbc:")) {
			return parseUrl(key, text);
		}
		try {
			return new ConfiguredAddress(InstanceAddress.parse(text), null, Map.of());
		}
		catch (IllegalArgumentException ex) {
			throw invalid(key, text, ex.getMessage() + ".",
					"Set " + key + " to a host, host:port or jdbc:postgresql://host:port/database.");
		}
	}

	/**
	 * Parse {@code host} or {@code host:port}.
	 * @param key the property that holds the address
	 * @param text its value
	 * @throws InvalidRdsConfigurationException if it is neither
	 */
	public static InstanceAddress parseSigningAddress(String key, String text) {
		requireNoUserInfo(key, text);
		try {
			return InstanceAddress.parse(text);
		}
		catch (IllegalArgumentException ex) {
			throw invalid(key, text, ex.getMessage() + ".",
					"Set " + key + " to the host, or host:port, that RDS knows the database by.");
		}
	}

	private static ConfiguredAddress parseUrl(String key, String url) {
		if (!url.startsWith(JDBC_PREFIX)) {
			throw invalid(key, url, "The URL is not one of the PostgreSQL driver.",
					"Let " + key + " begin with " + JDBC_PREFIX + "//.");
		}
		// pgjdbc logs a port that is no number, which may be a part of a password.
		Properties properties = READABLE_HOSTS.matcher(url).lookingAt() ? Driver.parseURL(url, null) : null;
		if (properties == null) {
			throw invalid(key, url, "The PostgreSQL driver cannot parse the URL.",
					"Write " + key + " as jdbc:postgresql://host:port/database?parameter=value.");
		}
		Map<String, String> parameters = new HashMap<>();
		properties.stringPropertyNames().forEach((name) -> parameters.put(name, properties.getProperty(name)));
		String hosts = parameters.remove(PGProperty.PG_HOST.getName());
		String ports = parameters.remove(PGProperty.PG_PORT.getName());
		String database = parameters.remove(PGProperty.PG_DBNAME.getName());
		if (hosts == null || ports == null || hosts.contains(",")) {
			throw invalid(key, url, "The URL must name exactly one host.", key.startsWith("rds.")
					? "Put the writer into rds.writer and each reader into rds.readers."
					: "Remove " + key + ", so that the present writer is connected to, or name one host in it.");
		}
		if (parameters.containsKey(PGProperty.USER.getName())
				|| parameters.containsKey(PGProperty.PASSWORD.getName())) {
			throw holdsCredentials(key, url);
		}
		parameters.keySet().forEach((name) -> requireDriverProperty(key, name));
		try {
			return new ConfiguredAddress(InstanceAddress.parse(hosts + ":" + ports), database, parameters);
		}
		catch (IllegalArgumentException ex) {
			throw invalid(key, url, ex.getMessage() + ".",
					"Write " + key + " as jdbc:postgresql://host:port/database?parameter=value.");
		}
	}

	/**
	 * Refuses a connection property that pgjdbc does not know: it would ignore it without
	 * a word.
	 */
	public static void requireDriverProperty(String key, String name) {
		if (PGProperty.forName(name) == null && !name.startsWith("datatype.")) {
			throw invalid(key, name, "The PostgreSQL driver has no connection property of this name.",
					"Correct or remove '" + name + "' in " + key + ".");
		}
	}

	private static void requireNoUserInfo(String key, String text) {
		if (RedactedAddress.hasUserInfo(text)) {
			throw holdsCredentials(key, text);
		}
	}

	private static InvalidRdsConfigurationException holdsCredentials(String key, String text) {
		if (!key.startsWith("rds.")) {
			String prefix = key.substring(0, key.lastIndexOf('.'));
			return invalid(key, text, "The address holds credentials, and " + prefix + " has other places for them.",
					"Move user and password from " + key + " to " + prefix + ".user and " + prefix + ".password.");
		}
		return invalid(key, text, "The address holds credentials, and rds.credentials is the one place for them.",
				"Move user and password from " + key + " to rds.credentials.username and rds.credentials.password.");
	}

	private static InvalidRdsConfigurationException invalid(String key, String value, String description,
			String action) {
		return new InvalidRdsConfigurationException(
				List.of(new ConfigurationProblem(key, RedactedAddress.of(value), description, action)));
	}

}
