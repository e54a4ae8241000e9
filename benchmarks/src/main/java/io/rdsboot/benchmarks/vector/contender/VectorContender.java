package io.rdsboot.benchmarks.vector.contender;

import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

import io.rdsboot.benchmarks.vector.data.Row;
import io.rdsboot.benchmarks.vector.data.Search;

/**
 * One way to keep the rows in a table of its own and to search them.
 */
public interface VectorContender extends AutoCloseable {

	/**
	 * Returns the table, which exists and has no index but its primary key.
	 */
	StoredTable table();

	/**
	 * Prepares to write all rows by the call that is made for many.
	 * @param rows the rows
	 * @return the call, with everything in the types that it takes
	 */
	Call load(List<Row> rows);

	/**
	 * Prepares to insert or replace rows in batches.
	 * @param batches the batches
	 * @return one call a batch, with everything in the types that it takes
	 */
	Call upsert(List<List<Row>> batches);

	/**
	 * Searches.
	 * @param search what to find
	 * @return ids of the rows, nearest first
	 * @throws SQLException if it fails
	 */
	List<UUID> search(Search search) throws SQLException;

	/**
	 * Closes the pool; the table stays.
	 */
	@Override
	void close();

	/**
	 * What is measured.
	 */
	@FunctionalInterface
	interface Call {

		void run() throws Exception;

	}

}
