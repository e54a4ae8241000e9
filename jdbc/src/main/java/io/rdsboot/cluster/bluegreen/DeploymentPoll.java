package io.rdsboot.cluster.bluegreen;

import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
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

	private static final String AURORA_EXISTS = "SELECT to_regproc('%s') IS NOT NULL".formatted(AURORA);

	/**
	 * Anybody who may create a schema could create one of this name, and lead the
	 * application to a server of his own.
	 */
	private static final String RDS_EXISTS = """
			SELECT EXISTS (SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_roles r ON r.oid = p.proowner
				WHERE p.oid = to_regproc('%s') AND r.rolsuper)""".formatted(RDS);

	private static final String INSUFFICIENT_PRIVILEGE = "42501";

	private static final String CLIENT = "rds-jdbc-1";

	private static final String SOURCE = "BLUE_GREEN_DEPLOYMENT_SOURCE";

	private static final String TARGET = "BLUE_GREEN_DEPLOYMENT_TARGET";

	private final AtomicBoolean privilegeMissing;

	/**
	 * What green's addresses resolved to last: their names are gone after the switchover.
	 */
	private final Map<InstanceAddress, InetSocketAddress> resolved = new LinkedHashMap<>();

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
	 * @param connection a connection to it; if it is lost, the next look finds out
	 * @return the deployment, {@link Deployment#NONE} if it belongs to none, or
	 * {@code null} if it does not tell
	 */
	public @Nullable Deployment ask(Connection connection) {
		try {
			if (is(connection, AURORA_EXISTS)) {
				return read(connection, AURORA);
			}
			return is(connection, RDS_EXISTS) ? read(connection, RDS) : Deployment.NONE;
		}
		catch (SQLException ex) {
			explain(ex);
			return null;
		}
	}

	private static boolean is(Connection connection, String question) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet answer = statement.executeQuery(question)) {
			return answer.next() && answer.getBoolean(1);
		}
	}

	private Deployment read(Connection connection, String function) throws SQLException {
		DeploymentStatus status = DeploymentStatus.AVAILABLE;
		Set<InstanceAddress> blue = new HashSet<>();
		Set<InstanceAddress> green = new HashSet<>();
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement
					.executeQuery("SELECT endpoint, port, role, status FROM %s('%s')".formatted(function, CLIENT))) {
			while (rows.next()) {
				String role = String.valueOf(rows.getString("role"));
				if (role.equals(SOURCE) || role.equals(TARGET)) {
					(role.equals(SOURCE) ? blue : green)
						.add(new InstanceAddress(rows.getString("endpoint"), rows.getInt("port")));
					status = status.orLater(DeploymentStatus.of(String.valueOf(rows.getString("status"))));
				}
				else {
					logger.debug("A part of a Blue/Green deployment has the role '{}', which is not known", role);
				}
			}
		}
		catch (IllegalArgumentException ex) {
			throw new SQLException("The deployment names an address that is none: " + ex.getMessage(), ex);
		}
		return (blue.isEmpty() && green.isEmpty()) ? Deployment.NONE
				: new Deployment(status, blue, resolve(green, status));
	}

	/**
	 * Looks names up as long as they are sure to be there. A look-up may take its time.
	 */
	private Map<InstanceAddress, InetSocketAddress> resolve(Set<InstanceAddress> green, DeploymentStatus status) {
		this.resolved.keySet().retainAll(green);
		for (InstanceAddress address : green) {
			if (status == DeploymentStatus.AVAILABLE || !this.resolved.containsKey(address)) {
				InetSocketAddress endpoint = new InetSocketAddress(address.host(), address.port());
				if (!endpoint.isUnresolved()) {
					this.resolved.put(address, endpoint);
				}
			}
		}
		return this.resolved;
	}

	/**
	 * Says once which privilege is missing. Without it a switchover is followed once the
	 * names lead to green.
	 */
	private void explain(SQLException failure) {
		if (INSUFFICIENT_PRIVILEGE.equals(failure.getSQLState()) && this.privilegeMissing.compareAndSet(false, true)) {
			logger.info("The server may not be asked for a Blue/Green deployment, so that a switchover is followed only"
					+ " once DNS leads to green: {}. To have it followed at once, run GRANT USAGE ON SCHEMA rds_tools TO"
					+ " <role>; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA rds_tools TO <role>", failure.getMessage());
		}
		else {
			logger.debug("The server does not tell of a Blue/Green deployment", failure);
		}
	}

}
