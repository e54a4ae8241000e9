package io.rdsboot.benchmarks.rotation;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A pool that is put under load. Thread-safe.
 */
public interface ConnectionSource extends AutoCloseable {

	/**
	 * Borrows a connection, which the caller closes.
	 */
	Connection getConnection() throws SQLException;

	@Override
	void close();

}
