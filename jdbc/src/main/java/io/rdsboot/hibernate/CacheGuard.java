package io.rdsboot.hibernate;

import java.sql.Connection;
import java.util.concurrent.atomic.AtomicReference;

import io.rdsboot.routing.SessionDataSource;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/**
 * Knows when a part of the second-level cache was last invalidated, and keeps out of it
 * what a reader served that may not have replayed the cause. Thread-safe.
 */
final class CacheGuard {

	private final SessionDataSource dataSource;

	private final AtomicReference<@Nullable Long> invalidatedAt = new AtomicReference<>();

	CacheGuard(SessionDataSource dataSource) {
		this.dataSource = dataSource;
	}

	/**
	 * Take note that something was invalidated, after that.
	 */
	void invalidated() {
		long now = this.dataSource.now();
		this.invalidatedAt.accumulateAndGet(now, (one, other) -> (one == null || other - one > 0) ? other : one);
	}

	/**
	 * Return whether what a session has just read may be put into the cache.
	 */
	boolean admits(SharedSessionContractImplementor session) {
		Long time = this.invalidatedAt.get();
		if (time == null) {
			return true;
		}
		Connection connection = session.getJdbcCoordinator().getLogicalConnection().getPhysicalConnection();
		return SessionDataSource.includesCommitsUntil(connection, time);
	}

}
