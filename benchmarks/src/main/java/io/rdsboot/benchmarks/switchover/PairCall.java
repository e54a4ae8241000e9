package io.rdsboot.benchmarks.switchover;

import org.jspecify.annotations.Nullable;

/**
 * One attempt to write a row, or to read the row that the same thread has just written.
 * Immutable.
 *
 * @param row the row
 * @param write whether it is a write
 * @param start nanoseconds when it began
 * @param end nanoseconds when it ended
 * @param outcome what came of it
 * @param failure class and SQLSTATE of a failure, or its message without one, or
 * {@code null}
 */
public record PairCall(Row row, boolean write, long start, long end, Outcome outcome, @Nullable String failure) {

	/**
	 * Returns the number of the thread.
	 */
	public int thread() {
		return this.row.thread();
	}

	boolean isWritten() {
		return this.write && this.outcome == Outcome.DONE;
	}

	boolean isFailed() {
		return this.outcome == Outcome.FAILED;
	}

	/**
	 * What came of a call.
	 */
	public enum Outcome {

		/** The commit returned, or the row was found. */
		DONE,

		/** The row, which was written before, was not found. */
		STALE,

		/** The caller got an exception. */
		FAILED

	}

	/**
	 * A row, which is written once at most.
	 *
	 * @param thread number of the thread that writes it
	 * @param number number of the row in the thread
	 */
	public record Row(int thread, long number) {

	}

}
