package io.rdsboot.cluster;

import java.util.Locale;

/**
 * Position in a cluster's write-ahead log, in bytes from its beginning (PostgreSQL's LSN,
 * or Aurora's). Positions of one cluster compare; those of two do not. Immutable.
 *
 * @param bytes the position, never negative
 */
public record LogPosition(long bytes) implements Comparable<LogPosition> {

	public LogPosition {
		if (bytes < 0) {
			throw new IllegalArgumentException("Log position " + bytes + " is negative");
		}
	}

	/**
	 * Return whether all that is in the log up to another position is in it up to this
	 * one.
	 */
	public boolean includes(LogPosition other) {
		return this.bytes >= other.bytes;
	}

	@Override
	public int compareTo(LogPosition other) {
		return Long.compare(this.bytes, other.bytes);
	}

	/**
	 * Return the position as PostgreSQL writes it, such as {@code 0/16B3748}.
	 */
	@Override
	public String toString() {
		return Long.toHexString(this.bytes >>> 32).toUpperCase(Locale.ROOT) + "/"
				+ Long.toHexString(this.bytes & 0xFFFFFFFFL).toUpperCase(Locale.ROOT);
	}

}
