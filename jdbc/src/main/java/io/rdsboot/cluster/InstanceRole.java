package io.rdsboot.cluster;

/**
 * What a database instance does in its cluster.
 */
public enum InstanceRole {

	/**
	 * Accepts writes.
	 */
	WRITER,

	/**
	 * Replays the writer's log and accepts reads only.
	 */
	READER,

	/**
	 * Not known, or not yet.
	 */
	UNKNOWN

}
