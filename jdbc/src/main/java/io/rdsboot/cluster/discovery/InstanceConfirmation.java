package io.rdsboot.cluster.discovery;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the server at the address of an instance that is new whether it is the one: an
 * address that was made from an identifier may lead elsewhere. Thread-safe.
 */
final class InstanceConfirmation {

	private static final Logger logger = LoggerFactory.getLogger(AuroraDiscovery.class);

	private static final String OWN_ID = "SELECT pg_catalog.aurora_db_instance_identifier()";

	private final String property;

	/** Instances whose servers did not answer as they should, which was logged. */
	private final Set<String> unconfirmed = ConcurrentHashMap.newKeySet();

	/**
	 * Create it.
	 * @param property name of the property that the addresses are made by
	 */
	InstanceConfirmation(String property) {
		this.property = property;
	}

	/**
	 * Forget instances that no longer are.
	 */
	void retain(Collection<String> names) {
		this.unconfirmed.retainAll(names);
	}

	/**
	 * Return whether the server at an instance's address is the one.
	 * @param serverId Aurora's identifier of the instance
	 */
	boolean isConfirmed(DatabaseInstance instance, String serverId, InstanceConnector connector, Duration timeout) {
		String objection;
		try (Connection connection = connector.connect(instance, timeout)) {
			String answer = AskedServer.rows(connection, OWN_ID, (row) -> row.getString(1)).get(0);
			if (serverId.equals(answer)) {
				this.unconfirmed.remove(instance.name());
				return true;
			}
			objection = "is instance '" + answer + "': correct " + this.property;
		}
		catch (SQLException ex) {
			objection = "does not answer: " + ex.getMessage();
		}
		if (this.unconfirmed.add(instance.name())) {
			logger.warn("Aurora's instance '{}' is not used, because the server at {} {}", instance.name(),
					instance.address(), objection);
		}
		return false;
	}

}
