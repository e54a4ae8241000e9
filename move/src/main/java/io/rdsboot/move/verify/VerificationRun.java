package io.rdsboot.move.verify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.rdsboot.move.TableName;
import org.jspecify.annotations.Nullable;

/**
 * What one verification has done so far, and whether it may go on. One thread writes; any
 * may read the progress and the position, and cancel.
 */
final class VerificationRun {

	private final VerificationOptions options;

	private final CountDownLatch cancelled = new CountDownLatch(1);

	private final long startNanos = System.nanoTime();

	private final Map<TableName, List<String>> equalUpTo = new LinkedHashMap<>();

	/** Tables of which something was found. */
	private final Set<TableName> unequal = new HashSet<>();

	private final List<MoveDifference> differences = new ArrayList<>();

	private final List<MoveUndecided> undecided = new ArrayList<>();

	private long differenceCount;

	private long undecidedCount;

	private @Nullable TableName table;

	private int tablesDone;

	private int tables;

	private long ranges;

	private long rows;

	private long estimatedRows;

	private long suspects;

	VerificationRun(VerificationOptions options) {
		this.options = options;
		this.equalUpTo.putAll(options.resumeFrom().tables());
	}

	synchronized void starts(int tables, long estimatedRows) {
		this.tables = tables;
		this.estimatedRows = estimatedRows;
	}

	synchronized void starts(ComparedTable table) {
		this.table = table.name();
	}

	synchronized void ends() {
		this.table = null;
		this.tablesDone++;
	}

	/**
	 * Remember that the rows of a table up to a position are decided. It is equal up to
	 * there, unless something of it was found.
	 */
	synchronized void decidedUpTo(TableName table, List<String> position) {
		if (!this.unequal.contains(table)) {
			this.equalUpTo.put(table, position);
		}
	}

	synchronized void compared(long rows) {
		this.ranges++;
		this.rows += rows;
	}

	synchronized void suspected(int rows) {
		this.suspects += rows;
	}

	synchronized void differs(MoveDifference difference) {
		this.unequal.add(difference.table());
		this.differenceCount += difference.rows();
		if (this.differences.size() < this.options.listed()) {
			this.differences.add(difference);
		}
	}

	synchronized boolean listsAnother() {
		return this.differences.size() < this.options.listed();
	}

	synchronized void undecided(MoveUndecided row) {
		this.unequal.add(row.table());
		this.undecidedCount++;
		if (this.undecided.size() < this.options.listed()) {
			this.undecided.add(row);
		}
	}

	synchronized MoveVerificationPosition position() {
		return new MoveVerificationPosition(this.equalUpTo);
	}

	synchronized MoveVerificationProgress progress() {
		double seconds = Math.max(1e-3, took().toNanos() / 1e9);
		long rate = Math.round(this.rows / seconds);
		long left = Math.max(0, this.estimatedRows - this.rows);
		return new MoveVerificationProgress(this.table, this.tablesDone, this.tables, this.ranges, this.rows,
				this.estimatedRows, rate, this.suspects, this.differenceCount,
				(rate > 0) ? Duration.ofSeconds(left / rate) : null);
	}

	synchronized MoveVerificationReport report(List<MoveVectorComparison> vectors, List<MoveNote> notes,
			@Nullable String stopped) {
		return new MoveVerificationReport(this.tablesDone, this.rows, took(), this.differenceCount, this.differences,
				this.undecidedCount, this.undecided, vectors, notes, stopped, position());
	}

	private Duration took() {
		return Duration.ofNanos(System.nanoTime() - this.startNanos);
	}

	void cancel() {
		this.cancelled.countDown();
	}

	/**
	 * Leave the servers alone for a while.
	 * @throws StoppedException if the verification has been cancelled, its thread
	 * interrupted, or its time is over
	 */
	void pause(Duration pause) throws StoppedException {
		Duration left = this.options.timeout().minus(took());
		if (left.isNegative() || left.isZero()) {
			throw new StoppedException("stopped after %d s, which is its time limit".formatted(took().toSeconds()));
		}
		try {
			if (this.cancelled.await(Math.min(pause.toNanos(), left.toNanos()), TimeUnit.NANOSECONDS)) {
				throw new StoppedException("cancelled");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new StoppedException("interrupted");
		}
	}

	/**
	 * The verification ends before its last row.
	 */
	static final class StoppedException extends Exception {

		private static final long serialVersionUID = 1L;

		private final String reason;

		StoppedException(String reason) {
			super(reason);
			this.reason = reason;
		}

		String reason() {
			return this.reason;
		}

	}

}
