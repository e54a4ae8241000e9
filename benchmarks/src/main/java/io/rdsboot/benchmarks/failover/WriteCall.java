package io.rdsboot.benchmarks.failover;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * One attempt to write a row. Immutable.
 *
 * @param thread number of the thread that made it
 * @param start nanoseconds when it began
 * @param end nanoseconds when it ended, or until when it was observed
 * @param outcome what came of it
 * @param connection process of the server that refused the write, or 0
 * @param state SQLSTATE of a failure, or {@code null}
 */
record WriteCall(int thread, long start, long end, Outcome outcome, int connection, @Nullable String state) {

	/** SQLSTATE with which a reader refuses to write. */
	static final String READ_ONLY = "25006";

	static WriteCall written(int thread, long start, long end) {
		return new WriteCall(thread, start, end, Outcome.WRITTEN, 0, null);
	}

	static WriteCall pending(int thread, long start, long now) {
		return new WriteCall(thread, start, now, Outcome.PENDING, 0, null);
	}

	static WriteCall failed(int thread, long start, long end, SQLException failure, int connection) {
		return new WriteCall(thread, start, end, Outcome.FAILED, connection, stateOf(failure));
	}

	/**
	 * Returns the state of the first exception of the chain that has one, unless a deeper
	 * one says that the server is read-only.
	 */
	private static @Nullable String stateOf(SQLException failure) {
		String first = null;
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException exception && exception.getSQLState() != null) {
				if (READ_ONLY.equals(exception.getSQLState())) {
					return READ_ONLY;
				}
				first = (first != null) ? first : exception.getSQLState();
			}
		}
		return first;
	}

	boolean isWritten() {
		return this.outcome == Outcome.WRITTEN;
	}

	boolean isFailed() {
		return this.outcome == Outcome.FAILED;
	}

	boolean isRefusedAsReadOnly() {
		return READ_ONLY.equals(this.state);
	}

	long nanos() {
		return this.end - this.start;
	}

	/**
	 * What came of a call.
	 */
	enum Outcome {

		/** The commit returned. */
		WRITTEN,

		/** The caller got an exception. */
		FAILED,

		/** It had not ended when the observation did. */
		PENDING

	}

}
