package io.rdsboot.cluster.watch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.rdsboot.cluster.DatabaseInstance;

/**
 * Looks up the host names of instances now and then, and tells when one resolves to other
 * IP addresses than before. That costs no login, and the database does not notice. On a
 * thread of its own, because a look-up may take long while a name server is down. How
 * soon a change is seen depends on how long the JVM remembers names. Thread-safe.
 */
final class HostNameWatch implements AutoCloseable {

	private final Resolver resolver;

	private final Consumer<DatabaseInstance> moved;

	private final ScheduledThreadPoolExecutor executor;

	/**
	 * What each one's name resolved to; used by the thread alone.
	 */
	private final Map<DatabaseInstance, Set<InetAddress>> known = new HashMap<>();

	private volatile Set<DatabaseInstance> instances = Set.of();

	/**
	 * Create a watch, which begins with {@link #start}.
	 * @param resolver resolves a name
	 * @param moved told of an instance whose name resolves to none of the addresses that
	 * it resolved to before
	 */
	HostNameWatch(Resolver resolver, Consumer<DatabaseInstance> moved) {
		this.resolver = resolver;
		this.moved = moved;
		this.executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "rds-host-names");
			thread.setDaemon(true);
			return thread;
		});
		this.executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
	}

	void start(Duration interval) {
		ScheduledFuture<?> unused = this.executor.scheduleWithFixedDelay(this::look, 0, interval.toNanos(),
				TimeUnit.NANOSECONDS);
	}

	/**
	 * Set whose names are looked up. A number resolves to itself, and never moves.
	 */
	void instances(Set<DatabaseInstance> present) {
		this.instances = Set.copyOf(present);
	}

	/**
	 * Look all names up.
	 */
	void look() {
		Set<DatabaseInstance> present = this.instances;
		this.known.keySet().retainAll(present);
		for (DatabaseInstance instance : present) {
			try {
				Set<InetAddress> now = this.resolver.resolve(instance.address().host());
				Set<InetAddress> before = this.known.put(instance, now);
				if (before != null && Collections.disjoint(before, now)) {
					this.moved.accept(instance);
				}
			}
			catch (UnknownHostException ex) {
				// Connections that are open go on, and new ones tell that they fail.
			}
		}
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

	/**
	 * Resolves host names.
	 */
	@FunctionalInterface
	interface Resolver {

		/**
		 * The JVM's own.
		 */
		Resolver JVM = (host) -> Set.copyOf(List.of(InetAddress.getAllByName(host)));

		Set<InetAddress> resolve(String host) throws UnknownHostException;

	}

}
