package io.rdsboot.routing.consistency;

import org.apiguardian.api.API;

/**
 * A connection that knows whether a commit was the last thing that happened on it.
 */
@API(status = API.Status.INTERNAL)
public interface CommitStatus {

	boolean isCommitted();

}
