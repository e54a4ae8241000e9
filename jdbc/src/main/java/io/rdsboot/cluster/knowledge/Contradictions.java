package io.rdsboot.cluster.knowledge;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.poll.Observation;
import io.rdsboot.cluster.poll.SessionIdentity;
import org.jspecify.annotations.Nullable;

/**
 * Pairs of servers whose answers contradict each other, from the first sight until both
 * have said the same again over new connections. Nobody is told to stop or rebuild a
 * server on less: a first answer can be out of date, or come from another server than the
 * next one at that address. Not thread-safe.
 */
final class Contradictions {

	/**
	 * Shortest time between the two looks, in which an orderly change of roles ends.
	 */
	static final Duration SECOND_LOOK_AFTER = Duration.ofSeconds(1);

	private final Map<WatchedInstance, Contradiction> open = new HashMap<>();

	/**
	 * Take note that the newest answers of two instances contradict each other.
	 * @param instance the instance that is in doubt
	 * @param other the instance that it is measured by
	 * @return whether both have said so twice
	 */
	boolean seen(WatchedInstance instance, WatchedInstance other) {
		Contradiction known = this.open.get(instance);
		if (known == null || known.other != other) {
			known = Contradiction.between(instance, other);
			if (known != null) {
				this.open.put(instance, known);
			}
			return false;
		}
		known.confirmed = known.confirmed
				|| (known.isSecondAnswer(instance, known.session) && known.isSecondAnswer(other, known.otherSession));
		return known.confirmed;
	}

	/**
	 * Take note that nothing, or no longer anything, is contradicted by an instance.
	 */
	void ended(WatchedInstance instance) {
		this.open.remove(instance);
	}

	/**
	 * Forget what concerns instances that are gone.
	 */
	void retain(Set<WatchedInstance> present) {
		this.open.keySet().retainAll(present);
	}

	/**
	 * Return the instances that have not yet been asked over a new connection.
	 */
	Set<DatabaseInstance> toAskAnew() {
		Set<DatabaseInstance> instances = new HashSet<>();
		this.open.forEach((instance, contradiction) -> {
			if (instance.session() == contradiction.session) {
				instances.add(instance.instance());
			}
			if (contradiction.other.session() == contradiction.otherSession) {
				instances.add(contradiction.other.instance());
			}
		});
		return instances;
	}

	/**
	 * One pair, with the connections over which it was seen first.
	 */
	private static final class Contradiction {

		private final WatchedInstance other;

		private final SessionIdentity session;

		private final SessionIdentity otherSession;

		private final long since;

		private boolean confirmed;

		private Contradiction(WatchedInstance other, SessionIdentity session, SessionIdentity otherSession,
				long since) {
			this.other = other;
			this.session = session;
			this.otherSession = otherSession;
			this.since = since;
		}

		/**
		 * Return what begins now, or {@code null} if one of the two has not answered yet.
		 */
		static @Nullable Contradiction between(WatchedInstance instance, WatchedInstance other) {
			Observation answer = instance.answer();
			Observation others = other.answer();
			if (answer == null || others == null) {
				return null;
			}
			long since = (answer.askedAt() - others.askedAt() > 0) ? answer.askedAt() : others.askedAt();
			return new Contradiction(other, answer.session(), others.session(), since);
		}

		boolean isSecondAnswer(WatchedInstance instance, SessionIdentity first) {
			Observation answer = instance.presentAnswer();
			return answer != null && answer.session() != first
					&& answer.askedAt() - this.since >= SECOND_LOOK_AFTER.toNanos();
		}

	}

}
