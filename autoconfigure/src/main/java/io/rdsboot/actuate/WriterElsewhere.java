package io.rdsboot.actuate;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.Health;

/**
 * Database that takes the writes in place of the cluster, such as one that moves to it.
 * Thread-safe.
 */
@API(status = API.Status.INTERNAL)
@FunctionalInterface
public interface WriterElsewhere {

	/**
	 * Return how that database is, or {@code null} while the cluster takes the writes.
	 * Answers from what is known, without waiting.
	 */
	@Nullable Health health();

}
