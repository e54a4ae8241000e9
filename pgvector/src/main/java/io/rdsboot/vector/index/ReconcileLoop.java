package io.rdsboot.vector.index;

import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.index.catalog.IndexDefinition;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Background thread that reconciles the indexes of each table with what is declared:
 * after the interval of the maintenance once all are ready, sooner while one is not, and
 * at growing intervals after failures. Thread-safe.
 */
final class ReconcileLoop {

	private static final Logger logger = LoggerFactory.getLogger(ReconcileLoop.class);

	private static final Duration MAX_DATA_INTERVAL = Duration.ofSeconds(5);

	private static final Duration MAX_RETRY_INTERVAL = Duration.ofHours(1);

	private static final Duration CHOICE_INTERVAL = Duration.ofMinutes(1);

	private final Map<VectorTable, List<IndexDefinition>> definitions;

	private final IndexPass pass;

	private final IndexStatuses statuses;

	private final Duration retryInterval;

	private final Duration maintenanceInterval;

	private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "rds-vector-index");
		thread.setDaemon(true);
		return thread;
	});

	/**
	 * Used by the loop's thread.
	 */
	private final Map<VectorTable, Future<?>> nextPasses = new HashMap<>();

	/**
	 * The indexes that are to be built anew, or are being, by name.
	 */
	private final Map<String, Rebuild> rebuilds = new ConcurrentHashMap<>();

	/**
	 * Create a loop, which begins with {@link #start()}.
	 * @param definitions the indexes of each table
	 * @param retryInterval time to the next pass after the first failure
	 * @param maintenanceInterval time to the next pass once all is ready
	 */
	ReconcileLoop(Map<VectorTable, List<IndexDefinition>> definitions, IndexPass pass, IndexStatuses statuses,
			Duration retryInterval, Duration maintenanceInterval) {
		this.definitions = definitions;
		this.pass = pass;
		this.statuses = statuses;
		this.retryInterval = retryInterval;
		this.maintenanceInterval = maintenanceInterval;
	}

	void start() {
		this.definitions.keySet().forEach((table) -> this.executor.execute(() -> reconcile(table, 0)));
	}

	/**
	 * Bring the next pass of each table forward, which builds also what was canceled.
	 */
	void lookNow() {
		this.definitions.keySet().forEach((table) -> this.executor.execute(() -> lookAhead(table)));
	}

	/**
	 * Passes have one thread, so that none is under way now.
	 */
	private void lookAhead(VectorTable table) {
		this.pass.forgetCanceled(table);
		Future<?> next = this.nextPasses.remove(table);
		if (next != null && next.cancel(false)) {
			reconcile(table, 0);
		}
	}

	/**
	 * Build an index anew soon, unless that is to be done already. What was canceled, and
	 * has still to be cleaned up, is begun again after that.
	 * @param status status of the index, which is ready
	 * @param index its name
	 */
	void rebuild(VectorIndexStatus status, String index) {
		Rebuild known = this.rebuilds.compute(index, (name, before) -> {
			if (before == null) {
				return Rebuild.NEW;
			}
			return (before == Rebuild.CANCELED) ? Rebuild.WANTED_AGAIN : before;
		});
		if (known == Rebuild.NEW && this.rebuilds.replace(index, Rebuild.NEW, Rebuild.WANTED)) {
			VectorTable table = status.table();
			this.statuses.update(new VectorIndexStatus(table, status.purpose(), State.READY, index,
					"is built anew as soon as nothing else is built", null, status.condition()));
			this.executor.execute(() -> {
				this.pass.rebuild(table, this.definitions.getOrDefault(table, List.of()), index);
				if (this.rebuilds.remove(index) == Rebuild.WANTED_AGAIN) {
					rebuild(status, index);
				}
			});
		}
	}

	/**
	 * Cancel the build of an index, and wait until it has ended.
	 * @return whether it has ended, or {@code null} if it is not running
	 */
	@Nullable Boolean cancelBuild(VectorTable table, String index, Duration timeout) throws InterruptedException {
		// Marked first: what is asked for once the status says so comes after it.
		boolean marked = this.rebuilds.replace(index, Rebuild.WANTED, Rebuild.CANCELED);
		Boolean ended = this.pass.cancelBuild(table, index, timeout);
		if (ended == null && marked) {
			this.rebuilds.replace(index, Rebuild.CANCELED, Rebuild.WANTED);
		}
		return ended;
	}

	private void reconcile(VectorTable table, int failuresBefore) {
		boolean complete = this.pass.run(table, this.definitions.getOrDefault(table, List.of()));
		if (this.executor.isShutdown()) {
			return;
		}
		Set<State> states = this.statuses.states(table);
		int failures = states.contains(State.FAILED) ? failuresBefore + 1 : 0;
		Duration delay = retryDelay(failures);
		if (complete && EnumSet.of(State.READY, State.CANCELED).containsAll(states)) {
			delay = maintenanceDelay(table);
		}
		else if (complete && states.contains(State.WAITING_FOR_DATA)) {
			delay = shorter(delay, MAX_DATA_INTERVAL);
		}
		try {
			this.nextPasses.put(table,
					this.executor.schedule(() -> reconcile(table, failures), delay.toMillis(), TimeUnit.MILLISECONDS));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Stopped before the indexes of vector table {} were ready", table);
		}
	}

	/**
	 * Searches have to know soon which index another instance has chosen.
	 */
	private Duration maintenanceDelay(VectorTable table) {
		return IndexChoice.isLeftBy(table) ? shorter(this.maintenanceInterval, CHOICE_INTERVAL)
				: this.maintenanceInterval;
	}

	private Duration retryDelay(int failures) {
		Duration delay = this.retryInterval;
		for (int i = 1; i < failures && delay.compareTo(MAX_RETRY_INTERVAL) < 0; i++) {
			delay = delay.multipliedBy(2);
		}
		return shorter(delay, MAX_RETRY_INTERVAL);
	}

	private static Duration shorter(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
	}

	/**
	 * Stop, and cancel the build that is running.
	 * @param timeout the longest time to wait until all is still
	 */
	void stop(Duration timeout) {
		this.executor.shutdownNow();
		long deadline = System.nanoTime() + timeout.toNanos();
		try {
			while (!this.executor.awaitTermination(100, TimeUnit.MILLISECONDS) && System.nanoTime() < deadline) {
				this.pass.cancel();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * What is known of an index that is to be built anew.
	 */
	private enum Rebuild {

		/**
		 * Asked for, and not queued yet.
		 */
		NEW,

		/**
		 * It is queued, or being built.
		 */
		WANTED,

		/**
		 * Its build was canceled, and what it has left is being removed.
		 */
		CANCELED,

		/**
		 * The same, and it was asked for again since.
		 */
		WANTED_AGAIN

	}

}
