package io.rdsboot.benchmarks.soak;

/**
 * What the caller who wrote a row was told.
 */
enum RowOutcome {

	/** It is written: it has to be there, once. */
	ACKNOWLEDGED,

	/** It may be written or not: it may be there, once. */
	UNKNOWN,

	/** It is not written: it must not be there. */
	NOT_WRITTEN

}
