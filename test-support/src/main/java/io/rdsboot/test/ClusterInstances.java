package io.rdsboot.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.rdsboot.test.process.Deadline;
import io.rdsboot.test.process.LocalRdsException;
import io.rdsboot.test.process.Parallel;
import io.rdsboot.test.server.DatabaseServer;
import io.rdsboot.test.server.Replication;
import io.rdsboot.test.server.ServerAddresses;
import io.rdsboot.test.server.ServerRuntime;

/**
 * What can be done to the instances of a cluster. Thread-safe; one thing is done at a
 * time.
 */
final class ClusterInstances {

	private static final Duration REPLICATION_LIMIT = Duration.ofSeconds(30);

	/**
	 * The longest lag for which new readers replay what was set up, rather than get a
	 * copy of it.
	 */
	private static final Duration SHORT_LAG = Duration.ofMillis(100);

	private final ServerRuntime runtime;

	private final Replication replication;

	private final ServerAddresses addresses;

	private final Function<DatabaseServer, LocalRdsInstance> newInstance;

	private final Runnable changed;

	/** Readers that were not there to see the last failover. */
	private final Set<LocalRdsInstance> outdated = new HashSet<>();

	private final ClusterMembers members;

	private volatile OptionalLong lastPromotion = OptionalLong.empty();

	private Duration replicationLag;

	/** Lags of instances that differ from that of the others. */
	private final Map<LocalRdsInstance, Duration> ownLags = new HashMap<>();

	private int lastNumber;

	/**
	 * Starts a writer and its readers.
	 * @param runtime runs the servers
	 * @param replication between them
	 * @param addresses where they listen
	 * @param readers number of readers
	 * @param replicationLag how long the servers hold back what a writer has committed
	 * @param newInstance makes the instance of a server
	 * @param setUp what is done to the writer before there are readers
	 * @param changed called after an instance came, went or changed its role or state,
	 * and not for those of the start
	 */
	ClusterInstances(ServerRuntime runtime, Replication replication, ServerAddresses addresses, int readers,
			Duration replicationLag, Function<DatabaseServer, LocalRdsInstance> newInstance,
			Consumer<DatabaseServer> setUp, Runnable changed) {
		this.runtime = runtime;
		this.replication = replication;
		this.addresses = addresses;
		this.newInstance = newInstance;
		this.changed = changed;
		this.replicationLag = replicationLag;
		this.lastNumber = 1 + readers;
		DatabaseServer writer = runtime.createWriter(name(1), addresses.of(1));
		setUp.accept(writer);
		List<Integer> numbers = IntStream.rangeClosed(2, this.lastNumber).boxed().toList();
		this.members = new ClusterMembers(newInstance.apply(writer),
				inParallel(numbers, (number) -> newInstance.apply(newFirstReader(number, writer))));
	}

	private DatabaseServer newFirstReader(int number, DatabaseServer writer) {
		if (this.replicationLag.compareTo(SHORT_LAG) > 0) {
			return this.runtime.createReader(name(number), this.addresses.of(number), writer);
		}
		DatabaseServer reader = this.runtime.createFirstReader(name(number), this.addresses.of(number), writer);
		awaitReplay(reader, this.replication.writtenPosition(writer),
				Deadline.after(REPLICATION_LIMIT.plus(this.replicationLag)));
		return reader;
	}

	private LocalRdsInstance newReader(int number, DatabaseServer upstream) {
		return this.newInstance.apply(this.runtime.createReader(name(number), this.addresses.of(number), upstream));
	}

	private static String name(int number) {
		return "instance-" + number;
	}

	private void change(LocalRdsInstance instance, LocalRdsInstance.State state) {
		if (state == LocalRdsInstance.State.RUNNING) {
			// It may not have been there when the lag was changed.
			this.replication.lag(instance.server(), lag(instance));
		}
		instance.state(state);
		this.changed.run();
	}

	private void change(LocalRdsInstance writer, List<LocalRdsInstance> readers) {
		this.members.set(writer, readers);
		this.changed.run();
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
		return this.members.all();
	}

	OptionalLong lastPromotion() {
		return this.lastPromotion;
	}

	synchronized LocalRdsInstance failover() {
		return failover(mostAdvanced());
	}

	private LocalRdsInstance mostAdvanced() {
		return mostAdvanced((reader) -> true);
	}

	/**
	 * Returns the reader that has received most of those that are asked for.
	 */
	synchronized LocalRdsInstance mostAdvanced(Predicate<LocalRdsInstance> among) {
		return this.members.following()
			.filter(among)
			.max(Comparator.comparingLong((reader) -> this.replication.receivedBytes(reader.server())))
			.orElseThrow(() -> new IllegalStateException("There is no running reader to promote: " + readers()));
	}

	synchronized LocalRdsInstance promote() {
		LocalRdsInstance target = mostAdvanced();
		promote(target);
		return target;
	}

	synchronized LocalRdsInstance failover(LocalRdsInstance target) {
		this.members.requireFollowing(target);
		LocalRdsInstance former = writer();
		switch (former.state()) {
			case RUNNING -> stop(former);
			case FROZEN -> former.server().kill();
			default -> this.members.addFormerWriter(former);
		}
		replaceWriter(target);
		if (former.state() != LocalRdsInstance.State.CRASHED) {
			rebuild(former);
		}
		return target;
	}

	synchronized void promote(LocalRdsInstance target) {
		this.members.requireFollowing(target);
		this.members.addFormerWriter(writer());
		replaceWriter(target);
	}

	private void replaceWriter(LocalRdsInstance target) {
		this.replication.promote(target.server());
		this.lastPromotion = OptionalLong.of(System.nanoTime());
		List<LocalRdsInstance> others = readers().stream().filter((reader) -> reader != target).toList();
		change(target, Stream.concat(others.stream(), Stream.of(writer())).toList());
		inParallel(others, this::follow);
	}

	private void stop(LocalRdsInstance former) {
		readers().stream()
			.filter((reader) -> reader.state() == LocalRdsInstance.State.FROZEN)
			.forEach((reader) -> this.replication.disconnect(former.server(), reader.server()));
		former.server().stop();
	}

	private LocalRdsInstance follow(LocalRdsInstance reader) {
		if (this.members.isFormerWriter(reader)) {
			return reader;
		}
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
		change(reader, LocalRdsInstance.State.RUNNING);
	}

	synchronized void crash(LocalRdsInstance instance) {
		this.members.require(instance, LocalRdsInstance.State.RUNNING, LocalRdsInstance.State.FROZEN);
		instance.server().kill();
		change(instance, LocalRdsInstance.State.CRASHED);
	}

	synchronized void restart(LocalRdsInstance instance) {
		this.members.require(instance, LocalRdsInstance.State.CRASHED);
		if (this.outdated.contains(instance) || this.members.isFormerWriter(instance)) {
			bringBack(instance);
		}
		else {
			instance.server().start();
			change(instance, LocalRdsInstance.State.RUNNING);
		}
	}

	private void bringBack(LocalRdsInstance reader) {
		this.members.require(writer(), LocalRdsInstance.State.RUNNING);
		rebuild(reader);
		this.outdated.remove(reader);
		this.members.removeFormerWriter(reader);
	}

	synchronized void freeze(LocalRdsInstance instance) {
		this.members.require(instance, LocalRdsInstance.State.RUNNING);
		instance.server().freeze();
		change(instance, LocalRdsInstance.State.FROZEN);
	}

	synchronized void thaw(LocalRdsInstance instance) {
		this.members.require(instance, LocalRdsInstance.State.FROZEN);
		if (this.members.isFormerWriter(instance)) {
			// Killed first: it would take writes until it learns that it may not.
			instance.server().kill();
			bringBack(instance);
			return;
		}
		instance.server().thaw();
		change(instance, LocalRdsInstance.State.RUNNING);
		if (this.outdated.remove(instance)) {
			follow(instance);
		}
	}

	synchronized void pauseReplay(LocalRdsInstance reader) {
		this.members.requireFollowing(reader);
		this.replication.pause(reader.server(), lag(reader));
	}

	synchronized void resumeReplay(LocalRdsInstance reader) {
		this.members.requireFollowing(reader);
		this.replication.resume(reader.server());
	}

	synchronized void replicationLag(Duration lag) {
		this.replicationLag = lag;
		this.ownLags.clear();
		inParallel(all().stream().filter((instance) -> instance.state() == LocalRdsInstance.State.RUNNING).toList(),
				(instance) -> {
					this.replication.lag(instance.server(), lag);
					return instance;
				});
	}

	/**
	 * Sets the lag of one instance, until that of all is set.
	 */
	synchronized void replicationLag(LocalRdsInstance instance, Duration lag) {
		this.ownLags.put(this.members.member(instance), lag);
		if (instance.state() == LocalRdsInstance.State.RUNNING) {
			this.replication.lag(instance.server(), lag);
		}
	}

	private Duration lag(LocalRdsInstance instance) {
		return this.ownLags.getOrDefault(instance, this.replicationLag);
	}

	/**
	 * Starts a server that follows the writer, and is not part of the cluster yet.
	 * @return its instance
	 */
	synchronized LocalRdsInstance createReader() {
		this.members.require(writer(), LocalRdsInstance.State.RUNNING);
		this.lastNumber++;
		return newReader(this.lastNumber, writer().server());
	}

	synchronized void add(LocalRdsInstance reader) {
		change(writer(), Stream.concat(readers().stream(), Stream.of(reader)).toList());
	}

	synchronized void remove(LocalRdsInstance reader) {
		this.members.requireReader(reader);
		List<LocalRdsInstance> rest = new ArrayList<>(readers());
		rest.remove(reader);
		this.outdated.remove(reader);
		this.members.removeFormerWriter(reader);
		reader.state(LocalRdsInstance.State.REMOVED);
		change(writer(), List.copyOf(rest));
	}

	void awaitReplication() {
		Duration lag;
		synchronized (this) {
			lag = this.ownLags.values().stream().reduce(this.replicationLag, (a, b) -> (a.compareTo(b) > 0) ? a : b);
		}
		String position = this.replication.writtenPosition(writer().server());
		Deadline deadline = Deadline.after(REPLICATION_LIMIT.plus(lag));
		this.members.following()
			.map(LocalRdsInstance::server)
			.filter((reader) -> !this.replication.isPaused(reader))
			.forEach((reader) -> awaitReplay(reader, position, deadline));
	}

	private void awaitReplay(DatabaseServer reader, String position, Deadline deadline) {
		if (!deadline.await(() -> this.replication.hasReplayed(reader, position))) {
			throw new LocalRdsException("%s has replayed up to %s, and not to the writer's %s, within %s"
				.formatted(reader.name(), this.replication.replayedPosition(reader), position, deadline));
		}
	}

	LocalRdsInstance member(LocalRdsInstance instance) {
		return this.members.member(instance);
	}

}
