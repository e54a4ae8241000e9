package io.rdsboot.cluster;

import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The log of a cluster's writer, asked for positions that times stand for.
 * Implementations are thread-safe.
 */
@FunctionalInterface
public interface WriterLog {

	/**
	 * Return a position that includes everything that was committed by a time. Answers
	 * from memory where the writer was sampled since; else it is asked, once for all who
	 * want to know at the same time.
	 * @param time a time of the {@link TopologyProvider}'s clock, not in the future
	 * @param timeout the longest to wait for the answer
	 * @return the position, or empty if the writer does not answer in time
	 */
	Optional<LogPosition> positionAt(long time, Duration timeout);

	/**
	 * Return a time before which positions were those of another log, which those of this
	 * one say nothing of, or {@code null} if there was no other one.
	 */
	default @Nullable Long logSince() {
		return null;
	}

}
