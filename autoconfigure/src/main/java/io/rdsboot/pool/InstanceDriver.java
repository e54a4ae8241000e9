package io.rdsboot.pool;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.tls.TlsNotOfferedException;
import io.rdsboot.tls.TlsSettings;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.util.GT;

/**
 * Opens physical connections to one instance by pgjdbc, with the credentials that it is
 * given. Thread-safe.
 */
final class InstanceDriver implements AutoCloseable {

	private static final Driver DRIVER = new Driver();

	/**
	 * What pgjdbc needs to be told for every connection: by default it waits for a dead
	 * host 10 seconds while connecting and without end while logging in, and guards a
	 * read-only connection in auto-commit mode only when the read-only mode is
	 * {@code always}. It has no setting for how long data may stay unacknowledged.
	 */
	private static final Map<String, String> DEFAULTS = Map.of(PGProperty.CONNECT_TIMEOUT.getName(), "5",
			PGProperty.LOGIN_TIMEOUT.getName(), "10", PGProperty.TCP_KEEP_ALIVE.getName(), "true",
			PGProperty.READ_ONLY_MODE.getName(), "always");

	private final InstanceAddress address;

	private final String url;

	private final Map<String, String> properties;

	private final InstanceTls tls;

	/**
	 * Create a driver.
	 * @param instance the instance; its own connection properties win
	 * @param database the database that every connection is opened to
	 * @param poolProperties the pool's connection properties
	 * @param tls how connections are encrypted where the properties do not say
	 */
	InstanceDriver(DatabaseInstance instance, String database, Map<String, String> poolProperties, TlsSettings tls) {
		this(instance.address(), database, properties(instance, poolProperties), tls);
	}

	private InstanceDriver(InstanceAddress address, String database, Map<String, String> properties, TlsSettings tls) {
		this.address = address;
		this.url = "jdbc:postgresql://" + canonical(address) + "/"
				+ URLEncoder.encode(database, StandardCharsets.UTF_8);
		this.properties = properties;
		this.tls = new InstanceTls(address, tls, properties);
	}

	/**
	 * Create a driver for connections that are not the pool's, but reach the instance as
	 * the pool's do.
	 * @param instance the instance
	 * @param database the database that every connection is opened to
	 * @param poolProperties the pool's connection properties
	 * @param tls how connections are encrypted where the properties do not say
	 * @param overrides changes the properties that result
	 */
	static InstanceDriver customized(DatabaseInstance instance, String database, Map<String, String> poolProperties,
			TlsSettings tls, Consumer<Map<String, String>> overrides) {
		Map<String, String> properties = properties(instance, poolProperties);
		overrides.accept(properties);
		return new InstanceDriver(instance.address(), database, properties, tls);
	}

	private static Map<String, String> properties(DatabaseInstance instance, Map<String, String> poolProperties) {
		Map<String, String> properties = new HashMap<>(DEFAULTS);
		properties.putAll(poolProperties);
		properties.putAll(instance.driverProperties());
		return properties;
	}

	/**
	 * Writes an IPv6 address as Java reads it from a certificate, because pgjdbc compares
	 * the two as texts.
	 */
	private static InstanceAddress canonical(InstanceAddress address) {
		if (address.host().indexOf(':') < 0) {
			return address;
		}
		try {
			return new InstanceAddress(InetAddress.getByName(address.host()).getHostAddress(), address.port());
		}
		catch (UnknownHostException ex) {
			return address;
		}
	}

	/**
	 * Open a connection.
	 * @param credentials the login
	 * @param limit the longest that it may take, unless {@code loginTimeout} is shorter;
	 * zero for no other limit
	 * @throws TlsNotOfferedException if the connection must be encrypted and the server
	 * cannot
	 */
	Connection connect(DatabaseCredentials credentials, Duration limit) throws SQLException {
		String sslmode = this.tls.sslmode(credentials);
		Properties properties = new Properties();
		properties.putAll(this.properties);
		LoginTimeouts timeouts = LoginTimeouts.of(properties, limit);
		timeouts.addTo(properties);
		this.tls.addTo(properties, sslmode);
		PGProperty.USER.set(properties, credentials.username());
		PGProperty.PASSWORD.set(properties, credentials.password());
		try {
			Connection connection = DRIVER.connect(this.url, properties);
			if (connection == null) {
				throw new SQLFeatureNotSupportedException("pgjdbc does not accept " + this.url);
			}
			timeouts.lift(connection);
			return connection;
		}
		catch (SQLException ex) {
			throw saysThatTlsIsNotOffered(ex) ? new TlsNotOfferedException(this.address.toString(), sslmode, ex) : ex;
		}
	}

	/**
	 * pgjdbc has neither an exception nor an SQLSTATE for this alone, only its text,
	 * which it translates.
	 */
	private static boolean saysThatTlsIsNotOffered(SQLException failure) {
		return GT.tr("The server does not support SSL.").equals(failure.getMessage());
	}

	@Override
	public void close() {
		this.tls.close();
	}

}
