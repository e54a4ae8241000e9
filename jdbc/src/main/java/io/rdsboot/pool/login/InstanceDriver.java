package io.rdsboot.pool.login;

import java.net.InetAddress;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.pool.pooler.Pooler;
import io.rdsboot.pool.pooler.PoolerConnection;
import io.rdsboot.pool.pooler.PoolerMode;
import io.rdsboot.pool.pooler.PoolerRecognition;
import io.rdsboot.tls.TlsNotOfferedException;
import io.rdsboot.tls.TlsSettings;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.util.GT;

import org.springframework.jdbc.support.JdbcUtils;

/**
 * Opens physical connections to one instance by pgjdbc, with the credentials that it is
 * given. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class InstanceDriver implements AutoCloseable {

	private static final Driver DRIVER = new Driver();

	/**
	 * What pgjdbc needs to be told for every connection: by default it waits for a dead
	 * host 10 seconds while connecting and without end while logging in, and guards a
	 * read-only connection in auto-commit mode only when the read-only mode is
	 * {@code always}. It has no setting for how long data may stay unacknowledged.
	 */
	private static final Map<String, String> DEFAULTS = Map.of(PGProperty.CONNECT_TIMEOUT.getName(), "5",
			PGProperty.LOGIN_TIMEOUT.getName(), "10", PGProperty.TCP_KEEP_ALIVE.getName(), "true",
			PGProperty.READ_ONLY_MODE.getName(), "always",
			// sends the name with the login, and spares two SETs after it
			PGProperty.ASSUME_MIN_SERVER_VERSION.getName(), "12",
			// tries each IP address of a name
			PGProperty.SOCKET_FACTORY.getName(), AddressChoiceSocketFactory.class.getName());

	/**
	 * How long a server that has just let somebody in may take to answer.
	 */
	private static final int ANSWER_LIMIT_MILLIS = 5000;

	private final InstanceAddress address;

	private final String database;

	private final Map<String, String> properties;

	private final InstanceTls tls;

	private final PoolerRecognition recognition;

	private final @Nullable SessionSetting sessionSetting;

	private final AtomicReference<@Nullable Integer> pooledIsolation = new AtomicReference<>();

	/**
	 * Create a driver.
	 * @param instance the instance; its own connection properties win
	 * @param database the database that every connection is opened to, unless the address
	 * has one of its own
	 * @param poolProperties the pool's connection properties
	 * @param tls how connections are encrypted where the properties do not say
	 * @param pooler whether there is a pooler
	 * @param sessionSetting a setting of the pool's that each new session is given, or
	 * {@code null}
	 */
	public InstanceDriver(DatabaseInstance instance, String database, Map<String, String> poolProperties,
			TlsSettings tls, PoolerMode pooler, @Nullable SessionSetting sessionSetting) {
		this(instance.address(), database, properties(instance, poolProperties), tls, pooler, sessionSetting);
	}

	private InstanceDriver(InstanceAddress address, String database, Map<String, String> properties, TlsSettings tls,
			PoolerMode pooler, @Nullable SessionSetting sessionSetting) {
		this.address = address;
		this.recognition = new PoolerRecognition(address, pooler);
		this.sessionSetting = (sessionSetting != null) ? sessionSetting : SessionSetting.of(properties);
		this.database = (address.database() != null) ? address.database() : database;
		this.properties = properties;
		this.tls = new InstanceTls(address, tls, properties);
	}

	/**
	 * Create a driver for connections that are not the pool's, but reach the instance as
	 * the pool's do.
	 * @param instance the instance
	 * @param database the database that every connection is opened to, unless the address
	 * has one of its own
	 * @param poolProperties the pool's connection properties
	 * @param tls how connections are encrypted where the properties do not say
	 * @param overrides changes the properties that result
	 */
	public static InstanceDriver customized(DatabaseInstance instance, String database,
			Map<String, String> poolProperties, TlsSettings tls, Consumer<Map<String, String>> overrides) {
		Map<String, String> properties = properties(instance, poolProperties);
		overrides.accept(properties);
		return new InstanceDriver(instance.address(), database, properties, tls, PoolerMode.SESSION, null);
	}

	private static Map<String, String> properties(DatabaseInstance instance, Map<String, String> poolProperties) {
		Map<String, String> properties = new HashMap<>(DEFAULTS);
		properties.putAll(poolProperties);
		properties.putAll(instance.driverProperties());
		return properties;
	}

	private String url(InstanceAddress name) {
		return "jdbc:postgresql://" + canonical(name) + "/" + URLEncoder.encode(this.database, StandardCharsets.UTF_8);
	}

	/**
	 * Writes an IPv6 address as Java reads it from a certificate, because pgjdbc compares
	 * the two as texts.
	 */
	private static InstanceAddress canonical(InstanceAddress address) {
		String host = address.host();
		if (host.indexOf(':') >= 0) {
			try {
				host = InetAddress.getByName(host).getHostAddress();
			}
			catch (UnknownHostException ex) {
				// as it is written
			}
		}
		return new InstanceAddress(host, address.port());
	}

	/**
	 * Open a connection.
	 * @param target where to, and by what name
	 * @param credentials the login
	 * @param limit the longest that it may take, unless {@code loginTimeout} is shorter;
	 * zero for no other limit
	 * @throws TlsNotOfferedException if the connection must be encrypted and the server
	 * cannot
	 * @throws io.rdsboot.pool.pooler.UnsafePoolerSettingException if there is a pooler,
	 * and a setting that only a session could keep
	 */
	Connection connect(LoginTarget target, DatabaseCredentials credentials, Duration limit) throws SQLException {
		Pooler known = this.recognition.pooler();
		Connection connection = open(target, credentials, limit, known);
		try {
			if (learnFrom(connection, known)) {
				connection.close();
				known = this.recognition.pooler();
				connection = open(target, credentials, limit, known);
			}
			if (!known.sharesSessions()) {
				return connection;
			}
			SessionSetting.requireNone(this.sessionSetting, this.address);
			return new PoolerConnection(connection, this.pooledIsolation);
		}
		catch (SQLException ex) {
			JdbcUtils.closeConnection(connection);
			throw ex;
		}
	}

	private boolean learnFrom(Connection connection, Pooler known) throws SQLException {
		int timeout = connection.getNetworkTimeout();
		connection.setNetworkTimeout(Runnable::run, ANSWER_LIMIT_MILLIS);
		boolean other = this.recognition.learnFrom(connection, known);
		connection.setNetworkTimeout(Runnable::run, timeout);
		return other;
	}

	private Connection open(LoginTarget target, DatabaseCredentials credentials, Duration limit, Pooler pooler)
			throws SQLException {
		String sslmode = this.tls.sslmode(credentials);
		Properties properties = new Properties();
		properties.putAll(this.properties);
		properties.putAll(pooler.driverProperties());
		LoginTimeouts timeouts = LoginTimeouts.of(properties, limit);
		timeouts.addTo(properties);
		this.tls.addTo(properties, sslmode);
		target.addTo(properties);
		PGProperty.USER.set(properties, credentials.username());
		PGProperty.PASSWORD.set(properties, credentials.password());
		try {
			String url = url(target.name());
			Connection connection = DRIVER.connect(url, properties);
			if (connection == null) {
				throw new SQLFeatureNotSupportedException("pgjdbc does not accept " + url);
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
