package io.rdsboot.actuate;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;
import org.apiguardian.api.API;

/**
 * Asks instances in the background, each over a connection of its own and within a limit
 * of time, where nobody else has asked lately. At most one check of an instance runs at a
 * time. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class InstanceChecks implements AutoCloseable {

	private final InstanceConnector connector;

	private final InstanceKnowledge knowledge;

	private final Duration timeout;

	private final Set<DatabaseInstance> running = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	/**
	 * Create it.
	 * @param connector opens the connections
	 * @param knowledge told of the answers
	 * @param timeout the longest to wait for the connection, and for the answer
	 */
	public InstanceChecks(InstanceConnector connector, InstanceKnowledge knowledge, Duration timeout) {
		this.connector = connector;
		this.knowledge = knowledge;
		this.timeout = timeout;
	}

	/**
	 * Begin to check an instance, unless that is being done. Returns at once.
	 */
	void begin(DatabaseInstance instance) {
		if (!this.closed && this.running.add(instance)) {
			Thread thread = new Thread(() -> check(instance), instance.name() + ":health");
			thread.setDaemon(true);
			thread.start();
		}
	}

	private void check(DatabaseInstance instance) {
		try (Connection connection = this.connector.connect(instance, this.timeout);
				Statement statement = connection.createStatement();
				ResultSet resultSet = statement.executeQuery("SELECT pg_is_in_recovery()")) {
			resultSet.next();
			this.knowledge.answered(instance, resultSet.getBoolean(1));
		}
		catch (SQLException ex) {
			this.knowledge.failed(instance, ex);
		}
		catch (RuntimeException ex) {
			this.knowledge.failed(instance, new SQLException(ex.getMessage(), ex));
		}
		finally {
			this.running.remove(instance);
		}
	}

	/**
	 * Begin no more checks. Those that run end within their limit, on daemon threads.
	 */
	@Override
	public void close() {
		this.closed = true;
	}

}
