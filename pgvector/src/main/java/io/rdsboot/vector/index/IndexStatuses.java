package io.rdsboot.vector.index;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.index.catalog.IndexDefinition;
import io.rdsboot.vector.table.VectorTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a manager is with each of its indexes: told once in the log, and to those who
 * wait. Thread-safe.
 */
final class IndexStatuses {

	private static final Logger logger = LoggerFactory.getLogger(VectorIndexManager.class);

	/**
	 * Attempts for one table that fail in a row until that is worth a warning.
	 */
	private static final int LASTING = 3;

	private final Map<Key, VectorIndexStatus> statuses = new LinkedHashMap<>();

	/**
	 * What the log was told last, so that it is not told again after an interruption.
	 */
	private final Map<Key, VectorIndexStatus> told = new HashMap<>();

	/**
	 * How often in a row the work on a table got, or kept, no connection.
	 */
	private final Map<VectorTable, Integer> interruptions = new HashMap<>();

	private boolean outageTold;

	private boolean open;

	IndexStatuses(Collection<IndexDefinition> indexes) {
		for (IndexDefinition index : indexes) {
			this.statuses.put(new Key(index.table(), index.purpose()),
					new VectorIndexStatus(index.table(), index.purpose(), State.PENDING, null, null));
		}
	}

	/**
	 * Take updates from now on, because somebody works on the indexes.
	 */
	synchronized void open() {
		this.open = true;
	}

	/**
	 * Take no updates any more, and let nobody wait.
	 */
	synchronized void close() {
		this.open = false;
		notifyAll();
	}

	synchronized void update(VectorIndexStatus status) {
		if (!this.open) {
			return;
		}
		Key key = new Key(status.table(), status.purpose());
		if (!status.equals(this.statuses.put(key, status))) {
			notifyAll();
		}
		if (!status.equals(this.told.put(key, status))) {
			log(status);
		}
	}

	private static void log(VectorIndexStatus status) {
		switch (status.state()) {
			case FAILED, WAITING_FOR_OTHER -> logger.warn("Index of vector table {} for {} is not ready ({}): {}",
					status.table(), status.purpose(), status.state(), status.detail());
			case CANCELED -> logger.info("Index of vector table {} for {} is not built: {}", status.table(),
					status.purpose(), status.detail());
			case WAITING_FOR_DATA -> logger.info("Index of vector table {} for {} is not built yet: {}", status.table(),
					status.purpose(), status.detail());
			case PENDING, BUILDING, READY ->
				logger.debug("Index of vector table {} for {}: {}", status.table(), status.purpose(), status.state());
		}
	}

	/**
	 * Take note that the work on a table got, or kept, no connection. Its indexes that
	 * are ready still serve. The cause concerns all tables, so that it is one warning for
	 * all, and only if it lasts: a failover is over by the next attempt, and whoever
	 * monitors the cluster logs it.
	 */
	synchronized void interrupted(VectorTable table, SQLException failure) {
		if (!this.open) {
			return;
		}
		this.statuses.replaceAll((key, status) -> (key.table() != table || status.state() == State.READY) ? status
				: new VectorIndexStatus(table, key.purpose(), State.FAILED, null, failure.getMessage()));
		notifyAll();
		int count = this.interruptions.merge(table, 1, Integer::sum);
		if (count >= LASTING && !this.outageTold) {
			this.outageTold = true;
			logger.warn(
					"Indexes of vector tables are neither checked nor built, because the connection was refused or lost {} times in a row; it is tried again: {}",
					count, failure.getMessage());
		}
	}

	/**
	 * Take note that the work on a table kept its connection.
	 */
	synchronized void completed(VectorTable table) {
		this.interruptions.remove(table);
		if (this.outageTold && this.interruptions.isEmpty()) {
			this.outageTold = false;
			logger.info("Indexes of vector tables are checked and built again");
		}
	}

	synchronized List<VectorIndexStatus> all() {
		return List.copyOf(this.statuses.values());
	}

	synchronized Set<State> states(VectorTable table) {
		return this.statuses.values()
			.stream()
			.filter((status) -> status.table() == table)
			.map(VectorIndexStatus::state)
			.collect(Collectors.toSet());
	}

	/**
	 * Wait until every index is ready.
	 * @param timeout the longest time to wait
	 * @throws IllegalStateException if one is not ready by then, or nobody works on it
	 */
	synchronized void awaitReady(Duration timeout) throws InterruptedException {
		long deadline = System.nanoTime() + timeout.toNanos();
		long left = timeout.toMillis();
		while (!isReady() && this.open && left > 0) {
			wait(left);
			left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
		}
		if (!isReady()) {
			throw new IllegalStateException(
					this.open ? "Not ready after %d ms: %s".formatted(timeout.toMillis(), unready())
							: "Not ready, and nobody works on it: " + unready());
		}
	}

	private boolean isReady() {
		return this.statuses.values().stream().allMatch((status) -> status.state() == State.READY);
	}

	private String unready() {
		return this.statuses.values()
			.stream()
			.filter((status) -> status.state() != State.READY)
			.map((status) -> "%s of %s is %s%s".formatted(status.purpose(), status.table(), status.state(),
					(status.detail() != null) ? " (" + status.detail() + ")" : ""))
			.collect(Collectors.joining(", "));
	}

	/**
	 * An index of one table.
	 */
	private record Key(VectorTable table, String purpose) {

	}

}
