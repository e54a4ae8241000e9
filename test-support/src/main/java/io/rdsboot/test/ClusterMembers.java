package io.rdsboot.test;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Which instances a cluster has, and which of them is the writer; refuses instances that
 * are not fit for what is asked of them. Thread-safe.
 */
final class ClusterMembers {

	/** Former writers whose log has gone its own way, until they come back. */
	private final Set<LocalRdsInstance> formerWriters = ConcurrentHashMap.newKeySet();

	private volatile Roles roles;

	ClusterMembers(LocalRdsInstance writer, List<LocalRdsInstance> readers) {
		this.roles = new Roles(writer, readers);
	}

	void set(LocalRdsInstance writer, List<LocalRdsInstance> readers) {
		this.roles = new Roles(writer, readers);
	}

	LocalRdsInstance writer() {
		return this.roles.writer();
	}

	List<LocalRdsInstance> readers() {
		return this.roles.readers();
	}

	List<LocalRdsInstance> all() {
		Roles current = this.roles;
		return Stream.concat(Stream.of(current.writer()), current.readers().stream()).toList();
	}

	/**
	 * The readers that run and follow the writer.
	 */
	Stream<LocalRdsInstance> following() {
		return readers().stream()
			.filter((reader) -> reader.state() == LocalRdsInstance.State.RUNNING)
			.filter((reader) -> !isFormerWriter(reader));
	}

	/**
	 * Takes note that another instance was promoted over the writer.
	 */
	void addFormerWriter(LocalRdsInstance writer) {
		this.formerWriters.add(writer);
	}

	boolean isFormerWriter(LocalRdsInstance instance) {
		return this.formerWriters.contains(instance);
	}

	/**
	 * Takes note that a former writer has come back as a reader, or is gone.
	 */
	void removeFormerWriter(LocalRdsInstance instance) {
		this.formerWriters.remove(instance);
	}

	/**
	 * Returns an instance, if it is one of the cluster.
	 */
	LocalRdsInstance member(LocalRdsInstance instance) {
		if (!all().contains(instance)) {
			throw new IllegalArgumentException(
					"%s is no instance of this cluster, which has %s".formatted(instance, all()));
		}
		return instance;
	}

	void requireReader(LocalRdsInstance instance) {
		if (member(instance) == writer()) {
			throw new IllegalStateException("%s is the writer, and a reader is needed".formatted(instance));
		}
	}

	void requireFollowing(LocalRdsInstance instance) {
		requireReader(instance);
		require(instance, LocalRdsInstance.State.RUNNING);
		if (isFormerWriter(instance)) {
			throw new IllegalStateException(
					"%s takes writes still, because another instance was promoted without it: crash and restart it first"
						.formatted(instance.name()));
		}
	}

	void require(LocalRdsInstance instance, LocalRdsInstance.State... states) {
		if (!List.of(states).contains(member(instance).state())) {
			throw new IllegalStateException(
					"%s is %s, and must be %s for this".formatted(instance.name(), instance.state(), List.of(states)));
		}
	}

	private record Roles(LocalRdsInstance writer, List<LocalRdsInstance> readers) {
	}

}
