package io.rdsboot.routing.consistency;

/**
 * What a read-only transaction may miss of what has been committed before it.
 */
public enum ConsistencyLevel {

	/**
	 * Anything: whatever reader is reachable serves it, whatever its lag.
	 */
	EVENTUAL,

	/**
	 * What is younger than the maximum lag.
	 */
	BOUNDED,

	/**
	 * Nothing that the same session has written, and nothing that it has read before in
	 * the same unit of work; of what others write, what is younger than the maximum lag
	 * if there is one.
	 */
	SESSION,

	/**
	 * Nothing: the writer serves it.
	 */
	WRITER

}
