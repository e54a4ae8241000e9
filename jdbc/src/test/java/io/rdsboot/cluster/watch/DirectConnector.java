package io.rdsboot.cluster.watch;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.test.LocalRdsCluster;

/**
 * Connects to the servers of a local cluster with the application's password, and
 * remembers what it has opened.
 */
public final class DirectConnector implements InstanceConnector {

	private final LocalRdsCluster cluster;

	private final List<Connection> opened = new ArrayList<>();

	public DirectConnector(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@Override
	public Connection connect(DatabaseInstance instance, Duration timeout) throws SQLException {
		Properties properties = new Properties();
		properties.setProperty("user", this.cluster.username());
		properties.setProperty("password", this.cluster.password());
		String seconds = Long.toString(Math.max(1, timeout.toSeconds()));
		properties.setProperty("loginTimeout", seconds);
		properties.setProperty("socketTimeout", seconds);
		Connection connection = DriverManager.getConnection(
				"jdbc:postgresql://%s/%s".formatted(instance.address(), this.cluster.database()), properties);
		this.opened.add(connection);
		return connection;
	}

	public List<Connection> opened() {
		return this.opened;
	}

	public long open() {
		return this.opened.stream().filter(DirectConnector::isOpen).count();
	}

	private static boolean isOpen(Connection connection) {
		try {
			return !connection.isClosed();
		}
		catch (SQLException ex) {
			throw new AssertionError(ex);
		}
	}

}
