package io.rdsboot.benchmarks.vector.contender;

import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

import io.rdsboot.benchmarks.vector.data.Search;

/**
 * {@link VectorContender} that searches by vector and text at once, too.
 */
public interface HybridContender extends VectorContender {

	/**
	 * Searches by the query's vector and text.
	 * @param search what to find
	 * @return ids of the rows, best first
	 * @throws SQLException if it fails
	 */
	List<UUID> hybridSearch(Search search) throws SQLException;

}
