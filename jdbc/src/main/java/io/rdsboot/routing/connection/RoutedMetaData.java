package io.rdsboot.routing.connection;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;

import io.rdsboot.routing.physical.ServerFacts;
import org.jspecify.annotations.Nullable;

/**
 * Metadata of a {@link RoutedConnection}. What no server is needed for, because one has
 * answered it before, is answered from memory while no physical connection is there. Not
 * thread-safe.
 */
final class RoutedMetaData implements InvocationHandler {

	private final RoutedConnection connection;

	private final ServerFacts facts;

	private RoutedMetaData(RoutedConnection connection, ServerFacts facts) {
		this.connection = connection;
		this.facts = facts;
	}

	static DatabaseMetaData of(RoutedConnection connection, ServerFacts facts) {
		return (DatabaseMetaData) Proxy.newProxyInstance(RoutedMetaData.class.getClassLoader(),
				new Class<?>[] { DatabaseMetaData.class }, new RoutedMetaData(connection, facts));
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		return switch (method.getName()) {
			case "getConnection" -> this.connection;
			case "isReadOnly" -> this.connection.isReadOnly();
			case "equals" -> arguments != null && proxy == arguments[0];
			case "hashCode" -> System.identityHashCode(proxy);
			case "toString" -> "Metadata of " + this.connection;
			case "unwrap" ->
				(arguments != null && ((Class<?>) arguments[0]).isInstance(proxy)) ? proxy : ask(method, arguments);
			case "isWrapperFor" -> (arguments != null && ((Class<?>) arguments[0]).isInstance(proxy))
					|| Boolean.TRUE.equals(ask(method, arguments));
			default -> answer(method, arguments);
		};
	}

	private @Nullable Object answer(Method method, Object @Nullable [] arguments) throws Throwable {
		DatabaseMetaData present = this.connection.presentMetaData();
		boolean fact = method.getParameterCount() == 0 && method.getReturnType() != ResultSet.class;
		if (present == null && fact) {
			Object known = this.facts.metaData(method);
			if (known != null) {
				return known;
			}
		}
		Object answer = (present != null) ? call(present, method, arguments) : ask(method, arguments);
		if (fact && answer != null) {
			this.facts.metaData(method, answer);
		}
		return (answer instanceof ResultSet resultSet) ? this.connection.ofMetaData(resultSet) : answer;
	}

	private @Nullable Object ask(Method method, Object @Nullable [] arguments) throws Throwable {
		return call(this.connection.askedMetaData(), method, arguments);
	}

	private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw (ex.getTargetException() != null) ? ex.getTargetException() : new SQLException(ex);
		}
	}

}
