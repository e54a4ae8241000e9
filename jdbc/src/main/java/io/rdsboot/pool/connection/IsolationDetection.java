package io.rdsboot.pool.connection;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * HikariCP's question for the isolation level, which it asks the first connection of a
 * pool. Thread-safe.
 *
 * <p>
 * Where that connection is lost before it answers, HikariCP goes on with the level -1,
 * and sets up no connection any more, for as long as the pool lives. It does so for
 * SQLSTATEs of class 08 only, so that the loss is given another, and HikariCP opens the
 * next connection and asks again.
 *
 * @see <a href="https://github.com/brettwooldridge/HikariCP/issues/1944">HikariCP
 * #1944</a>
 */
final class IsolationDetection {

	/**
	 * The session was ended by its server.
	 */
	private static final String ADMIN_SHUTDOWN = "57P01";

	private volatile boolean answered;

	/**
	 * Return the connection to give to HikariCP.
	 * @param opened one that was just opened
	 * @return the same, or one around it while the question was not answered
	 */
	Connection prepare(Connection opened) {
		if (this.answered) {
			return opened;
		}
		return (Connection) Proxy.newProxyInstance(IsolationDetection.class.getClassLoader(),
				new Class<?>[] { Connection.class },
				(proxy, method, arguments) -> invoke(opened, proxy, method, arguments));
	}

	private @Nullable Object invoke(Connection opened, Object proxy, Method method, Object @Nullable [] arguments)
			throws Throwable {
		return switch (method.getName()) {
			case "equals" -> arguments != null && proxy == arguments[0];
			case "hashCode" -> System.identityHashCode(proxy);
			case "getTransactionIsolation" -> isolation(opened);
			default -> {
				try {
					yield method.invoke(opened, arguments);
				}
				catch (InvocationTargetException ex) {
					throw ex.getTargetException();
				}
			}
		};
	}

	private int isolation(Connection opened) throws SQLException {
		if (this.answered) {
			return opened.getTransactionIsolation();
		}
		try {
			int isolation = opened.getTransactionIsolation();
			this.answered = true;
			return isolation;
		}
		catch (SQLException ex) {
			throw new SQLException(ex.getMessage(), ADMIN_SHUTDOWN, ex);
		}
	}

}
