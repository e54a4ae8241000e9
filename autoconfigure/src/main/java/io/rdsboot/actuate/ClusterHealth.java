package io.rdsboot.actuate;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import io.rdsboot.actuate.InstanceKnowledge.Experience;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.InstancePools;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.Status;

/**
 * Health of each instance, as far as it is known at the moment: no method waits for a
 * server, borrows a connection or takes a lock that one who waits may hold. What is known
 * has an age; where it is older than {@link #REFRESH_AFTER} a check begins in the
 * background, for the next question, and beyond {@link #STALE_AFTER} the status is
 * {@link Status#UNKNOWN}. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class ClusterHealth {

	/** Age of an answer at which the instance is asked again. */
	static final Duration REFRESH_AFTER = Duration.ofSeconds(5);

	/**
	 * Age of an answer at which it says nothing any more. Longer than the interval
	 * between two probes, of which the first begins a check and the second hears of it.
	 */
	static final Duration STALE_AFTER = Duration.ofSeconds(60);

	private final TopologyProvider topologyProvider;

	private final InstancePools pools;

	private final InstanceKnowledge knowledge;

	private final InstanceChecks checks;

	/**
	 * Create it.
	 * @param topologyProvider says which instances there are, and how they are
	 * @param pools the pools of the instances
	 * @param knowledge what was last experienced with the instances
	 * @param checks asks those that nobody has asked
	 */
	public ClusterHealth(TopologyProvider topologyProvider, InstancePools pools, InstanceKnowledge knowledge,
			InstanceChecks checks) {
		this.topologyProvider = topologyProvider;
		this.pools = pools;
		this.knowledge = knowledge;
		this.checks = checks;
		topologyProvider.addListener(knowledge);
	}

	TopologyProvider topologyProvider() {
		return this.topologyProvider;
	}

	/**
	 * Return the health of an instance, with its details in the order in which they are
	 * shown.
	 */
	InstanceHealth of(InstanceState state) {
		DatabaseInstance instance = state.instance();
		Experience experience = this.knowledge.of(instance);
		Optional<InstancePool> pool = this.pools.find(instance);
		Long answeredAt = answeredAt(state.progress(), experience);
		Duration age = (answeredAt != null) ? this.knowledge.age(answeredAt) : null;
		boolean resting = this.topologyProvider.isResting();
		Duration sinceFailure = (experience.failedAt() != null) ? this.knowledge.age(experience.failedAt()) : null;
		if (!resting && (isOld(age) || (sinceFailure != null && isOld(sinceFailure)))) {
			this.checks.begin(instance);
		}
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("role", state.role().name().toLowerCase(Locale.ROOT));
		details.put("address", instance.address().toString());
		Long silentSince = silentSince(state, experience);
		details.put((silentSince == null) ? "reachableFor" : "unreachableFor",
				seconds(this.knowledge.age((silentSince != null) ? silentSince : experience.since())));
		if (age != null) {
			details.put("lastAnswer", seconds(age) + " ago");
		}
		LogProgress progress = state.progress();
		if (state.role() == InstanceRole.READER && progress != null && progress.lag() != null) {
			details.put("lag", progress.lag().toMillis() + " ms");
		}
		pool.ifPresent((present) -> details.put("pool", pool(present)));
		if (resting) {
			details.put("monitoring", "at rest, because nothing uses the database");
		}
		if (experience.failure() != null && sinceFailure != null) {
			details.put("lastFailure", "%s ago: %s".formatted(seconds(sinceFailure), experience.failure()));
		}
		return judge(state, experience, pool.map(InstancePool::totalConnections).orElse(0), details);
	}

	private InstanceHealth judge(InstanceState state, Experience experience, int connections,
			Map<String, Object> details) {
		if (!state.reachable()) {
			return down(details, "The instance cannot be reached");
		}
		Long failedAt = experience.failedAt();
		if (failedAt != null && !isForgotten(failedAt) && (connections == 0 || isCutOff(state, experience, failedAt))) {
			return down(details, "No connection can be opened");
		}
		if (state.role() == InstanceRole.WRITER && saysReplica(state, experience)) {
			return down(details, "The instance is a replica and cannot be written to");
		}
		Long contact = latest(answeredAt(state.progress(), experience), experience.connectedAt());
		if (contact == null || this.knowledge.age(contact).compareTo(STALE_AFTER) > 0) {
			details.put("error", "Nothing was heard of the instance lately");
			return new InstanceHealth(Status.UNKNOWN, details);
		}
		return new InstanceHealth(Status.UP, details);
	}

	/**
	 * Return since when an instance cannot be reached, or {@code null} if it can. Whoever
	 * tries to connect knows of a loss before the topology does.
	 */
	private @Nullable Long silentSince(InstanceState state, Experience experience) {
		Long silentSince = experience.silentSince();
		Long failedAt = experience.failedAt();
		boolean silent = silentSince != null && failedAt != null && !isForgotten(failedAt)
				&& isCutOff(state, experience, failedAt);
		if (state.reachable()) {
			return silent ? silentSince : null;
		}
		return (silent && silentSince != null && silentSince - experience.since() < 0) ? silentSince
				: Long.valueOf(experience.since());
	}

	private boolean isForgotten(long failedAt) {
		return this.knowledge.age(failedAt).compareTo(STALE_AFTER) > 0;
	}

	/**
	 * Return whether the connections that a pool has are dead in all likelihood. A
	 * refused login ends no session; but where nobody answers any more, nobody does on
	 * these.
	 */
	private static boolean isCutOff(InstanceState state, Experience experience, long failedAt) {
		Long answeredAt = answeredAt(state.progress(), experience);
		return !experience.refused() && (answeredAt == null || failedAt - answeredAt > 0);
	}

	private static boolean isOld(@Nullable Duration age) {
		return age == null || age.compareTo(REFRESH_AFTER) > 0;
	}

	private static boolean saysReplica(InstanceState state, Experience experience) {
		Long checked = experience.answeredAt();
		LogProgress progress = state.progress();
		boolean newest = checked != null && (progress == null || checked - progress.sampledAt() > 0);
		return newest && experience.recovery();
	}

	private static InstanceHealth down(Map<String, Object> details, String error) {
		details.put("error", error);
		return new InstanceHealth(Status.DOWN, details);
	}

	private static @Nullable Long answeredAt(@Nullable LogProgress progress, Experience experience) {
		return latest((progress != null) ? progress.sampledAt() : null, experience.answeredAt());
	}

	private static @Nullable Long latest(@Nullable Long one, @Nullable Long other) {
		if (one == null || other == null) {
			return (one != null) ? one : other;
		}
		return (one - other > 0) ? one : other;
	}

	private static Map<String, Object> pool(InstancePool pool) {
		Map<String, Object> numbers = new LinkedHashMap<>();
		numbers.put("active", pool.activeConnections());
		numbers.put("idle", pool.idleConnections());
		numbers.put("waiting", pool.waitingThreads());
		numbers.put("maximum", pool.maximumSize());
		return numbers;
	}

	private static String seconds(Duration duration) {
		return "%d.%d s".formatted(duration.toSeconds(), duration.toMillisPart() / 100);
	}

	/**
	 * Health of one instance.
	 *
	 * @param status up, down, or unknown
	 * @param details what to show
	 */
	record InstanceHealth(Status status, Map<String, Object> details) {
	}

}
