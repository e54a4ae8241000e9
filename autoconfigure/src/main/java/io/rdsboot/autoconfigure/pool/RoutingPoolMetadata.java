package io.rdsboot.autoconfigure.pool;

import java.util.function.ToIntFunction;

import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.InstancePools;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;

/**
 * Metadata of all pools of a cluster together, as Boot's meters
 * {@code jdbc.connections.*} show them.
 */
@API(status = API.Status.INTERNAL)
public final class RoutingPoolMetadata implements DataSourcePoolMetadata {

	private final InstancePools pools;

	public RoutingPoolMetadata(InstancePools pools) {
		this.pools = pools;
	}

	private int sum(ToIntFunction<InstancePool> value) {
		return this.pools.all().stream().mapToInt(value).sum();
	}

	@Override
	public Float getUsage() {
		int maximum = getMax();
		return (maximum > 0) ? (float) getActive() / maximum : 0;
	}

	@Override
	public Integer getActive() {
		return sum(InstancePool::activeConnections);
	}

	@Override
	public Integer getIdle() {
		return sum(InstancePool::idleConnections);
	}

	@Override
	public Integer getMax() {
		return sum(InstancePool::maximumSize);
	}

	@Override
	public Integer getMin() {
		return sum(InstancePool::minimumIdle);
	}

	@Override
	public @Nullable String getValidationQuery() {
		return null;
	}

	@Override
	public Boolean getDefaultAutoCommit() {
		return this.pools.all().stream().allMatch(InstancePool::isAutoCommit);
	}

}
