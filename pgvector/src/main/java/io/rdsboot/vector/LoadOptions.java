package io.rdsboot.vector;

import java.util.Objects;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * How {@link VectorRepository#load} works. Immutable.
 *
 * <p>
 * Defaults: no progress is told, one connection, and the first record that cannot be
 * stored stops the load.
 */
public final class LoadOptions {

	private static final int MAX_PARALLELISM = 64;

	private final LoadMode mode;

	private final @Nullable Consumer<LoadProgress> progress;

	private final long expectedRows;

	private final int parallelism;

	private final int maxRejected;

	private LoadOptions(LoadMode mode, @Nullable Consumer<LoadProgress> progress, long expectedRows, int parallelism,
			int maxRejected) {
		this.mode = mode;
		this.progress = progress;
		this.expectedRows = expectedRows;
		this.parallelism = parallelism;
		this.maxRejected = maxRejected;
	}

	/**
	 * Return options of a load whose ids must be new.
	 * @return the options
	 */
	public static LoadOptions insert() {
		return of(LoadMode.INSERT);
	}

	/**
	 * Return options of a load that replaces rows that have the same ids.
	 * @return the options
	 */
	public static LoadOptions upsert() {
		return of(LoadMode.UPSERT);
	}

	/**
	 * Return options of a load that replaces all rows.
	 * @return the options
	 */
	public static LoadOptions replace() {
		return of(LoadMode.REPLACE);
	}

	/**
	 * Return options with all defaults.
	 * @param mode what becomes of rows that are there already
	 * @return the options
	 */
	public static LoadOptions of(LoadMode mode) {
		return new LoadOptions(mode, null, 0, 1, 0);
	}

	/**
	 * Tell how far the load is, about each second and at its end, on the caller's thread.
	 * What the consumer throws stops the load.
	 * @param progress who is told
	 * @return new options
	 */
	public LoadOptions progress(Consumer<LoadProgress> progress) {
		Objects.requireNonNull(progress, "progress of a load must not be null");
		return new LoadOptions(this.mode, progress, this.expectedRows, this.parallelism, this.maxRejected);
	}

	/**
	 * Say how many records there will be, so that the remaining time can be told.
	 * @param rows number of records, at least 1
	 * @return new options
	 */
	public LoadOptions expectedRows(long rows) {
		require(rows >= 1, "expected rows of a load must be at least 1, but are %d", rows);
		return new LoadOptions(this.mode, this.progress, rows, this.parallelism, this.maxRejected);
	}

	/**
	 * Use several connections, for inserts and upserts outside a transaction. All are
	 * committed one after the other once every one of them has stored its rows: should a
	 * server or a network fail just then, part of the rows may have been stored, and a
	 * {@link org.springframework.transaction.HeuristicCompletionException} says so.
	 * <p>
	 * None of the connections lets go of its rows before all have stored theirs. So
	 * another write of the same rows can wait for one of them and keep another waiting,
	 * which the server does not see as a deadlock. Unless the server has a
	 * {@code lock_timeout} of its own, that takes 10 seconds: an upsert lets the other
	 * write go first then and begins to store its rows again, at most twice. After that,
	 * and an insert at once, the load fails, and nothing of it is stored. One connection
	 * never does.
	 * @param connections number of connections, from 1 to 64; the pool must be able to
	 * lend as many at the same time
	 * @return new options
	 */
	public LoadOptions parallelism(int connections) {
		require(connections >= 1 && connections <= MAX_PARALLELISM,
				"parallelism of a load must be between 1 and 64, but is %d", connections);
		require(connections == 1 || this.mode != LoadMode.REPLACE,
				"parallelism of a load that replaces all rows must be 1, but is %d: it must be one transaction",
				connections);
		return new LoadOptions(this.mode, this.progress, this.expectedRows, connections, this.maxRejected);
	}

	/**
	 * Leave out records that cannot be stored, and return them in the result. Only
	 * records of which that is known before they are sent can be left out.
	 * @param max how many may be left out; one more stops the load. At least 1
	 * @return new options
	 */
	public LoadOptions collectRejected(int max) {
		require(max >= 1, "number of rejected records to collect must be at least 1, but is %d", max);
		return new LoadOptions(this.mode, this.progress, this.expectedRows, this.parallelism, max);
	}

	private static void require(boolean condition, String message, long value) {
		if (!condition) {
			throw new IllegalArgumentException(message.formatted(value));
		}
	}

	/**
	 * Return what becomes of rows that are there already.
	 * @return what becomes of rows that are there already
	 */
	public LoadMode mode() {
		return this.mode;
	}

	/**
	 * Return what is told of the progress, or {@code null}.
	 * @return what is told of the progress
	 */
	public @Nullable Consumer<LoadProgress> progress() {
		return this.progress;
	}

	/**
	 * Return how many records there will be, or 0 if that is not known.
	 */
	public long expectedRows() {
		return this.expectedRows;
	}

	/**
	 * Return the number of connections.
	 * @return the number of connections
	 */
	public int parallelism() {
		return this.parallelism;
	}

	/**
	 * Return how many records may be left out.
	 * @return how many records may be left out
	 */
	public int maxRejected() {
		return this.maxRejected;
	}

	@Override
	public String toString() {
		return "LoadOptions[mode=%s, parallelism=%d]".formatted(this.mode, this.parallelism);
	}

}
