package io.rdsboot.routing.physical;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * What is the same for every connection of a data source, so that it is asked once: the
 * database, and what driver and server can do. Thread-safe.
 */
public final class ServerFacts {

	private final Map<Method, Object> metaData = new ConcurrentHashMap<>();

	private final Map<Class<?>, Boolean> wrapped = new ConcurrentHashMap<>();

	private volatile @Nullable String catalog;

	/**
	 * Return the name of the database.
	 */
	public @Nullable String catalog(Asked asked) throws SQLException {
		if (this.catalog == null) {
			this.catalog = asked.connection().getCatalog();
		}
		return this.catalog;
	}

	/**
	 * Return whether a physical connection has an interface or is of a class.
	 */
	public boolean isWrapperFor(Class<?> type, Asked asked) throws SQLException {
		Boolean known = this.wrapped.get(type);
		if (known == null) {
			known = asked.connection().isWrapperFor(type);
			this.wrapped.put(type, known);
		}
		return known;
	}

	/**
	 * Return what a method of the metadata has answered before.
	 */
	public @Nullable Object metaData(Method method) {
		return this.metaData.get(method);
	}

	/**
	 * Take note of what a method without arguments has answered.
	 */
	public void metaData(Method method, Object answer) {
		this.metaData.put(method, answer);
	}

	/**
	 * A connection to ask.
	 */
	@FunctionalInterface
	public interface Asked {

		Connection connection() throws SQLException;

	}

}
