package io.rdsboot.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A pool that is put under load. Thread-safe.
 */
interface ConnectionSource extends AutoCloseable {

	Connection getConnection() throws SQLException;

	@Override
	void close();

}
