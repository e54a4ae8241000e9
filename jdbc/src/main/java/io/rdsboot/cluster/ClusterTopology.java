package io.rdsboot.cluster;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Immutable snapshot of a cluster: every known instance with its state, in the order of
 * configuration or discovery. Two snapshots are equal when they say the same.
 */
public final class ClusterTopology {

	private final List<InstanceState> instances;

	private ClusterTopology(List<InstanceState> instances) {
		this.instances = instances;
	}

	/**
	 * Create a snapshot.
	 * @param instances the state of each instance
	 * @return the snapshot
	 * @throws IllegalArgumentException if an instance's name stands there twice, or more
	 * than one instance is the writer
	 */
	public static ClusterTopology of(Collection<InstanceState> instances) {
		if (instances.stream().map((state) -> state.instance().name()).distinct().count() < instances.size()) {
			throw new IllegalArgumentException("An instance stands twice in " + instances);
		}
		if (instances.stream().filter((state) -> state.role() == InstanceRole.WRITER).count() > 1) {
			throw new IllegalArgumentException("More than one instance is the writer in " + instances);
		}
		return new ClusterTopology(List.copyOf(instances));
	}

	/**
	 * Return the state of every known instance.
	 */
	public List<InstanceState> instances() {
		return this.instances;
	}

	/**
	 * Return the instance that accepts writes, or empty while none is known.
	 */
	public Optional<InstanceState> writer() {
		return this.instances.stream().filter((state) -> state.role() == InstanceRole.WRITER).findFirst();
	}

	/**
	 * Return the instances that replay the writer's log, reachable or not.
	 */
	public List<InstanceState> readers() {
		return this.instances.stream().filter((state) -> state.role() == InstanceRole.READER).toList();
	}

	/**
	 * Return what is known of an instance, or empty if it is not one of the cluster's.
	 */
	public Optional<InstanceState> state(DatabaseInstance instance) {
		return this.instances.stream().filter((state) -> state.instance().equals(instance)).findFirst();
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof ClusterTopology that && this.instances.equals(that.instances);
	}

	@Override
	public int hashCode() {
		return this.instances.hashCode();
	}

	@Override
	public String toString() {
		return this.instances.toString();
	}

}
