package io.rdsboot.vector.index;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What is done about indexes on vectors that should be built anew. Immutable.
 *
 * @param action what is done
 * @param window time of the day at which indexes are rebuilt, or {@code null} for any
 * @param interval time between two looks at the indexes, at least a second
 */
public record IndexMaintenance(Action action, @Nullable DailyWindow window, Duration interval) {

	private static final Duration DEFAULT_INTERVAL = Duration.ofHours(1);

	/**
	 * Report, looking every hour.
	 */
	public static final IndexMaintenance DEFAULT = new IndexMaintenance(Action.REPORT, null, DEFAULT_INTERVAL);

	/**
	 * Create what is done.
	 * @throws IllegalArgumentException if the interval is shorter than a second
	 */
	public IndexMaintenance {
		if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
			throw new IllegalArgumentException(
					"interval of index maintenance must be at least 1 s, but is " + interval.toMillis() + " ms");
		}
	}

	/**
	 * What is done about an index that should be built anew.
	 */
	public enum Action {

		/**
		 * A warning is logged once, with the statement that rebuilds the index.
		 */
		REPORT,

		/**
		 * The index is rebuilt by {@code REINDEX CONCURRENTLY}: the old one serves until
		 * the new one is ready.
		 */
		REINDEX

	}

}
