package io.rdsboot.routing.failure;

import java.sql.SQLTransientConnectionException;
import java.util.List;

import io.rdsboot.cluster.DatabaseInstance;

/**
 * No reader could be borrowed from, and the writer must not serve instead, or serves as
 * many reads already as it may. The failure of each reader that was tried now is a
 * suppressed exception. SQLSTATE 08001.
 */
public final class NoReaderAvailableException extends SQLTransientConnectionException {

	private static final long serialVersionUID = 1L;

	private final transient List<DatabaseInstance> readers;

	private NoReaderAvailableException(String message, List<DatabaseInstance> readers) {
		super(message, "08001");
		this.readers = List.copyOf(readers);
	}

	public static NoReaderAvailableException withoutFallback(List<DatabaseInstance> readers) {
		return new NoReaderAvailableException(
				"None of the readers " + readers + " is available, and rds.routing.reader-fallback is 'fail'; "
						+ "set it to 'writer' to read from the writer meanwhile",
				readers);
	}

	public static NoReaderAvailableException beyondBound(List<DatabaseInstance> readers, int bound) {
		return new NoReaderAvailableException(
				"None of the readers " + readers + " is available and up to date, and the writer serves " + bound
						+ " reads in their place already, which is as many as it may; "
						+ "raise rds.routing.maximum-fallbacks if it can bear more",
				readers);
	}

	/**
	 * Return the readers that there are.
	 */
	public List<DatabaseInstance> getReaders() {
		return this.readers;
	}

}
