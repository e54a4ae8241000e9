package io.rdsboot.cluster.discovery;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstancePlacement;
import io.rdsboot.cluster.InstancePlacements;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.cluster.discovery.PlacementSource.PlacedInstance;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out in the background where the application and its instances are. Nobody waits
 * for it: what is not known yet is as if there were no zones. Thread-safe.
 * <p>
 * Custom endpoints are asked for at an interval, because their members change. Zones do
 * not change, and are asked for when a reader is new, and otherwise every 10 minutes.
 */
public final class PlacementMonitor implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(PlacementMonitor.class);

	private static final Duration SELDOM = Duration.ofMinutes(10);

	private static final int ATTEMPTS_AT_OWN_ZONE = 3;

	private final InstancePlacement configured;

	private final InstancePlacements placements;

	private final OwnZone ownZone;

	private final @Nullable PlacementSource source;

	private final Duration interval;

	private final LongSupplier nanoTime;

	private final ScheduledThreadPoolExecutor executor;

	private final Lookup instances = new Lookup("The zones of the instances");

	private final Lookup endpoints = new Lookup("The members of custom endpoints");

	private Set<InstanceAddress> asked = Set.of();

	private @Nullable Long askedAt;

	private int attemptsLeft = ATTEMPTS_AT_OWN_ZONE;

	private volatile Map<InstanceAddress, List<PlacedInstance>> members = Map.of();

	/**
	 * Create a monitor, which begins with {@link #start}.
	 * @param placements where to tell what is found; what it has at first is configured,
	 * and wins
	 * @param ownZone asked for the application's own zone where none is configured
	 * @param source asked for the instances, or {@code null} if nobody can be asked
	 * @param interval how often custom endpoints are asked for
	 * @param nanoTime the clock, in nanoseconds
	 */
	public PlacementMonitor(InstancePlacements placements, OwnZone ownZone, @Nullable PlacementSource source,
			Duration interval, LongSupplier nanoTime) {
		this.configured = placements.current();
		this.placements = placements;
		this.ownZone = ownZone;
		this.source = source;
		this.interval = interval;
		this.nanoTime = nanoTime;
		this.executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "rds-placement");
			thread.setDaemon(true);
			return thread;
		});
	}

	/**
	 * Return the placements that this tells what it finds.
	 */
	public InstancePlacements placements() {
		return this.placements;
	}

	/**
	 * Return the members of custom endpoints by their addresses, as far as they are
	 * known, without waiting for anything.
	 */
	public Map<InstanceAddress, List<PlacedInstance>> members() {
		return this.members;
	}

	/**
	 * Begin to look, where there is anything to find out.
	 * @param topology the instances whose zones are to be known
	 */
	public void start(TopologyProvider topology) {
		if (this.configured.ownZone() != null || this.ownZone.canBeAsked() || hasEndpoints()) {
			ScheduledFuture<?> unused = this.executor.scheduleWithFixedDelay(() -> look(topology), 0,
					this.interval.toNanos(), TimeUnit.NANOSECONDS);
		}
	}

	private boolean hasEndpoints() {
		return this.source != null && this.source.hasEndpoints();
	}

	private void look(TopologyProvider topology) {
		try {
			findOwnZone();
			boolean zones = this.placements.current().ownZone() != null;
			if (this.source == null || !(zones || this.source.hasEndpoints())) {
				if (this.attemptsLeft == 0 || zones) {
					this.executor.shutdown();
				}
				return;
			}
			if (this.source.hasEndpoints() || isDue(topology)) {
				ask(this.source, topology);
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Where the instances are cannot be found out now", ex);
		}
	}

	private void findOwnZone() {
		if (this.placements.current().ownZone() != null || !this.ownZone.canBeAsked() || this.attemptsLeft == 0) {
			this.attemptsLeft = 0;
			return;
		}
		this.attemptsLeft--;
		try {
			String found = this.ownZone.find();
			this.attemptsLeft = 0;
			this.placements.update((present) -> present.withOwnZone(found));
			logger.info("The application is in zone {}, and readers in this zone are preferred", found);
		}
		catch (IOException ex) {
			if (this.attemptsLeft == 0) {
				logger.info("The application's zone cannot be found out, and readers of all zones are used alike: {}. "
						+ "Set rds.routing.zone.name, or rds.routing.zone.enabled to false", ex.getMessage());
			}
		}
	}

	private boolean isDue(TopologyProvider topology) {
		Set<InstanceAddress> wanted = wanted(topology);
		return !wanted.isEmpty() && (this.askedAt == null || !this.asked.containsAll(wanted)
				|| this.nanoTime.getAsLong() - this.askedAt >= SELDOM.toNanos());
	}

	/**
	 * Return the readers whose zones are not configured.
	 */
	private Set<InstanceAddress> wanted(TopologyProvider topology) {
		return topology.topology()
			.readers()
			.stream()
			.map(InstanceState::instance)
			.filter((reader) -> reader.fixedRole() == null && this.configured.zone(reader) == null)
			.map(DatabaseInstance::address)
			.collect(Collectors.toSet());
	}

	private void ask(PlacementSource source, TopologyProvider topology) {
		this.asked = wanted(topology);
		this.askedAt = this.nanoTime.getAsLong();
		List<PlacedInstance> found = this.instances.ask(source::instances);
		if (found == null) {
			return;
		}
		if (source.hasEndpoints()) {
			Map<InstanceAddress, List<PlacedInstance>> ofEndpoints = this.endpoints.ask(() -> source.endpoints(found));
			this.members = (ofEndpoints != null) ? ofEndpoints : this.members;
		}
		this.placements.update((present) -> placement(present, found));
	}

	private InstancePlacement placement(InstancePlacement present, List<PlacedInstance> found) {
		Map<InstanceAddress, String> zones = new HashMap<>();
		for (PlacedInstance instance : found) {
			if (instance.zone() != null) {
				zones.put(instance.address(), instance.zone());
			}
		}
		zones.putAll(this.configured.zones());
		Map<String, Set<InstanceAddress>> groups = new HashMap<>();
		this.configured.groups().forEach((name, addresses) -> groups.put(name, withMembers(addresses)));
		return new InstancePlacement(present.ownZone(), zones, groups, present.without());
	}

	private Set<InstanceAddress> withMembers(Set<InstanceAddress> addresses) {
		Set<InstanceAddress> all = new HashSet<>(addresses);
		for (InstanceAddress address : addresses) {
			this.members.getOrDefault(address, List.of()).forEach((member) -> all.add(member.address()));
		}
		return all;
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

	/**
	 * Tells in which availability zone the application itself is.
	 */
	public interface OwnZone {

		/**
		 * Return whether there is anybody to ask. Returns at once, without a request.
		 */
		boolean canBeAsked();

		/**
		 * Return the name of the zone.
		 * @throws IOException if it cannot be found out now
		 */
		String find() throws IOException;

		/**
		 * Return one that nobody can be asked for.
		 */
		static OwnZone unknown() {
			return new OwnZone() {

				@Override
				public boolean canBeAsked() {
					return false;
				}

				@Override
				public String find() throws IOException {
					throw new IOException("Nobody can be asked");
				}

			};
		}

	}

	/**
	 * What is asked for again and again, with a message when it fails for the first time,
	 * and when it succeeds again.
	 */
	private static final class Lookup {

		private final String what;

		private boolean failing;

		Lookup(String what) {
			this.what = what;
		}

		<T> @Nullable T ask(Question<T> question) {
			try {
				T answer = question.ask();
				if (this.failing) {
					this.failing = false;
					logger.info("{} can be asked for again", this.what);
				}
				return answer;
			}
			catch (DiscoveryException | RuntimeException ex) {
				if (!this.failing) {
					this.failing = true;
					logger.info("{} cannot be asked for now, and what is known of them stays: {}", this.what,
							ex.getMessage());
					logger.debug("Why they cannot be asked for", ex);
				}
				return null;
			}
		}

	}

	/**
	 * Something to ask.
	 */
	@FunctionalInterface
	private interface Question<T> {

		T ask() throws DiscoveryException;

	}

}
