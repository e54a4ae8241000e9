package io.rdsboot.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The instances of a cluster: which one is the writer, in which state each is, and what
 * can be done to them. Thread-safe; one thing is done at a time.
 */
final class ClusterInstances {

	private static final Duration REPLICATION_LIMIT = Duration.ofSeconds(30);

	private final ServerRuntime runtime;

	private final Replication replication;

	private final Function<DatabaseServer, LocalRdsInstance> newInstance;

	/** Readers that were not there to see the last failover. */
	private final Set<LocalRdsInstance> outdated = new HashSet<>();

	private volatile Members members;

	private int lastNumber;

	/**
	 * Starts a writer and its readers.
	 * @param runtime runs the servers
	 * @param replication between them
	 * @param readers number of readers
	 * @param newInstance makes the instance of a server
	 * @param setUp what is done to the writer before there are readers
	 */
	ClusterInstances(ServerRuntime runtime, Replication replication, int readers,
			Function<DatabaseServer, LocalRdsInstance> newInstance, Consumer<DatabaseServer> setUp) {
		this.runtime = runtime;
		this.replication = replication;
		this.newInstance = newInstance;
		DatabaseServer writer = runtime.createWriter(nextName());
		setUp.accept(writer);
		List<String> names = IntStream.range(0, readers).mapToObj((number) -> nextName()).toList();
		this.members = new Members(newInstance.apply(writer),
				inParallel(names, (name) -> newInstance.apply(runtime.createReader(name, writer))));
	}

	private String nextName() {
		this.lastNumber++;
		return "instance-" + this.lastNumber;
	}

	private static <T, R> List<R> inParallel(List<T> items, Function<T, R> function) {
		try {
			return Parallel.map(items, function);
		}
		catch (CompletionException ex) {
			throw (ex.getCause() instanceof LocalRdsException cause) ? cause : ex;
		}
	}

	LocalRdsInstance writer() {
		return this.members.writer();
	}

	List<LocalRdsInstance> readers() {
		return this.members.readers();
	}

	List<LocalRdsInstance> all() {
		Members current = this.members;
		return Stream.concat(Stream.of(current.writer()), current.readers().stream()).toList();
	}

	synchronized LocalRdsInstance failover() {
		LocalRdsInstance target = running(readers())
			.max(Comparator.comparingLong((reader) -> this.replication.receivedBytes(reader.server())))
			.orElseThrow(() -> new IllegalStateException("There is no running reader to promote: " + readers()));
		return failover(target);
	}

	synchronized LocalRdsInstance failover(LocalRdsInstance target) {
		requireReader(target);
		require(target, LocalRdsInstance.State.RUNNING);
		LocalRdsInstance former = writer();
		switch (former.state()) {
			case RUNNING -> stop(former);
			case FROZEN -> former.server().kill();
			default -> this.outdated.add(former);
		}
		this.replication.promote(target.server());
		List<LocalRdsInstance> followers = readers().stream().filter((reader) -> reader != target).toList();
		this.members = new Members(target, Stream.concat(followers.stream(), Stream.of(former)).toList());
		inParallel(followers, this::follow);
		if (former.state() != LocalRdsInstance.State.CRASHED) {
			rebuild(former);
		}
		return target;
	}

	private void stop(LocalRdsInstance former) {
		readers().stream()
			.filter((reader) -> reader.state() == LocalRdsInstance.State.FROZEN)
			.forEach((reader) -> this.replication.disconnect(former.server(), reader.server()));
		former.server().stop();
	}

	private LocalRdsInstance follow(LocalRdsInstance reader) {
		if (reader.state() != LocalRdsInstance.State.RUNNING) {
			synchronized (this.outdated) {
				this.outdated.add(reader);
			}
		}
		else if (!this.replication.follow(reader.server(), writer().server())) {
			reader.server().kill();
			rebuild(reader);
		}
		return reader;
	}

	private void rebuild(LocalRdsInstance reader) {
		reader.server().rebuild(writer().server());
		reader.state(LocalRdsInstance.State.RUNNING);
	}

	synchronized void crash(LocalRdsInstance instance) {
		require(instance, LocalRdsInstance.State.RUNNING, LocalRdsInstance.State.FROZEN);
		instance.server().kill();
		instance.state(LocalRdsInstance.State.CRASHED);
	}

	synchronized void restart(LocalRdsInstance instance) {
		require(instance, LocalRdsInstance.State.CRASHED);
		if (this.outdated.contains(instance)) {
			require(writer(), LocalRdsInstance.State.RUNNING);
			rebuild(instance);
			this.outdated.remove(instance);
		}
		else {
			instance.server().start();
			instance.state(LocalRdsInstance.State.RUNNING);
		}
	}

	synchronized void freeze(LocalRdsInstance instance) {
		require(instance, LocalRdsInstance.State.RUNNING);
		instance.server().freeze();
		instance.state(LocalRdsInstance.State.FROZEN);
	}

	synchronized void thaw(LocalRdsInstance instance) {
		require(instance, LocalRdsInstance.State.FROZEN);
		instance.server().thaw();
		instance.state(LocalRdsInstance.State.RUNNING);
		if (this.outdated.remove(instance)) {
			follow(instance);
		}
	}

	synchronized void pauseReplay(LocalRdsInstance reader) {
		requireReader(reader);
		require(reader, LocalRdsInstance.State.RUNNING);
		this.replication.pause(reader.server());
	}

	synchronized void resumeReplay(LocalRdsInstance reader) {
		requireReader(reader);
		require(reader, LocalRdsInstance.State.RUNNING);
		this.replication.resume(reader.server());
	}

	/**
	 * Starts a server that follows the writer, and is not part of the cluster yet.
	 * @return its instance
	 */
	synchronized LocalRdsInstance createReader() {
		require(writer(), LocalRdsInstance.State.RUNNING);
		return this.newInstance.apply(this.runtime.createReader(nextName(), writer().server()));
	}

	synchronized void add(LocalRdsInstance reader) {
		this.members = new Members(writer(), Stream.concat(readers().stream(), Stream.of(reader)).toList());
	}

	synchronized void remove(LocalRdsInstance reader) {
		requireReader(reader);
		List<LocalRdsInstance> rest = new ArrayList<>(readers());
		rest.remove(reader);
		this.members = new Members(writer(), List.copyOf(rest));
		this.outdated.remove(reader);
		reader.state(LocalRdsInstance.State.REMOVED);
	}

	void awaitReplication() {
		String position = this.replication.writtenPosition(writer().server());
		Deadline deadline = Deadline.after(REPLICATION_LIMIT);
		running(readers()).map(LocalRdsInstance::server)
			.filter((reader) -> !this.replication.isPaused(reader))
			.forEach((reader) -> {
				if (!deadline.await(() -> this.replication.hasReplayed(reader, position))) {
					throw new LocalRdsException("%s has replayed up to %s, and not to the writer's %s, within %s"
						.formatted(reader.name(), this.replication.replayedPosition(reader), position, deadline));
				}
			});
	}

	private static Stream<LocalRdsInstance> running(List<LocalRdsInstance> instances) {
		return instances.stream().filter((instance) -> instance.state() == LocalRdsInstance.State.RUNNING);
	}

	LocalRdsInstance member(LocalRdsInstance instance) {
		if (!all().contains(instance)) {
			throw new IllegalArgumentException(
					"%s is no instance of this cluster, which has %s".formatted(instance, all()));
		}
		return instance;
	}

	private void requireReader(LocalRdsInstance instance) {
		if (member(instance) == writer()) {
			throw new IllegalStateException("%s is the writer, and a reader is needed".formatted(instance));
		}
	}

	private void require(LocalRdsInstance instance, LocalRdsInstance.State... states) {
		if (!List.of(states).contains(member(instance).state())) {
			throw new IllegalStateException(
					"%s is %s, and must be %s for this".formatted(instance.name(), instance.state(), List.of(states)));
		}
	}

	private record Members(LocalRdsInstance writer, List<LocalRdsInstance> readers) {
	}

}
