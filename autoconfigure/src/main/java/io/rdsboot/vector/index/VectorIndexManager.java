package io.rdsboot.vector.index;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

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
 * Besides the indexes of vectors, one for all rows and one for each hot filter, there are
 * those that serve filters and text search: of the typed keys, of the metadata and of the
 * content's words. Only the indexes of typed keys are built while a table is empty. To
 * load first and index then is several times quicker, so the others wait for a first row,
 * and an IVFFlat index, which draws its lists from the rows, for as many as it has lists.
 */
public final class VectorIndexManager implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(VectorIndexManager.class);

	private static final Duration DEFAULT_RETRY_INTERVAL = Duration.ofSeconds(30);

	private static final Duration MAX_DATA_INTERVAL = Duration.ofSeconds(5);

	private static final Duration MAX_RETRY_INTERVAL = Duration.ofHours(1);

	private static final Duration DEFAULT_BUILD_TIMEOUT = Duration.ofHours(24);

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

	private final DataSource dataSource;

	private final Duration retryInterval;

	private final Duration buildTimeout;

	private final Map<VectorTable, List<IndexDefinition>> definitions = new LinkedHashMap<>();

	private final Map<StatusKey, VectorIndexStatus> statuses = new LinkedHashMap<>();

	private @Nullable ScheduledExecutorService executor;

	private boolean stopped;

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
	 * with each failure, up to an hour; at most five seconds while rows are waited for
	 * @param buildTimeout longest time that a build may take
	 */
	public VectorIndexManager(DataSource dataSource, Collection<VectorTable> tables, Duration retryInterval,
			Duration buildTimeout) {
		this.dataSource = dataSource;
		this.retryInterval = retryInterval;
		this.buildTimeout = buildTimeout;
		tables.forEach((table) -> this.definitions.put(table, IndexDefinitions.of(table)));
		this.definitions.forEach((table, indexes) -> indexes
			.forEach((index) -> update(new VectorIndexStatus(table, index.purpose(), State.PENDING, null, null))));
	}

	/**
	 * Begin to work in the background. Does nothing if that has begun already, or without
	 * tables.
	 */
	public synchronized void start() {
		if (this.executor == null && !this.definitions.isEmpty()) {
			ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor((task) -> {
				Thread thread = new Thread(task, "rds-vector-index");
				thread.setDaemon(true);
				return thread;
			});
			this.executor = executor;
			this.stopped = false;
			this.definitions.keySet().forEach((table) -> executor.execute(() -> reconcile(executor, table, 0)));
		}
	}

	/**
	 * Return how far the manager is with each index of each table.
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
		this.stopped = true;
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
		boolean complete = reconcile(table);
		if (executor.isShutdown()) {
			return;
		}
		Set<State> states = states(table);
		if (complete && EnumSet.of(State.READY).containsAll(states)) {
			return;
		}
		int failures = states.contains(State.FAILED) ? failuresBefore + 1 : 0;
		Duration delay = (complete && this.retryInterval.compareTo(MAX_DATA_INTERVAL) > 0) ? MAX_DATA_INTERVAL
				: delay(failures);
		try {
			Future<?> unused = executor.schedule(() -> reconcile(executor, table, failures), delay.toMillis(),
					TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Stopped before the indexes of vector table {} were ready", table);
		}
	}

	private boolean reconcile(VectorTable table) {
		List<IndexDefinition> indexes = this.definitions.getOrDefault(table, List.of());
		try (DdlSession session = DdlSession.open(this.dataSource, this.buildTimeout)) {
			this.session = session;
			return new IndexReconciler(this.dataSource, table, indexes, session, this::update).reconcile();
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("Work on the indexes of vector table {} failed", table, ex);
			indexes.forEach((index) -> update(
					new VectorIndexStatus(table, index.purpose(), State.FAILED, null, ex.getMessage())));
			return false;
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

	private synchronized Set<State> states(VectorTable table) {
		return this.statuses.values()
			.stream()
			.filter((status) -> status.table() == table)
			.map(VectorIndexStatus::state)
			.collect(Collectors.toSet());
	}

	private synchronized void update(VectorIndexStatus status) {
		if (this.stopped) {
			return;
		}
		VectorIndexStatus previous = this.statuses.put(new StatusKey(status.table(), status.purpose()), status);
		if (status.equals(previous)) {
			return;
		}
		switch (status.state()) {
			case FAILED, WAITING_FOR_OTHER -> logger.warn("Index of vector table {} for {} is not ready ({}): {}",
					status.table(), status.purpose(), status.state(), status.detail());
			case WAITING_FOR_DATA -> logger.info("Index of vector table {} for {} is not built yet: {}", status.table(),
					status.purpose(), status.detail());
			case PENDING, BUILDING, READY ->
				logger.debug("Index of vector table {} for {}: {}", status.table(), status.purpose(), status.state());
		}
	}

	/**
	 * An index of one table.
	 */
	private record StatusKey(VectorTable table, String purpose) {

	}

}
