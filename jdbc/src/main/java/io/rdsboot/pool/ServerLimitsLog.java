package io.rdsboot.pool;

import java.util.HashSet;
import java.util.Set;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.ServerLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what the limits of servers mean for the service: that the pools of all its
 * instances together may open more connections to one instance of the database than it
 * takes, once until they fit again, and that the servers take connections without TLS,
 * once. Not thread-safe.
 */
final class ServerLimitsLog {

	private static final Logger logger = LoggerFactory.getLogger(InstancePools.class);

	/**
	 * Connections of the service to one server outside the pool: the monitor's.
	 */
	private static final int BESIDE_POOL = 1;

	private final Set<DatabaseInstance> exceeded = new HashSet<>();

	private boolean tlsTold;

	/**
	 * Forget all instances but these.
	 */
	void retain(Set<DatabaseInstance> instances) {
		this.exceeded.retainAll(instances);
	}

	/**
	 * Compare a pool with what its server takes.
	 */
	void check(InstancePool pool, ServerLimits limits) {
		int size = pool.maximumSize();
		boolean exceeds = limits.connections() > 0
				&& (long) limits.monitors() * (size + BESIDE_POOL) > limits.connections();
		if (!exceeds) {
			this.exceeded.remove(pool.instance());
		}
		else if (this.exceeded.add(pool.instance())) {
			warnOfConnections(pool, size, limits);
		}
		if (limits.tlsOptional() && !this.tlsTold) {
			this.tlsTold = true;
			logger.info("Instance {} takes connections without TLS, too. Once all of its clients use TLS, "
					+ "set rds.force_ssl to 1 in the parameter group", pool.instance());
		}
	}

	private static void warnOfConnections(InstancePool pool, int size, ServerLimits limits) {
		int fitting = limits.connections() / limits.monitors() - BESIDE_POOL;
		logger.atWarn()
			.addKeyValue("rds.instance", pool.instance().name())
			.addKeyValue("rds.service_instances", limits.monitors())
			.addKeyValue("rds.pool.maximum_size", size)
			.addKeyValue("rds.connection_limit", limits.connections())
			.log("The {} instances of this service that are running may open more connections to instance {} than it takes: "
					+ "{} each in the pool and one of the monitor, against {}. Once all are in use, logins fail. Set "
					+ "rds.pool.maximum-pool-size to {} at most, run fewer instances, or take a larger class of database instance",
					limits.monitors(), pool.instance(), size, limits.connections(), Math.max(1, fitting));
	}

}
