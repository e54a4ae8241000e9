package io.rdsboot.vector;

import org.springframework.dao.InvalidDataAccessApiUsageException;

/**
 * Thrown where a search would compare more rows one by one than its limit allows. Nothing
 * was returned, because rows would be missing.
 */
public class ExactSearchLimitException extends InvalidDataAccessApiUsageException {

	private static final long serialVersionUID = 1L;

	private final long estimatedRows;

	private final long maxExactRows;

	/**
	 * Create an exception.
	 * @param message what was refused and what to do
	 * @param estimatedRows about how many rows the search would have read
	 * @param maxExactRows how many it may read
	 */
	public ExactSearchLimitException(String message, long estimatedRows, long maxExactRows) {
		super(message);
		this.estimatedRows = estimatedRows;
		this.maxExactRows = maxExactRows;
	}

	/**
	 * Return about how many rows the search would have read.
	 * @return number of rows
	 */
	public long estimatedRows() {
		return this.estimatedRows;
	}

	/**
	 * Return how many rows the search may read.
	 * @return number of rows
	 */
	public long maxExactRows() {
		return this.maxExactRows;
	}

}
