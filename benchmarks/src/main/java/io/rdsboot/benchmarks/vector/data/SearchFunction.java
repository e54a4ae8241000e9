package io.rdsboot.benchmarks.vector.data;

import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/**
 * How a contender searches.
 */
@FunctionalInterface
public interface SearchFunction {

	/**
	 * Searches.
	 * @param search what to find
	 * @return ids of the rows, best first
	 * @throws SQLException if it fails
	 */
	List<UUID> search(Search search) throws SQLException;

}
