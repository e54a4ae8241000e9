package io.rdsboot.vector.index;

import java.time.Duration;
import java.util.Collection;
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

	private final Map<Key, VectorIndexStatus> statuses = new LinkedHashMap<>();

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
		VectorIndexStatus previous = this.statuses.put(new Key(status.table(), status.purpose()), status);
		if (status.equals(previous)) {
			return;
		}
		notifyAll();
		switch (status.state()) {
			case FAILED, WAITING_FOR_OTHER -> logger.warn("Index of vector table {} for {} is not ready ({}): {}",
					status.table(), status.purpose(), status.state(), status.detail());
			case WAITING_FOR_DATA -> logger.info("Index of vector table {} for {} is not built yet: {}", status.table(),
					status.purpose(), status.detail());
			case PENDING, BUILDING, READY ->
				logger.debug("Index of vector table {} for {}: {}", status.table(), status.purpose(), status.state());
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
