package io.rdsboot.routing.consistency;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory of which clients have written lately, for clients that bring no token with their
 * next request. Bounded: of too many clients it forgets those first that it has not heard
 * of for longest. It knows nothing of what a client has written by way of another
 * instance of the service. Thread-safe.
 */
public final class RememberedWrites {

	private static final Logger logger = LoggerFactory.getLogger(RememberedWrites.class);

	private static final int MAXIMUM_LENGTH = 256;

	private final int maximum;

	private final long lifetimeNanos;

	private final LongSupplier nanoTime;

	/**
	 * For each client, a time by which all that it has written was committed.
	 */
	private final Map<String, Long> commits = new LinkedHashMap<>();

	/**
	 * Create a memory.
	 * @param maximum how many clients to remember
	 * @param lifetime for how long; by then all readers should have what was written
	 */
	public RememberedWrites(int maximum, Duration lifetime) {
		this(maximum, lifetime, System::nanoTime);
	}

	RememberedWrites(int maximum, Duration lifetime, LongSupplier nanoTime) {
		this.maximum = maximum;
		this.lifetimeNanos = lifetime.toNanos();
		this.nanoTime = nanoTime;
	}

	/**
	 * Remember all that a session has written and read until now as a client's.
	 * @param client what tells the client from others; one of more than 256 characters is
	 * not remembered
	 */
	public void remember(String client, ConsistencySession session) {
		Long horizon = session.history().horizon(this.nanoTime.getAsLong());
		if (horizon == null) {
			return;
		}
		if (client.length() > MAXIMUM_LENGTH) {
			logger.debug("Writes of a client are not remembered: its name has {} characters, of at most {}",
					client.length(), MAXIMUM_LENGTH);
			return;
		}
		synchronized (this.commits) {
			Long known = this.commits.remove(client);
			this.commits.put(client, (known != null && known - horizon > 0) ? known : horizon);
			if (this.commits.size() > this.maximum) {
				this.commits.remove(this.commits.keySet().iterator().next());
			}
		}
	}

	/**
	 * Make a session include what a client has written before.
	 */
	public void recall(String client, ConsistencySession session) {
		Long commit = commit(client);
		if (commit != null) {
			session.history().recall(commit);
		}
	}

	private @Nullable Long commit(String client) {
		synchronized (this.commits) {
			Long commit = this.commits.get(client);
			if (commit != null && this.nanoTime.getAsLong() - commit > this.lifetimeNanos) {
				this.commits.remove(client);
				return null;
			}
			return commit;
		}
	}

}
