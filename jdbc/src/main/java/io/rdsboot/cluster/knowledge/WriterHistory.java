package io.rdsboot.cluster.knowledge;

import java.time.Duration;
import java.util.Optional;

import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.poll.Observation;
import org.jspecify.annotations.Nullable;

/**
 * How far one writer's log was at past times, against which the progress of its readers
 * is measured. Times before a sample was asked for: what had been committed by then is in
 * the sample's position. Not thread-safe.
 */
final class WriterHistory {

	/**
	 * Samples that are kept. At one a second they reach back ten minutes, and further
	 * once the older half is thinned out.
	 */
	static final int CAPACITY = 600;

	private final long[] times = new long[CAPACITY];

	private final long[] positions = new long[CAPACITY];

	private int size;

	/**
	 * Forget everything, because another writer's log begins.
	 */
	void clear() {
		this.size = 0;
	}

	/**
	 * Add the newest sample. One that lies before the last is another log's beginning.
	 * @param time time before the sample was asked for
	 * @param position what the writer had written
	 */
	void add(long time, LogPosition position) {
		if (this.size > 0 && position.bytes() < this.positions[this.size - 1]) {
			clear();
		}
		if (this.size == CAPACITY) {
			thinOut();
		}
		this.times[this.size] = time;
		this.positions[this.size] = position.bytes();
		this.size++;
	}

	/**
	 * Drop every second sample of the older half: a reader's lag that reaches back so far
	 * is measured more coarsely.
	 */
	private void thinOut() {
		int kept = 0;
		for (int i = 0; i < CAPACITY; i++) {
			if (i >= CAPACITY / 2 || i % 2 == 0) {
				this.times[kept] = this.times[i];
				this.positions[kept] = this.positions[i];
				kept++;
			}
		}
		this.size = kept;
	}

	/**
	 * Return the oldest known position that includes everything committed by a time.
	 */
	Optional<LogPosition> positionAt(long time) {
		for (int i = this.size - 1; i >= 0; i--) {
			if (this.times[i] - time < 0) {
				return (i + 1 < this.size) ? Optional.of(new LogPosition(this.positions[i + 1])) : Optional.empty();
			}
		}
		return (this.size > 0) ? Optional.of(new LogPosition(this.positions[0])) : Optional.empty();
	}

	/**
	 * Return whether an instance has replayed what this writer had not yet written later:
	 * it follows another log.
	 */
	boolean isBehind(LogPosition replayed, long answeredAt) {
		for (int i = this.size - 1; i >= 0 && this.times[i] - answeredAt >= 0; i--) {
			if (this.positions[i] < replayed.bytes()) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return a reader's progress.
	 * @param replayed what it has replayed
	 * @param reader what it answered
	 * @param writerVisible whether the writer can be asked; if it cannot, nothing is
	 * known to be missing in a reader that has replayed all that is known
	 */
	LogProgress progress(LogPosition replayed, Observation reader, boolean writerVisible) {
		int newest = newestReplayed(replayed.bytes());
		if (newest < 0) {
			return new LogProgress(replayed, reader.askedAt(), reader.askedAt(), null);
		}
		boolean all = newest == this.size - 1;
		long caughtUpTo = bounded(this.times[newest], reader);
		if (all && !writerVisible) {
			return new LogProgress(replayed, reader.askedAt(), caughtUpTo, reader.askedAt(), Duration.ZERO);
		}
		return new LogProgress(replayed, reader.askedAt(), caughtUpTo,
				lag(reader.reportedLag(), all, reader.askedAt() - caughtUpTo));
	}

	/**
	 * A lag of zero is no bound: a writer that writes nothing leaves nobody behind.
	 */
	private static long bounded(long caughtUpTo, Observation reader) {
		Duration reported = reader.reportedLag();
		if (!reader.lagBounds() || reported == null || reported.isZero()) {
			return caughtUpTo;
		}
		long bound = reader.askedAt() - reported.toNanos();
		return (bound - caughtUpTo < 0) ? bound : caughtUpTo;
	}

	private static Duration lag(@Nullable Duration reported, boolean all, long age) {
		if (reported != null) {
			return reported;
		}
		return all ? Duration.ZERO : Duration.ofNanos(Math.max(0, age));
	}

	private int newestReplayed(long replayed) {
		int newest = this.size - 1;
		while (newest >= 0 && this.positions[newest] > replayed) {
			newest--;
		}
		return newest;
	}

}
