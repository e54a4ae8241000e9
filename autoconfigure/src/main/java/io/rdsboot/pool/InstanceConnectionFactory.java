package io.rdsboot.pool;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Map;
import java.util.Properties;

import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Opens physical connections to one instance, each with credentials of that moment, and
 * reports how it went. Thread-safe.
 *
 * <p>
 * It stands where HikariCP would use its own driver data source, because a failure to
 * connect has to be seen when it happens: HikariCP tells a borrower only after the whole
 * borrow time-out.
 */
final class InstanceConnectionFactory extends AbstractDataSource {

	private static final Driver DRIVER = new Driver();

	private final DatabaseInstance instance;

	private final String url;

	private final Map<String, String> driverProperties;

	private final DatabaseCredentialsProvider credentialsProvider;

	private final ConnectivityListener listener;

	private volatile int loginTimeoutSeconds;

	InstanceConnectionFactory(DatabaseInstance instance, String database, Map<String, String> driverProperties,
			DatabaseCredentialsProvider credentialsProvider, ConnectivityListener listener) {
		this.instance = instance;
		this.url = "jdbc:postgresql://" + instance.address() + "/"
				+ URLEncoder.encode(database, StandardCharsets.UTF_8);
		this.driverProperties = driverProperties;
		this.credentialsProvider = credentialsProvider;
		this.listener = listener;
	}

	@Override
	public Connection getConnection() throws SQLException {
		DatabaseCredentials credentials = this.credentialsProvider.getCredentials(this.instance.address());
		return getConnection(credentials.username(), credentials.password());
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		try {
			Connection connection = connect(username, password);
			this.listener.connected(this.instance);
			return connection;
		}
		catch (SQLException ex) {
			if (ConnectionFailures.isUnreachable(ex)) {
				this.listener.unreachable(this.instance);
			}
			throw ex;
		}
	}

	private Connection connect(String username, String password) throws SQLException {
		Properties properties = new Properties();
		PGProperty.LOGIN_TIMEOUT.set(properties, this.loginTimeoutSeconds);
		properties.putAll(this.driverProperties);
		properties.putAll(this.instance.driverProperties());
		PGProperty.USER.set(properties, username);
		PGProperty.PASSWORD.set(properties, password);
		Connection connection = DRIVER.connect(this.url, properties);
		if (connection == null) {
			throw new SQLFeatureNotSupportedException("pgjdbc does not accept " + this.url);
		}
		return connection;
	}

	/**
	 * Set the limit of one attempt. HikariCP calls this with its connection time-out, so
	 * that no attempt outlasts the borrower that waits for it.
	 */
	@Override
	public void setLoginTimeout(int seconds) {
		this.loginTimeoutSeconds = seconds;
	}

	@Override
	public int getLoginTimeout() {
		return this.loginTimeoutSeconds;
	}

}
