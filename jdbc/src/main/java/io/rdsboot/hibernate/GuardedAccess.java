package io.rdsboot.hibernate;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;

import org.hibernate.cache.spi.DirectAccessRegion;
import org.hibernate.cache.spi.access.CachedDomainDataAccess;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/**
 * Access to a part of the second-level cache that a {@link CacheGuard} watches.
 * Thread-safe.
 */
final class GuardedAccess implements InvocationHandler {

	/**
	 * Methods that neither put nor invalidate. A row that is new cannot have been cached
	 * before.
	 */
	private static final Set<String> HARMLESS = Set.of("get", "contains", "getRegion", "getAccessType",
			"generateCacheKey", "getCacheKeyId", "getFromCache", "getName", "getRegionFactory", "insert", "afterInsert",
			"hashCode", "toString");

	private final Object access;

	private final CacheGuard guard;

	/**
	 * Name of the method that puts what a session has read.
	 */
	private final String put;

	private GuardedAccess(Object access, CacheGuard guard, String put) {
		this.access = access;
		this.guard = guard;
		this.put = put;
	}

	/**
	 * Guard the access to entities, collections or natural identifiers.
	 */
	static <T extends CachedDomainDataAccess> T to(T access, Class<T> type, CacheGuard guard) {
		return proxy(access, type, new GuardedAccess(access, guard, "putFromLoad"));
	}

	/**
	 * Guard a region of query results. They are invalidated by another region.
	 */
	static <T extends DirectAccessRegion> T toResults(T region, Class<T> type, CacheGuard guard) {
		return proxy(region, type, new GuardedAccess(region, guard, "putIntoCache"));
	}

	/**
	 * Watch the region whose puts invalidate query results.
	 */
	static <T extends DirectAccessRegion> T toTimestamps(T region, Class<T> type, CacheGuard guard) {
		return proxy(region, type, new GuardedAccess(region, guard, ""));
	}

	private static <T> T proxy(T access, Class<T> type, InvocationHandler handler) {
		return type.cast(Proxy.newProxyInstance(access.getClass().getClassLoader(), new Class<?>[] { type }, handler));
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		String name = method.getName();
		if (name.equals("equals") && arguments != null) {
			return proxy == arguments[0];
		}
		if (name.equals(this.put)) {
			return (arguments != null && this.guard.admits(session(arguments))) ? proceed(method, arguments)
					: refused(method);
		}
		try {
			return proceed(method, arguments);
		}
		finally {
			if (!HARMLESS.contains(name)) {
				this.guard.invalidated();
			}
		}
	}

	private static SharedSessionContractImplementor session(@Nullable Object[] arguments) {
		for (Object argument : arguments) {
			if (argument instanceof SharedSessionContractImplementor session) {
				return session;
			}
		}
		throw new IllegalArgumentException("Nothing is put into the cache but by a session");
	}

	private static @Nullable Object refused(Method method) {
		return (method.getReturnType() == boolean.class) ? Boolean.FALSE : null;
	}

	private @Nullable Object proceed(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
		try {
			return method.invoke(this.access, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

}
