package io.rdsboot.actuate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.TopologyListener;
import io.rdsboot.cluster.TopologyProvider;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the last changes of a cluster: of its writer, its instances, and which of
 * them answer. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class ClusterEvents implements TopologyListener {

	/**
	 * Enough for several failovers of a large cluster.
	 */
	private static final int REMEMBERED = 100;

	private final InstantSource clock;

	private final Deque<Event> events = new ArrayDeque<>();

	private @Nullable DatabaseInstance writer;

	private @Nullable Instant writerLostAt;

	/**
	 * Create a memory, which follows the topology from now on.
	 * @param topologyProvider the topology
	 * @param clock the time of day
	 */
	public ClusterEvents(TopologyProvider topologyProvider, InstantSource clock) {
		this.clock = clock;
		this.writer = topologyProvider.topology().writer().map(InstanceState::instance).orElse(null);
		topologyProvider.addListener(this);
	}

	@Override
	public synchronized void topologyChanged(ClusterTopology previous, ClusterTopology current) {
		Instant now = this.clock.instant();
		for (InstanceState before : previous.instances()) {
			if (current.state(before.instance()).isEmpty()) {
				add(now, Kind.REMOVED, before.instance());
			}
		}
		for (InstanceState after : current.instances()) {
			Optional<InstanceState> before = previous.state(after.instance());
			if (before.isEmpty()) {
				add(now, Kind.ADDED, after.instance());
			}
			else if (before.get().reachable() != after.reachable()) {
				add(now, after.reachable() ? Kind.REACHABLE : Kind.UNREACHABLE, after.instance());
			}
		}
		follow(current.writer().orElse(null), now);
	}

	/**
	 * A writer that does not answer keeps its role until another one is known: the time
	 * without a writer begins there.
	 */
	private void follow(@Nullable InstanceState state, Instant now) {
		DatabaseInstance former = this.writer;
		if (state == null || !state.reachable()) {
			if (this.writerLostAt == null && former != null) {
				this.writerLostAt = now;
				add(new Event(now, Kind.WRITER_LOST, former.name(), null, null));
			}
			return;
		}
		boolean changed = !state.instance().equals(former);
		if (changed || this.writerLostAt != null) {
			Duration took = (this.writerLostAt != null) ? Duration.between(this.writerLostAt, now) : null;
			add(new Event(now, Kind.WRITER, state.instance().name(), (changed && former != null) ? former.name() : null,
					took));
		}
		this.writer = state.instance();
		this.writerLostAt = null;
	}

	/**
	 * Add what an operator did to a reader.
	 */
	synchronized void operated(Kind kind, DatabaseInstance instance) {
		add(this.clock.instant(), kind, instance);
	}

	private void add(Instant at, Kind kind, DatabaseInstance instance) {
		add(new Event(at, kind, instance.name(), null, null));
	}

	private void add(Event event) {
		this.events.addFirst(event);
		if (this.events.size() > REMEMBERED) {
			this.events.removeLast();
		}
	}

	/**
	 * Return the events, the latest first.
	 */
	synchronized List<Event> events() {
		return List.copyOf(this.events);
	}

	/**
	 * What happened.
	 */
	public enum Kind {

		/** The instance is the writer, now or again. */
		WRITER,

		/** The instance is the writer no longer, or does not answer, and no other is. */
		WRITER_LOST,

		/** The instance does not answer. */
		UNREACHABLE,

		/** The instance answers again. */
		REACHABLE,

		/** The instance has joined the cluster. */
		ADDED,

		/** The instance has left the cluster. */
		REMOVED,

		/** An operator has suspended the reader. */
		SUSPENDED,

		/** An operator has resumed the reader. */
		RESUMED

	}

	/**
	 * A change.
	 *
	 * @param at when it was noticed
	 * @param kind what happened
	 * @param instance name of the instance that it happened to
	 * @param former name of the writer before, or {@code null} if there was none or it is
	 * the same
	 * @param took how long there was no writer that answered, or {@code null} if there
	 * always was one
	 */
	public record Event(Instant at, Kind kind, String instance, @Nullable String former, @Nullable Duration took) {

	}

}
