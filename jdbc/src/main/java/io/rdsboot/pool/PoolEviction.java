package io.rdsboot.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Executor;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import io.rdsboot.cluster.ServerIdentity;
import io.rdsboot.pool.connection.InstanceConnectionFactory;
import io.rdsboot.pool.connection.OpenConnections;
import org.jspecify.annotations.Nullable;

/**
 * Takes connections out of one pool before their time: single ones, those in excess,
 * those that lead to another server than the instance's address does by now, and all of
 * an instance that does not answer. Thread-safe.
 */
final class PoolEviction {

	private final HikariDataSource dataSource;

	private final HikariPool pool;

	private final InstanceConnectionFactory connectionFactory;

	private final OpenConnections connections;

	/**
	 * Create it for one pool.
	 * @param dataSource the pool
	 * @param connectionFactory opens the pool's connections
	 * @param connections what it has opened
	 */
	PoolEviction(HikariDataSource dataSource, InstanceConnectionFactory connectionFactory,
			OpenConnections connections) {
		this.dataSource = dataSource;
		this.pool = (HikariPool) dataSource.getHikariPoolMXBean();
		this.connectionFactory = connectionFactory;
		this.connections = connections;
	}

	/**
	 * End a borrowed connection.
	 */
	void evict(Connection connection) {
		this.dataSource.evictConnection(connection);
	}

	/**
	 * Close idle connections, and those in use when they are given back.
	 */
	void evictAll() {
		this.pool.softEvictConnections();
	}

	/**
	 * Close idle connections while there are more than there may be.
	 */
	void evictExcess() {
		try {
			while (this.pool.getTotalConnections() > this.dataSource.getMaximumPoolSize()
					&& this.pool.getIdleConnections() > 0) {
				evict(this.pool.getConnection(0));
			}
		}
		catch (SQLException ex) {
			// the idle ones were borrowed meanwhile
		}
	}

	/**
	 * Take note of the server that the instance's address leads to from now on.
	 * Connections to another one are not borrowed again: the address has moved, and they
	 * have not.
	 * @param server the server, or {@code null} where that is not known
	 * @return whether there were such connections
	 */
	boolean evictUnlessTo(@Nullable ServerIdentity server) {
		boolean moved = this.connectionFactory.leadsTo(server) && server != null
				&& this.connections.leadElsewhereThan(server);
		if (moved) {
			evictAll();
		}
		return moved;
	}

	/**
	 * Give up every connection: threads that wait for an answer get an exception.
	 * @param executor closes sockets, each without waiting for another
	 * @return the connections that were given up
	 */
	GivenUp abortAll(Executor executor) throws SQLException {
		int inUse = this.pool.getActiveConnections();
		// Evicted first, so that no borrower gets one that was just aborted.
		evictAll();
		return new GivenUp(this.connections.abort(executor), inUse);
	}

	/**
	 * Connections that were given up.
	 *
	 * @param open how many there were
	 * @param inUse how many of them were borrowed
	 */
	record GivenUp(int open, int inUse) {

	}

}
