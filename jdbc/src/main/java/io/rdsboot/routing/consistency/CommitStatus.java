package io.rdsboot.routing.consistency;

/**
 * A connection that knows whether a commit was the last thing that happened on it.
 */
public interface CommitStatus {

	boolean isCommitted();

}
