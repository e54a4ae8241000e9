package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.InstanceRefusedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reader's pool behind its breaker. Thread-safe.
 */
final class RoutedReader implements ReaderCandidate {

	private static final Logger logger = LoggerFactory.getLogger(RoutedReader.class);

	private final InstancePool pool;

	private final ReaderBreaker breaker;

	private final RoutingDecision decision;

	private volatile boolean reachable = true;

	RoutedReader(InstancePool pool, ReaderBreaker breaker) {
		this.pool = pool;
		this.breaker = breaker;
		this.decision = new RoutingDecision(pool.instance(), RoutingReason.READ);
	}

	@Override
	public DatabaseInstance instance() {
		return this.pool.instance();
	}

	@Override
	public boolean isAvailable() {
		return this.breaker.mayTry();
	}

	@Override
	public int activeConnections() {
		return this.pool.activeConnections();
	}

	RoutingDecision decision() {
		return this.decision;
	}

	/**
	 * Borrow a connection unless the breaker leaves this reader out.
	 * @return the connection, or {@code null} if another borrower is trying the reader
	 * @throws InstanceRefusedException if the reader refuses, and is now left out
	 * @throws SQLException if it is well but every connection stayed in use
	 */
	@Nullable Connection tryBorrow() throws SQLException {
		if (!this.breaker.tryAcquire()) {
			return null;
		}
		try {
			Connection connection = this.pool.getConnection();
			takeIn();
			return connection;
		}
		catch (InstanceRefusedException ex) {
			leaveOut(ex.getMessage());
			throw ex;
		}
	}

	/**
	 * Hears what the topology says of this reader; only a change counts, because the
	 * breaker may know better.
	 */
	void reachable(boolean reachable) {
		if (this.reachable != reachable) {
			this.reachable = reachable;
			if (reachable) {
				takeIn();
			}
			else {
				leaveOut("it cannot be reached");
			}
		}
	}

	private void leaveOut(@Nullable String reason) {
		if (this.breaker.trip()) {
			logger.warn("Reader {} is left out: {}", instance(), reason);
		}
	}

	private void takeIn() {
		if (this.breaker.reset()) {
			logger.info("Reader {} is taken in again", instance());
		}
	}

}
