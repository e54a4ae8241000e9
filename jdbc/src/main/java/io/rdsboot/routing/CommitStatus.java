package io.rdsboot.routing;

/**
 * A connection that knows whether a commit was the last thing that happened on it.
 */
interface CommitStatus {

	boolean isCommitted();

}
