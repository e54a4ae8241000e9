package io.rdsboot.vector.index;

import java.sql.SQLException;
import java.time.Duration;

import io.rdsboot.vector.index.session.DdlSession;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Lets other threads cancel the build that a session runs. Thread-safe.
 */
final class BuildCancellation {

	/**
	 * SQLSTATE of a statement that was canceled.
	 */
	static final String QUERY_CANCELED = "57014";

	/**
	 * A statement that is only just on its way is not hit by a request to cancel it.
	 */
	private static final long REQUEST_INTERVAL_MILLIS = 100;

	private final DdlSession session;

	private @Nullable IndexBuild running;

	private boolean canceled;

	BuildCancellation(DdlSession session) {
		this.session = session;
	}

	/**
	 * Let a build be canceled until it {@linkplain #end ends}.
	 */
	synchronized void begin(IndexBuild build) {
		this.running = build;
		this.canceled = false;
	}

	/**
	 * Let the build be canceled no more. One that was done before the request reached it
	 * was not canceled.
	 * @param failure why the build failed, or {@code null} if it did not
	 */
	synchronized void end(@Nullable SQLException failure) {
		this.running = null;
		this.canceled &= failure != null && QUERY_CANCELED.equals(failure.getSQLState());
		notifyAll();
	}

	/**
	 * Return whether the build that runs, or ran last, was canceled.
	 */
	synchronized boolean isCanceled() {
		return this.canceled;
	}

	/**
	 * Cancel the build of an index, if it is the one that is running, and wait until it
	 * has ended.
	 * @param timeout the longest time to wait
	 * @return whether it has ended, or {@code null} if it is not running
	 */
	synchronized @Nullable Boolean cancel(VectorTable table, String name, Duration timeout)
			throws SQLException, InterruptedException {
		IndexBuild build = this.running;
		if (build == null || !build.table().equals(table) || !build.name().equals(name)) {
			return null;
		}
		this.canceled = true;
		long deadline = System.nanoTime() + timeout.toNanos();
		while (build.equals(this.running) && System.nanoTime() < deadline) {
			this.session.cancelStatement();
			wait(REQUEST_INTERVAL_MILLIS);
		}
		return !build.equals(this.running);
	}

}
