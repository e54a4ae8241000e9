package io.rdsboot.cluster.discovery;

import java.security.Security;
import java.time.Duration;
import java.util.Optional;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * For how long this JVM remembers which IP address a host name stands for.
 */
@API(status = API.Status.INTERNAL)
public final class DnsCache {

	private static final String PROPERTY = "networkaddress.cache.ttl";

	/**
	 * What the JDK does where nothing is configured.
	 */
	private static final int DEFAULT_SECONDS = 30;

	private DnsCache() {
	}

	/**
	 * Return the text of a warning if names are remembered for longer than a failover may
	 * take, so that connections go on to the former server, or empty if they are not.
	 * @param longest the longest that a name may be remembered
	 */
	public static Optional<String> warning(Duration longest) {
		int seconds = seconds(Security.getProperty(PROPERTY));
		if (seconds >= 0 && Duration.ofSeconds(seconds).compareTo(longest) <= 0) {
			return Optional.empty();
		}
		return Optional
			.of("This JVM remembers host names %s, and RDS may move them to another server within %d s. Set the security property %s to 5: by java.security.Security.setProperty(\"%s\", \"5\") before the first name is looked up, or in the JVM's java.security file; -D does not set it"
				.formatted((seconds < 0) ? "for ever" : "for " + seconds + " s", longest.toSeconds(), PROPERTY,
						PROPERTY));
	}

	/**
	 * Reads the property as the JDK does: what is no number counts as not set, and then a
	 * system property of old holds.
	 */
	private static int seconds(@Nullable String value) {
		try {
			if (value != null) {
				return Integer.parseInt(value);
			}
		}
		catch (NumberFormatException ex) {
			// not set
		}
		return Integer.getInteger("sun.net.inetaddr.ttl", DEFAULT_SECONDS);
	}

}
