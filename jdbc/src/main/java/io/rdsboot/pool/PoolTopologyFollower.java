package io.rdsboot.pool;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.PoolEviction.GivenUp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets pools follow their instances: makes and drains pools, sizes them for a role that
 * moved, and frees threads from an instance that does not answer. Whatever may wait is
 * done on threads of its own. Thread-safe.
 */
final class PoolTopologyFollower implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(PoolTopologyFollower.class);

	/**
	 * How long an instance may take to answer before its connections are given up.
	 */
	static final Duration ANSWER_LIMIT = Duration.ofSeconds(1);

	private static final long DRAIN_CHECK_MILLIS = 100;

	private static final long EXCESS_CHECK_MILLIS = 500;

	/**
	 * A connection whose login is under way while its pool is made smaller still joins
	 * it. No login takes longer than this.
	 */
	private static final Duration LOGIN_LIMIT = Duration.ofSeconds(10);

	private final TopologyProvider topologyProvider;

	private final InstancePools pools;

	private final ServerLimitsLog limitsLog = new ServerLimitsLog();

	private final long drainLimitNanos;

	private final Duration answerLimit;

	private final LongSupplier nanoTime;

	private final ThreadPoolExecutor executor;

	private ClusterTopology followed = ClusterTopology.of(List.of());

	/**
	 * Whether there is no writer, so that any reader may become it.
	 */
	private volatile boolean searching;

	private final Set<InstancePool> draining = ConcurrentHashMap.newKeySet();

	/**
	 * How often each pool was to look for an answer since it began to.
	 */
	private final Map<InstancePool, Integer> looks = new ConcurrentHashMap<>();

	/**
	 * Create a follower.
	 * @param topologyProvider knows the cluster
	 * @param pools the pools
	 * @param drainLimit how long connections to an instance that is gone stay in use
	 * @param answerLimit how long an instance may take to answer before its connections
	 * are given up
	 * @param nanoTime the time in nanoseconds, from an arbitrary origin
	 */
	PoolTopologyFollower(TopologyProvider topologyProvider, InstancePools pools, Duration drainLimit,
			Duration answerLimit, LongSupplier nanoTime) {
		this.topologyProvider = topologyProvider;
		this.pools = pools;
		this.drainLimitNanos = drainLimit.toNanos();
		this.answerLimit = answerLimit;
		this.nanoTime = nanoTime;
		this.executor = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(),
				(task) -> daemon(task, "rds-pool-follower"), new ThreadPoolExecutor.DiscardPolicy());
	}

	private static Thread daemon(Runnable task, String name) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Begin to follow.
	 */
	void start() {
		this.topologyProvider.addListener((previous, current) -> follow());
		follow();
	}

	/**
	 * The newest snapshot is asked for, because calls of several threads may arrive in
	 * another order than their snapshots were made.
	 */
	private synchronized void follow() {
		ClusterTopology previous = this.followed;
		ClusterTopology current = this.topologyProvider.topology();
		this.followed = current;
		this.limitsLog.retain(instances(current));
		this.pools.removeAllExcept(instances(current)).forEach(this::drain);
		boolean wasSearching = this.searching;
		this.searching = current.writer().filter(InstanceState::reachable).isEmpty();
		for (InstanceState state : current.instances()) {
			InstancePool pool = this.pools.pool(state.instance(), state.role());
			if (pool.eviction().evictUnlessTo(state.server())) {
				logger.info(
						"Instance {} is another server than before, or was restarted: its connections are opened anew",
						pool.instance());
			}
			this.limitsLog.check(pool, this.topologyProvider.limits(state.instance()));
			boolean writerLost = follow(pool, state.role(), this.searching != wasSearching);
			boolean wasReachable = previous.state(state.instance()).map(InstanceState::reachable).orElse(true);
			if (writerLost || (wasReachable && !state.reachable())) {
				lookForAnswer(pool);
			}
		}
	}

	private static Set<DatabaseInstance> instances(ClusterTopology topology) {
		return topology.instances().stream().map(InstanceState::instance).collect(Collectors.toSet());
	}

	/**
	 * Adapt a pool to its instance's role. While the role is not known the sizes stay.
	 * @param searchChanged whether a search for a writer has begun or ended
	 * @return whether the instance has ceased to be the writer
	 */
	private boolean follow(InstancePool pool, InstanceRole role, boolean searchChanged) {
		InstanceRole before = pool.role();
		if (before == role) {
			if (searchChanged && role == InstanceRole.READER) {
				this.executor.execute(() -> prepare(pool));
			}
			return false;
		}
		pool.role(role);
		boolean writerLost = before == InstanceRole.WRITER;
		if (writerLost) {
			pool.eviction().evictAll();
		}
		if (role != InstanceRole.UNKNOWN) {
			this.executor.execute(() -> reconfigure(pool));
		}
		return writerLost;
	}

	/**
	 * HikariCP opens one connection after the other, each of which takes several times
	 * the way to another region: all that a writer needs would not be there in time. Once
	 * there is a writer, what a reader has too many ends by HikariCP's idle time-out.
	 */
	private void prepare(InstancePool pool) {
		synchronized (pool) {
			if (!this.searching || pool.role() != InstanceRole.READER) {
				reconfigure(pool);
				return;
			}
			try {
				this.pools.prepareForWriter(pool);
			}
			catch (RuntimeException ex) {
				logger.debug("The pool of instance {} is not prepared for the role of the writer", pool.instance(), ex);
			}
		}
	}

	private void reconfigure(InstancePool pool) {
		try {
			this.pools.reconfigure(pool);
			evictExcess(pool, this.nanoTime.getAsLong() + LOGIN_LIMIT.toNanos());
		}
		catch (RuntimeException ex) {
			logger.error("The pool of instance {} keeps its size: it cannot be configured for role {}", pool.instance(),
					pool.role(), ex);
		}
	}

	private void evictExcess(InstancePool pool, long deadline) {
		pool.eviction().evictExcess();
		if (this.nanoTime.getAsLong() - deadline < 0) {
			CompletableFuture.delayedExecutor(EXCESS_CHECK_MILLIS, TimeUnit.MILLISECONDS, this.executor)
				.execute(() -> evictExcess(pool, deadline));
		}
	}

	/**
	 * Have a pool look whether its instance answers, once for all who ask while it looks,
	 * and once more if somebody asked meanwhile.
	 */
	private void lookForAnswer(InstancePool pool) {
		if (this.looks.merge(pool, 1, Integer::sum) == 1) {
			this.executor.execute(() -> look(pool));
		}
	}

	private void look(InstancePool pool) {
		int asked = this.looks.getOrDefault(pool, 0);
		try {
			GivenUp givenUp = pool.abortUnlessAnswered(this.answerLimit,
					(abort) -> daemon(abort, "rds-pool-abort").start());
			if (givenUp != null && givenUp.open() > 0) {
				logger.atWarn()
					.addKeyValue("rds.instance", pool.instance().name())
					.addKeyValue("rds.connections", givenUp.open())
					.addKeyValue("rds.connections_in_use", givenUp.inUse())
					.log("Instance {} does not answer: {} connections are given up, {} of them in use", pool.instance(),
							givenUp.open(), givenUp.inUse());
			}
		}
		catch (SQLException ex) {
			logger.warn("Connections to instance {} cannot be given up", pool.instance(), ex);
		}
		finally {
			if (!this.looks.remove(pool, asked)) {
				this.looks.put(pool, 1);
				this.executor.execute(() -> look(pool));
			}
		}
	}

	private void drain(InstancePool pool) {
		logger.info("Instance {} is no longer part of the cluster: its pool is drained", pool.instance());
		pool.retire();
		this.draining.add(pool);
		long deadline = this.nanoTime.getAsLong() + this.drainLimitNanos;
		this.executor.execute(() -> closeWhenUnused(pool, deadline));
	}

	private void closeWhenUnused(InstancePool pool, long deadline) {
		if (pool.isUnused() || this.nanoTime.getAsLong() - deadline >= 0) {
			this.draining.remove(pool);
			pool.close();
		}
		else {
			CompletableFuture.delayedExecutor(DRAIN_CHECK_MILLIS, TimeUnit.MILLISECONDS, this.executor)
				.execute(() -> closeWhenUnused(pool, deadline));
		}
	}

	/**
	 * Cease to follow, and close the pools that are being drained.
	 */
	@Override
	public void close() {
		this.executor.shutdownNow();
		this.draining.forEach(InstancePool::close);
	}

}
