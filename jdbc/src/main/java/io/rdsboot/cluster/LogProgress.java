package io.rdsboot.cluster;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * How far an instance's log was when it was last sampled: written by a writer, replayed
 * by a reader. Times are those of the {@link TopologyProvider}'s clock
 * ({@link System#nanoTime()}, unless it was given another) and compare by difference.
 * Immutable.
 *
 * @param position what was written or replayed
 * @param sampledAt time before the sample was asked for
 * @param caughtUpTo the newest time at which the writer is known to have written no more
 * than this; a writer's own sampling time. Says nothing while the lag is {@code null}
 * @param completeAt the newest time at which nothing was known to be missing. While the
 * writer can be asked, that is the time above; while it cannot, the sampling time of a
 * reader that has all that the writer was last seen to have. Says nothing while the lag
 * is {@code null}
 * @param lag age of the data, as of the sampling; zero for a writer; {@code null} while
 * it is not known
 * @param logSince a time before which positions were those of another log, which this
 * one's say nothing of, or {@code null} if there was no other one
 */
public record LogProgress(LogPosition position, long sampledAt, long caughtUpTo, long completeAt,
		@Nullable Duration lag, @Nullable Long logSince) {

	public LogProgress {
		Objects.requireNonNull(position, "position");
	}

	/**
	 * Create the progress of an instance whose writer can be asked.
	 */
	public LogProgress(LogPosition position, long sampledAt, long caughtUpTo, @Nullable Duration lag) {
		this(position, sampledAt, caughtUpTo, caughtUpTo, lag, null);
	}

	/**
	 * Create the progress in the only log that there was.
	 */
	public LogProgress(LogPosition position, long sampledAt, long caughtUpTo, long completeAt, @Nullable Duration lag) {
		this(position, sampledAt, caughtUpTo, completeAt, lag, null);
	}

	/**
	 * Return the same progress in a log that is not the first one.
	 * @param logSince a time before which positions were those of another log, or
	 * {@code null}
	 */
	public LogProgress since(@Nullable Long logSince) {
		return (logSince == null) ? this
				: new LogProgress(this.position, this.sampledAt, this.caughtUpTo, this.completeAt, this.lag, logSince);
	}

	/**
	 * Return whether a position is included.
	 * @param other the position
	 * @param knownSince a time before it was told, or that time
	 * @return {@code false} as well where it may be one of another log
	 */
	public boolean includes(LogPosition other, long knownSince) {
		return (this.logSince == null || knownSince - this.logSince > 0) && this.position.includes(other);
	}

	/**
	 * Return whether everything is included that had been committed by a time. A writer
	 * that cannot be asked may have committed since it was last sampled, so that nothing
	 * later is promised.
	 * @param time a time of the provider's clock
	 */
	public boolean includesCommitsUntil(long time) {
		return this.lag != null && this.caughtUpTo - time >= 0;
	}

	/**
	 * Return whether nothing is known to be missing that is older than a maximum lag.
	 * @param maxLag the maximum, as of now
	 * @param now the time by the provider's clock
	 */
	public boolean isWithin(Duration maxLag, long now) {
		return this.lag != null && this.completeAt - (now - maxLag.toNanos()) >= 0;
	}

}
