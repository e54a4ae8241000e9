package io.rdsboot.autoconfigure.cluster;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * Logs that {@code rds.readers} has no effect, because connection details take the place
 * of all addresses and have no readers.
 */
@API(status = API.Status.INTERNAL)
public final class IgnoredReaders {

	private static final Logger logger = LoggerFactory.getLogger(IgnoredReaders.class);

	private IgnoredReaders() {
	}

	/**
	 * Log it, if it is so: as a warning, unless the application has started the servers
	 * itself, such as containers in tests.
	 * @param properties the properties
	 * @param details the connection details, or {@code null} if there are none
	 * @param beans has the details
	 */
	public static void log(RdsProperties properties, @Nullable RdsConnectionDetails details,
			ListableBeanFactory beans) {
		if (details == null || properties.getReaders().isEmpty() || !details.getReaders().isEmpty()) {
			return;
		}
		boolean startedHere = details instanceof StartedServers servers && servers.isStartedHere();
		Class<?> type = (details instanceof JdbcRdsConnectionDetails) ? JdbcConnectionDetails.class
				: RdsConnectionDetails.class;
		logger.atLevel(startedHere ? Level.INFO : Level.WARN)
			.log("rds.readers is configured and not used: the connection details '{}' take the place of all addresses, "
					+ "and have no readers. A bean of type RdsConnectionDetails can have some; tests get one by @LocalRds",
					String.join("', '", beans.getBeanNamesForType(type, true, false)));
	}

}
