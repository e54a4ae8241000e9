package io.rdsboot.pool.login;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

import org.apiguardian.api.API;
import org.postgresql.PGProperty;

/**
 * The limits of one login. Immutable.
 *
 * <p>
 * pgjdbc logs in on a thread of its own and leaves that thread behind when
 * {@code loginTimeout} has passed. On a server that accepts connections and then says
 * nothing, the thread would wait for ever: until the login is done, each answer has a
 * limit too.
 */
@API(status = API.Status.INTERNAL)
public final class LoginTimeouts {

	private final Duration login;

	private final Duration socket;

	private LoginTimeouts(Duration login, Duration socket) {
		this.login = login;
		this.socket = socket;
	}

	/**
	 * Find the limits.
	 * @param properties pgjdbc's connection properties
	 * @param limit the longest that the login may take; zero for what the properties say
	 */
	static LoginTimeouts of(Properties properties, Duration limit) throws SQLException {
		return new LoginTimeouts(shorter(seconds(PGProperty.LOGIN_TIMEOUT, properties), limit),
				seconds(PGProperty.SOCKET_TIMEOUT, properties));
	}

	/**
	 * Set the properties of the connection that is to be opened.
	 */
	void addTo(Properties properties) {
		PGProperty.LOGIN_TIMEOUT.set(properties, String.valueOf(this.login.toMillis() / 1000.0));
		PGProperty.SOCKET_TIMEOUT.set(properties, wholeSeconds(shorter(this.login, this.socket)));
	}

	/**
	 * Give a connection that is open the limit for its answers that the user has set.
	 */
	void lift(Connection connection) throws SQLException {
		connection.setNetworkTimeout(Runnable::run, Math.toIntExact(this.socket.toMillis()));
	}

	/**
	 * Return a duration as pgjdbc takes most of its time-outs, rounded up.
	 */
	public static String wholeSeconds(Duration duration) {
		return String.valueOf((duration.toMillis() + 999) / 1000);
	}

	private static Duration seconds(PGProperty property, Properties properties) throws SQLException {
		String value = property.getOrDefault(properties);
		try {
			return Duration.ofMillis((value != null) ? (long) (Double.parseDouble(value) * 1000) : 0);
		}
		catch (NumberFormatException ex) {
			throw new SQLException(
					"Connection property " + property.getName() + " is '" + value + "', which is no number of seconds",
					"22023", ex);
		}
	}

	private static Duration shorter(Duration one, Duration other) {
		if (one.isZero() || other.isZero()) {
			return one.isZero() ? other : one;
		}
		return (one.compareTo(other) < 0) ? one : other;
	}

}
