package io.rdsboot.routing.connection;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import io.rdsboot.routing.physical.HeldConnection;
import io.rdsboot.routing.sql.SqlSettings;
import org.jspecify.annotations.Nullable;

/**
 * Callable statement of a {@link RoutedConnection}. Not thread-safe.
 */
final class RoutedCallableStatement implements InvocationHandler {

	private final RoutedConnection connection;

	private final HeldConnection held;

	private final CallableStatement target;

	private final SqlSettings settings;

	private boolean closed;

	private RoutedCallableStatement(RoutedConnection connection, HeldConnection held, CallableStatement target,
			SqlSettings settings) {
		this.connection = connection;
		this.held = held;
		this.target = target;
		this.settings = settings;
		held.dependentOpened();
	}

	/**
	 * Create a statement.
	 * @param settings the settings that it changes
	 */
	static CallableStatement of(RoutedConnection connection, HeldConnection held, CallableStatement target,
			SqlSettings settings) {
		return (CallableStatement) Proxy.newProxyInstance(RoutedCallableStatement.class.getClassLoader(),
				new Class<?>[] { CallableStatement.class },
				new RoutedCallableStatement(connection, held, target, settings));
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		String name = method.getName();
		switch (name) {
			case "getConnection" -> {
				return this.connection;
			}
			case "equals" -> {
				return arguments != null && proxy == arguments[0];
			}
			case "hashCode" -> {
				return System.identityHashCode(proxy);
			}
			case "unwrap", "isWrapperFor" -> {
				if (arguments != null && arguments[0] instanceof Class<?> type && type.isInstance(proxy)) {
					return name.equals("unwrap") ? proxy : true;
				}
			}
			case "close" -> {
				if (!this.closed) {
					this.closed = true;
					this.held.dependentClosed();
				}
			}
			default -> {
				if (name.startsWith("execute")) {
					this.held.executing(this.settings, null);
				}
			}
		}
		return routed(proxy, call(method, arguments));
	}

	private @Nullable Object call(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
		if (arguments != null) {
			for (int i = 0; i < arguments.length; i++) {
				arguments[i] = RoutedArray.unwrapped(arguments[i]);
			}
		}
		try {
			return method.invoke(this.target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw (ex.getTargetException() != null) ? ex.getTargetException() : new SQLException(ex);
		}
	}

	private @Nullable Object routed(Object proxy, @Nullable Object value) {
		return (value instanceof ResultSet resultSet)
				? new RoutedResultSet(this.connection, (CallableStatement) proxy, resultSet)
				: this.connection.routed(value);
	}

}
