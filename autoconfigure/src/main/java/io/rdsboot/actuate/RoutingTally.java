package io.rdsboot.actuate;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.routing.selection.RoutingListener;
import io.rdsboot.routing.selection.RoutingReason;
import org.apiguardian.api.API;

/**
 * Counts where connections were borrowed, and why, since the start. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class RoutingTally implements RoutingListener {

	private final Map<RoutingDecision, Tally> tallies = new ConcurrentHashMap<>();

	private final InstantSource clock;

	/**
	 * Create an empty tally.
	 * @param clock the time of day
	 */
	public RoutingTally(InstantSource clock) {
		this.clock = clock;
	}

	@Override
	public void routed(RoutingDecision decision) {
		Tally tally = this.tallies.get(decision);
		if (tally == null) {
			tally = this.tallies.computeIfAbsent(decision, (added) -> new Tally());
		}
		tally.count.increment();
		tally.lastMillis = this.clock.millis();
	}

	/**
	 * Return all decisions there were, the latest first.
	 */
	List<Decision> decisions() {
		return this.tallies.entrySet()
			.stream()
			.map((entry) -> entry.getValue().decision(entry.getKey()))
			.sorted(Comparator.comparing(Decision::last).reversed())
			.toList();
	}

	/**
	 * How often connections were borrowed from one instance for one reason.
	 *
	 * @param instance name of the instance
	 * @param role the role that it served in
	 * @param reason why it was this instance
	 * @param count how often, since the application was started
	 * @param last when it was last so
	 */
	public record Decision(String instance, InstanceRole role, RoutingReason reason, long count, Instant last) {

	}

	/**
	 * Counts one decision.
	 */
	private static final class Tally {

		private final LongAdder count = new LongAdder();

		private volatile long lastMillis;

		Decision decision(RoutingDecision decision) {
			return new Decision(decision.instance().name(), decision.reason().role(), decision.reason(),
					this.count.sum(), Instant.ofEpochMilli(this.lastMillis));
		}

	}

}
