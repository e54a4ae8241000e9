package io.rdsboot.benchmarks.vector;

import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/**
 * {@link Contender} that searches by vector and text at once, too.
 */
interface HybridContender extends Contender {

	/**
	 * Searches by the query's vector and text.
	 * @param search what to find
	 * @return ids of the rows, best first
	 * @throws SQLException if it fails
	 */
	List<UUID> hybridSearch(Search search) throws SQLException;

}
