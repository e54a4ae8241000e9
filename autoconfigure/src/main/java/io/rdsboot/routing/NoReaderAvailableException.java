package io.rdsboot.routing;

import java.sql.SQLTransientConnectionException;
import java.util.List;

import io.rdsboot.cluster.DatabaseInstance;

/**
 * No reader could be borrowed from, and the writer must not serve instead. The failure of
 * each reader that was tried now is a suppressed exception. SQLSTATE 08001.
 */
public final class NoReaderAvailableException extends SQLTransientConnectionException {

	private static final long serialVersionUID = 1L;

	private final transient List<DatabaseInstance> readers;

	NoReaderAvailableException(List<DatabaseInstance> readers) {
		super("None of the readers " + readers + " is available, and rds.routing.reader-fallback is 'fail'; "
				+ "set it to 'writer' to read from the writer meanwhile", "08001");
		this.readers = List.copyOf(readers);
	}

	/**
	 * Return the readers that there are.
	 */
	public List<DatabaseInstance> getReaders() {
		return this.readers;
	}

}
