package io.rdsboot.routing.settings;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.InstancePools;
import org.jspecify.annotations.Nullable;

/**
 * The transaction isolation levels that connections of each pool come with. Asked of a
 * connection that was just borrowed, and remembered for its pool. Thread-safe.
 */
public final class DefaultIsolations {

	private final InstancePools pools;

	private final Map<InstancePool, Integer> levels = Collections.synchronizedMap(new WeakHashMap<>());

	public DefaultIsolations(InstancePools pools) {
		this.pools = pools;
	}

	/**
	 * Return the level of a pool's connections, or {@code null} while nobody has asked.
	 */
	public @Nullable Integer known(InstancePool pool) {
		return this.levels.get(pool);
	}

	/**
	 * Return the level of a connection that was just borrowed.
	 */
	public int of(Connection untouched) throws SQLException {
		InstancePool pool = this.pools.poolOf(untouched);
		Integer known = (pool != null) ? this.levels.get(pool) : null;
		if (known != null) {
			return known;
		}
		int level = untouched.getTransactionIsolation();
		if (pool != null) {
			this.levels.put(pool, level);
		}
		return level;
	}

}
