package io.rdsboot.routing.selection;

/**
 * What becomes of a read-only transaction while readers are configured and none is
 * available.
 */
public enum ReaderFallback {

	/**
	 * The writer serves it.
	 */
	WRITER,

	/**
	 * It fails with {@link io.rdsboot.routing.failure.NoReaderAvailableException}.
	 */
	FAIL

}
