package io.rdsboot.cluster.watch;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.poll.InstancePoll;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then where names lead by themselves whose connections are opened
 * elsewhere. Used by one thread.
 */
final class RedirectReview {

	private static final Logger logger = LoggerFactory.getLogger(RedirectReview.class);

	private final WatchedCluster cluster;

	private final InstanceConnector direct;

	private final Duration timeout;

	private final LongSupplier nanoTime;

	private final Map<DatabaseInstance, Long> lookedAt = new HashMap<>();

	/**
	 * Create a review.
	 * @param cluster knows which names are redirected, and is told where they lead
	 * @param direct opens connections to where names lead
	 * @param timeout the longest to wait for a server at a time
	 * @param nanoTime the monitor's clock
	 */
	RedirectReview(WatchedCluster cluster, InstanceConnector direct, Duration timeout, LongSupplier nanoTime) {
		this.cluster = cluster;
		this.direct = direct;
		this.timeout = timeout;
		this.nanoTime = nanoTime;
	}

	/**
	 * Look at the names that are due.
	 */
	void run() {
		Map<DatabaseInstance, Boolean> redirected = this.cluster.redirected();
		this.lookedAt.keySet().retainAll(redirected.keySet());
		redirected.forEach((instance, lost) -> {
			long now = this.nanoTime.getAsLong();
			Long before = this.lookedAt.get(instance);
			Duration interval = lost ? WatchIntervals.LOST_REDIRECT : WatchIntervals.REDIRECT;
			if (before == null || now - before >= interval.toNanos()) {
				this.lookedAt.put(instance, now);
				look(instance);
			}
		});
	}

	private void look(DatabaseInstance instance) {
		try (Connection connection = this.direct.connect(instance, this.timeout)) {
			this.cluster.led(instance, InstancePoll.of(instance, connection, this.nanoTime).ask());
		}
		catch (SQLException | RuntimeException ex) {
			// The next look must come, whatever it was: an exception would end them all.
			logger.debug("The name of instance {} leads to no server at present", instance, ex);
		}
	}

}
