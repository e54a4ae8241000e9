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
 * @param lag age of the data, as of the sampling; zero for a writer; {@code null} while
 * it is not known
 */
public record LogProgress(LogPosition position, long sampledAt, long caughtUpTo, @Nullable Duration lag) {

	public LogProgress {
		Objects.requireNonNull(position, "position");
	}

	/**
	 * Return whether everything is included that had been committed by a time.
	 * @param time a time of the provider's clock
	 */
	public boolean includesCommitsUntil(long time) {
		return this.lag != null && this.caughtUpTo - time >= 0;
	}

}
