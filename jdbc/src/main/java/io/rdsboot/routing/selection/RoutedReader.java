package io.rdsboot.routing.selection;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.borrow.PoolExhaustedException;
import io.rdsboot.pool.login.InstanceRefusedException;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reader's pool behind its breaker. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class RoutedReader implements ReaderCandidate {

	private static final Logger logger = LoggerFactory.getLogger(RoutedReader.class);

	/**
	 * The longest that a borrower waits for a reader that others are waiting to see well
	 * again.
	 */
	private static final Duration TRIAL_TIMEOUT = Duration.ofMillis(500);

	private final InstancePool pool;

	private final ReaderBreaker breaker;

	/**
	 * Made once because each borrow reports one.
	 */
	private final Map<RoutingReason, RoutingDecision> decisions;

	private final boolean provable;

	private final long joinedAt;

	private volatile boolean joining;

	private volatile boolean reachable = true;

	/**
	 * Whether it was left out for a refusal.
	 */
	private volatile boolean refused;

	/**
	 * Whether an operator has taken it out.
	 */
	private volatile boolean suspended;

	private volatile @Nullable InstanceState state;

	/**
	 * Create a reader.
	 * @param provable whether somebody watches how far its log is; an address that stands
	 * for several servers cannot be watched
	 */
	RoutedReader(InstancePool pool, ReaderBreaker breaker, boolean provable) {
		this.pool = pool;
		this.breaker = breaker;
		this.provable = provable;
		this.joinedAt = breaker.now();
		this.decisions = RoutingDecision.all(pool.instance());
	}

	@Override
	public DatabaseInstance instance() {
		return this.pool.instance();
	}

	/**
	 * Return whether it may be tried. One that joins is spared until its pool is warm,
	 * because whoever came sooner would wait for connections to be opened; but not for
	 * longer than a reader that failed.
	 */
	public boolean isAvailable() {
		return !this.suspended && this.breaker.mayTry() && !(this.joining && isStillJoining());
	}

	private boolean isStillJoining() {
		this.joining = !this.pool.isWarm() && !this.breaker.hasIntervalPassedSince(this.joinedAt);
		return this.joining;
	}

	/**
	 * Begin to serve, to others that serve already.
	 */
	RoutedReader join() {
		this.joining = true;
		return this;
	}

	/**
	 * Lend no connection until {@link #resume()}. Whoever waits for one goes elsewhere.
	 */
	void suspend() {
		this.suspended = true;
		this.pool.wakeWaiters();
	}

	void resume() {
		this.suspended = false;
	}

	boolean isSuspended() {
		return this.suspended;
	}

	@Override
	public int activeConnections() {
		return this.pool.activeConnections();
	}

	public boolean isProvable() {
		return this.provable;
	}

	/**
	 * Return how far its log is, or {@code null} while that is not known.
	 */
	public @Nullable LogProgress progress() {
		InstanceState present = this.state;
		return (present != null) ? present.progress() : null;
	}

	/**
	 * Return what was last heard of it, or {@code null} if nothing was, or it is
	 * forgotten.
	 */
	@Nullable InstanceState state() {
		return this.state;
	}

	/**
	 * Forget what was heard of it, which was of another server than its address leads to
	 * by now.
	 */
	public void forgetState() {
		this.state = null;
	}

	public InstancePool pool() {
		return this.pool;
	}

	RoutingDecision decision(RoutingReason reason) {
		return Objects.requireNonNull(this.decisions.get(reason));
	}

	/**
	 * Borrow a connection unless the breaker leaves this reader out.
	 * @param limit how long the transaction lets it wait
	 * @return the connection, or {@code null} if another borrower is trying the reader,
	 * or the topology leaves the reader out meanwhile
	 * @throws InstanceRefusedException if the reader refuses, and is now left out
	 * @throws SQLException if it is well but every connection stayed in use
	 */
	public @Nullable Connection tryBorrow(BorrowLimit limit) throws SQLException {
		boolean trial = this.breaker.isOpen();
		if (!this.breaker.tryAcquire()) {
			return null;
		}
		try {
			Duration wait = limit.cut(trial ? TRIAL_TIMEOUT : this.pool.connectionTimeout());
			Connection connection = this.pool
				.getConnectionWhile(() -> !this.suspended && (trial || !this.breaker.isOpen()), wait);
			if (connection != null) {
				takeIn();
				return connection;
			}
			InstanceRefusedException failure = this.pool.unreachableFailure();
			if (failure != null) {
				throw failure;
			}
			return null;
		}
		catch (InstanceRefusedException ex) {
			// Whose time is over cannot say whether the reader would have answered.
			limit.check(ex.getMessage());
			if (ex.isUnreachable()) {
				leaveOutUnreachable();
			}
			else if (this.breaker.trip()) {
				this.refused = true;
				this.pool.wakeWaiters();
				logger.warn("Reader {} is left out: {}", instance(), ex.getMessage());
			}
			throw ex;
		}
		catch (PoolExhaustedException ex) {
			limit.check(ex.getMessage());
			throw ex;
		}
	}

	/**
	 * Hears what the topology says of this reader. Of its being reachable only a change
	 * counts, because the breaker may know better.
	 */
	void update(InstanceState state) {
		this.state = state;
		reachable(state.reachable());
	}

	private void reachable(boolean reachable) {
		if (this.reachable != reachable) {
			this.reachable = reachable;
			if (reachable) {
				takeIn();
			}
			else {
				leaveOutUnreachable();
			}
		}
	}

	/**
	 * The topology, or the log of failed connections, tells that it cannot be reached.
	 */
	private void leaveOutUnreachable() {
		if (this.breaker.trip()) {
			this.pool.wakeWaiters();
			logger.debug("Reader {} is left out: it cannot be reached", instance());
		}
	}

	private void takeIn() {
		if (this.breaker.reset()) {
			if (this.refused) {
				logger.info("Reader {} is taken in again", instance());
			}
			else {
				logger.debug("Reader {} is taken in again", instance());
			}
			this.refused = false;
		}
	}

}
