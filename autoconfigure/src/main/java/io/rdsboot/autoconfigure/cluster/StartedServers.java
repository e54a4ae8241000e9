package io.rdsboot.autoconfigure.cluster;

import org.apiguardian.api.API;

/**
 * Connection details that may lead to servers which this application has started, such as
 * containers. Their certificates are nobody's, and their passwords lead to nothing.
 */
@API(status = API.Status.INTERNAL)
public interface StartedServers {

	/**
	 * Return whether this application has started the servers.
	 */
	boolean isStartedHere();

}
