package io.rdsboot.vector.index;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import io.rdsboot.vector.VectorTable;
import io.rdsboot.vector.index.VectorIndexStatus.State;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builder and keeper of the indexes that vector tables declare. Works in the background
 * on one daemon thread, {@code CONCURRENTLY}, so that the tables stay readable and
 * writable. Of all the sessions of a database that use one, a single one builds at a
 * time; it needs two connections of the {@link DataSource} meanwhile. Thread-safe.
 *
 * <p>
 * An index is judged by its definition. One that is missing is built, an invalid one is
 * dropped and built again, and one with another definition is replaced: dropped once the
 * new one is there. Only indexes that were made here are ever dropped. What failed is
 * tried again, at growing intervals.
 *
 * <p>
 * An IVFFlat index draws its lists from the rows that are there, so it is not built
 * before the table has at least as many rows as the index has lists.
 */
public final class VectorIndexManager implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(VectorIndexManager.class);

	private static final Duration DEFAULT_RETRY_INTERVAL = Duration.ofSeconds(30);

	private static final Duration MAX_RETRY_INTERVAL = Duration.ofHours(1);

	private static final Duration DEFAULT_BUILD_TIMEOUT = Duration.ofHours(24);

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

	private final DataSource dataSource;

	private final Duration retryInterval;

	private final Duration buildTimeout;

	private final Map<VectorTable, VectorIndexStatus> statuses = new LinkedHashMap<>();

	private @Nullable ScheduledExecutorService executor;

	private volatile @Nullable DdlSession session;

	/**
	 * Create a manager that tries again after 30 seconds and lets a statement run for at
	 * most 24 hours.
	 * @param dataSource where the tables are
	 * @param tables the tables
	 */
	public VectorIndexManager(DataSource dataSource, Collection<VectorTable> tables) {
		this(dataSource, tables, DEFAULT_RETRY_INTERVAL, DEFAULT_BUILD_TIMEOUT);
	}

	/**
	 * Create a manager.
	 * @param dataSource where the tables are
	 * @param tables the tables
	 * @param retryInterval time between two looks at an index that is not ready; doubled
	 * with each failure, up to an hour
	 * @param buildTimeout longest time that a build may take
	 */
	public VectorIndexManager(DataSource dataSource, Collection<VectorTable> tables, Duration retryInterval,
			Duration buildTimeout) {
		this.dataSource = dataSource;
		this.retryInterval = retryInterval;
		this.buildTimeout = buildTimeout;
		tables.forEach((table) -> this.statuses.put(table, new VectorIndexStatus(table, State.PENDING, null, null)));
	}

	/**
	 * Begin to work in the background. Does nothing if that has begun already, or without
	 * tables.
	 */
	public synchronized void start() {
		if (this.executor == null && !this.statuses.isEmpty()) {
			ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor((task) -> {
				Thread thread = new Thread(task, "rds-vector-index");
				thread.setDaemon(true);
				return thread;
			});
			this.executor = executor;
			this.statuses.keySet().forEach((table) -> executor.execute(() -> reconcile(executor, table, 0)));
		}
	}

	/**
	 * Return how far the manager is with the index of each table.
	 * @return a snapshot
	 */
	public synchronized List<VectorIndexStatus> status() {
		return List.copyOf(this.statuses.values());
	}

	/**
	 * Stop to work. A build that is running is canceled; what it leaves is dropped by the
	 * next manager. Returns once all is still, or after ten seconds.
	 */
	@Override
	public void close() {
		ScheduledExecutorService stopping = takeExecutor();
		if (stopping == null) {
			return;
		}
		stopping.shutdownNow();
		long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
		try {
			while (!stopping.awaitTermination(100, TimeUnit.MILLISECONDS) && System.nanoTime() < deadline) {
				cancel();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private synchronized @Nullable ScheduledExecutorService takeExecutor() {
		ScheduledExecutorService executor = this.executor;
		this.executor = null;
		return executor;
	}

	private void cancel() {
		DdlSession session = this.session;
		if (session != null) {
			try {
				session.cancel();
			}
			catch (SQLException ex) {
				logger.debug("Could not cancel the work on an index", ex);
			}
		}
	}

	private void reconcile(ScheduledExecutorService executor, VectorTable table, int failuresBefore) {
		VectorIndexStatus status = reconcile(table);
		if (executor.isShutdown()) {
			return;
		}
		VectorIndexStatus previous = update(status);
		if (status.state() == State.READY) {
			return;
		}
		if (!status.equals(previous)) {
			logger.warn("Index of vector table {} is not ready ({}): {}", table, status.state(), status.detail());
		}
		int failures = (status.state() == State.FAILED) ? failuresBefore + 1 : 0;
		try {
			Future<?> unused = executor.schedule(() -> reconcile(executor, table, failures), delay(failures).toMillis(),
					TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Stopped before the index of vector table {} was ready", table);
		}
	}

	private VectorIndexStatus reconcile(VectorTable table) {
		try (DdlSession session = DdlSession.open(this.dataSource, this.buildTimeout)) {
			this.session = session;
			return new IndexReconciler(this.dataSource, table, session, this::update).reconcile();
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("Work on the index of vector table {} failed", table, ex);
			return new VectorIndexStatus(table, State.FAILED, null, ex.getMessage());
		}
		finally {
			this.session = null;
		}
	}

	private Duration delay(int failures) {
		Duration delay = this.retryInterval;
		for (int i = 1; i < failures && delay.compareTo(MAX_RETRY_INTERVAL) < 0; i++) {
			delay = delay.multipliedBy(2);
		}
		return (delay.compareTo(MAX_RETRY_INTERVAL) < 0) ? delay : MAX_RETRY_INTERVAL;
	}

	private synchronized @Nullable VectorIndexStatus update(VectorIndexStatus status) {
		return this.statuses.put(status.table(), status);
	}

}
