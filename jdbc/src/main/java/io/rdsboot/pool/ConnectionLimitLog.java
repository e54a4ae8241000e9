package io.rdsboot.pool;

import io.rdsboot.cluster.ServerCapacity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs where the pools of all instances of the service together may open more connections
 * to one instance of the database than it takes: once, until they fit again. Not
 * thread-safe.
 */
final class ConnectionLimitLog {

	private static final Logger logger = LoggerFactory.getLogger(InstancePools.class);

	/**
	 * Connections of the service to one server outside the pool: the monitor's.
	 */
	private static final int BESIDE_POOL = 1;

	private boolean exceeded;

	/**
	 * Compare what a pool may open with what its server takes.
	 */
	void check(InstancePool pool, ServerCapacity capacity) {
		int size = pool.maximumSize();
		boolean exceeds = capacity.connections() > 0
				&& (long) capacity.monitors() * (size + BESIDE_POOL) > capacity.connections();
		if (exceeds && !this.exceeded) {
			int fitting = capacity.connections() / capacity.monitors() - BESIDE_POOL;
			logger.atWarn()
				.addKeyValue("rds.instance", pool.instance().name())
				.addKeyValue("rds.service_instances", capacity.monitors())
				.addKeyValue("rds.pool.maximum_size", size)
				.addKeyValue("rds.connection_limit", capacity.connections())
				.log("The {} instances of this service that are running may open more connections to instance {} than it takes: "
						+ "{} each in the pool and one of the monitor, against {}. Once all are in use, logins fail. Set "
						+ "rds.pool.maximum-pool-size to {} at most, run fewer instances, or take a larger class of database instance",
						capacity.monitors(), pool.instance(), size, capacity.connections(), Math.max(1, fitting));
		}
		this.exceeded = exceeds;
	}

}
