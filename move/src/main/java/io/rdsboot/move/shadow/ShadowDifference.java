package io.rdsboot.move.shadow;

import java.time.Instant;
import java.util.List;

/**
 * Statement that the two sides answer differently. Immutable.
 *
 * @param statement the statement, with a question mark for each literal unless data is
 * shown
 * @param what what differs
 * @param sourceRows how many rows the source had when it was last seen
 * @param targetRows how many rows the target had then, 0 if it refused the statement
 * @param times how often it was seen
 * @param lastSeen when it was last seen
 * @param parameters parameters of the statement when it was last seen, empty unless data
 * is shown
 * @param sourceOnly the first rows that only the source had then, empty unless data is
 * shown
 * @param targetOnly the first rows that only the target had then, empty unless data is
 * shown
 */
public record ShadowDifference(String statement, What what, int sourceRows, int targetRows, long times,
		Instant lastSeen, List<String> parameters, List<String> sourceOnly, List<String> targetOnly) {

	public ShadowDifference {
		parameters = List.copyOf(parameters);
		sourceOnly = List.copyOf(sourceOnly);
		targetOnly = List.copyOf(targetOnly);
	}

	/**
	 * What differs.
	 */
	public enum What {

		/**
		 * The columns: their number, names or types.
		 */
		COLUMNS,

		/**
		 * The rows.
		 */
		ROWS,

		/**
		 * The order of rows, beyond what the statement leaves open.
		 */
		ORDER,

		/**
		 * The target refuses the statement, such as for a table that it lacks.
		 */
		REFUSED

	}

}
