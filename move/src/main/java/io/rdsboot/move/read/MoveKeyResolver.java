package io.rdsboot.move.read;

import org.jspecify.annotations.Nullable;

/**
 * Strategy that names whom the present call is for, such as a user or a tenant, so that
 * all reads for one of them are served by the same side. Called on the reading thread
 * before each read, so it must be quick; implementations are thread-safe.
 */
@FunctionalInterface
public interface MoveKeyResolver {

	/**
	 * Return the key of the present call.
	 * @return the key, or {@code null} if there is none, such as in a scheduled task
	 */
	@Nullable String key();

	/**
	 * Return a resolver for a share of the instances of a service in place of its users:
	 * all reads of an instance have the same key.
	 * @param instanceId what tells this instance of the service from the others, such as
	 * its host name
	 * @return the resolver
	 */
	static MoveKeyResolver ofInstance(String instanceId) {
		if (instanceId.isBlank()) {
			throw new IllegalArgumentException("instance id must not be blank");
		}
		return () -> instanceId;
	}

}
