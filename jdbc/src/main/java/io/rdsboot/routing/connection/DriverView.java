package io.rdsboot.routing.connection;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.SQLException;

import io.rdsboot.routing.physical.HeldConnection;
import org.jspecify.annotations.Nullable;

/**
 * View of an interface of the driver's connection, taken before a physical connection was
 * borrowed. Each call finds the physical connection of that moment. Not thread-safe.
 */
final class DriverView implements InvocationHandler {

	private final RoutedConnection connection;

	private final Class<?> type;

	DriverView(RoutedConnection connection, Class<?> type) {
		this.connection = connection;
		this.type = type;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		if (method.getDeclaringClass() == Object.class) {
			return switch (method.getName()) {
				case "equals" -> arguments != null && proxy == arguments[0];
				case "hashCode" -> System.identityHashCode(proxy);
				default -> this.type.getSimpleName() + " of " + this.connection;
			};
		}
		HeldConnection held = this.connection.hold();
		held.useUnseen();
		try {
			return method.invoke(held.physical().unwrap(this.type), arguments);
		}
		catch (InvocationTargetException ex) {
			throw (ex.getTargetException() != null) ? ex.getTargetException() : new SQLException(ex);
		}
	}

}
