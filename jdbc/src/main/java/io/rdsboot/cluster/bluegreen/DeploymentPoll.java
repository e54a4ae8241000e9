package io.rdsboot.cluster.bluegreen;

import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import io.rdsboot.cluster.InstanceAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a server for the Blue/Green deployment that it belongs to. Used by one thread.
 *
 * @see <a href=
 * "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/blue-green-deployments.html">Blue/Green
 * deployments</a>
 */
public final class DeploymentPoll {

	private static final Logger logger = LoggerFactory.getLogger(DeploymentPoll.class);

	private static final String AURORA = "pg_catalog.get_blue_green_fast_switchover_metadata";

	private static final String RDS = "rds_tools.show_topology";

	private static final String INSUFFICIENT_PRIVILEGE = "42501";

	private static final String CLIENT = "rds-jdbc-1";

	private static final String SOURCE = "BLUE_GREEN_DEPLOYMENT_SOURCE";

	private static final String TARGET = "BLUE_GREEN_DEPLOYMENT_TARGET";

	/**
	 * What green's addresses resolved to last: their names are gone after the switchover.
	 */
	private final Map<InstanceAddress, InetSocketAddress> resolved = new LinkedHashMap<>();

	private @Nullable Connection known;

	private @Nullable String function;

	private final AtomicBoolean privilegeMissing;

	/**
	 * Create a poll.
	 * @param privilegeMissing whether it was said that a privilege is missing, shared by
	 * all polls of a cluster
	 */
	public DeploymentPoll(AtomicBoolean privilegeMissing) {
		this.privilegeMissing = privilegeMissing;
	}

	/**
	 * Ask a server.
	 * @param connection a connection to it
	 * @return the deployment, or empty if there is none or the server does not tell
	 * @throws SQLException if the connection is lost
	 */
	public Optional<Deployment> ask(Connection connection) throws SQLException {
		try {
			if (connection != this.known || this.function == null) {
				this.function = function(connection);
				this.known = connection;
			}
			return (this.function != null) ? read(connection, this.function) : Optional.empty();
		}
		catch (SQLException ex) {
			if (connection.isClosed()) {
				throw ex;
			}
			explain(ex);
			return Optional.empty();
		}
	}

	private static @Nullable String function(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet answer = statement.executeQuery("SELECT to_regproc('%s') IS NOT NULL".formatted(AURORA))) {
			answer.next();
			if (answer.getBoolean(1)) {
				return AURORA;
			}
		}
		try (Statement statement = connection.createStatement();
				ResultSet answer = statement.executeQuery("SELECT to_regproc('%s') IS NOT NULL".formatted(RDS))) {
			answer.next();
			return answer.getBoolean(1) ? RDS : null;
		}
	}

	private Optional<Deployment> read(Connection connection, String asked) throws SQLException {
		DeploymentStatus status = DeploymentStatus.AVAILABLE;
		Set<InstanceAddress> blue = new HashSet<>();
		Set<InstanceAddress> green = new HashSet<>();
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement
					.executeQuery("SELECT endpoint, port, role, status FROM %s('%s')".formatted(asked, CLIENT))) {
			while (rows.next()) {
				String role = String.valueOf(rows.getString("role"));
				Set<InstanceAddress> side = role.equals(SOURCE) ? blue : green;
				if (role.equals(SOURCE) || role.equals(TARGET)) {
					side.add(new InstanceAddress(rows.getString("endpoint"), rows.getInt("port")));
					status = status.orLater(DeploymentStatus.of(String.valueOf(rows.getString("status"))));
				}
				else {
					logger.debug("A part of a Blue/Green deployment has the role '{}', which is not known", role);
				}
			}
		}
		return (blue.isEmpty() && green.isEmpty()) ? Optional.empty()
				: Optional.of(new Deployment(status, blue, resolve(green)));
	}

	private Map<InstanceAddress, InetSocketAddress> resolve(Set<InstanceAddress> green) {
		this.resolved.keySet().retainAll(green);
		for (InstanceAddress address : green) {
			InetSocketAddress endpoint = new InetSocketAddress(address.host(), address.port());
			if (!endpoint.isUnresolved()) {
				this.resolved.put(address, endpoint);
			}
		}
		return this.resolved;
	}

	/**
	 * Says once which privilege is missing. Without it a switchover is followed once the
	 * names lead to green.
	 */
	private void explain(SQLException failure) {
		if (!INSUFFICIENT_PRIVILEGE.equals(failure.getSQLState())) {
			logger.debug("The server does not tell of a Blue/Green deployment", failure);
		}
		else if (this.privilegeMissing.compareAndSet(false, true)) {
			logger.info("The server may not be asked for a Blue/Green deployment, so that a switchover is followed only"
					+ " once DNS leads to green: {}. To have it followed at once, run GRANT USAGE ON SCHEMA rds_tools TO"
					+ " <role>; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA rds_tools TO <role>", failure.getMessage());
		}
	}

}
