package io.rdsboot.cluster;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What is known of an instance at the time of a {@link ClusterTopology} snapshot.
 * Immutable.
 *
 * @param instance the instance
 * @param role its role, also while it cannot be reached the last that it was known to
 * have
 * @param reachable whether it answered when it was last asked, or was not asked yet
 * @param progress how far its log is, or {@code null} where that is not known: it was not
 * asked yet, nobody watches, or its address stands for several servers
 * @param server the server that its address leads to, or {@code null} where that is not
 * known
 */
public record InstanceState(DatabaseInstance instance, InstanceRole role, boolean reachable,
		@Nullable LogProgress progress, @Nullable ServerIdentity server) {

	public InstanceState {
		Objects.requireNonNull(instance, "instance");
		Objects.requireNonNull(role, "role");
	}

	/**
	 * Create the state of an instance whose log nobody has sampled.
	 */
	public InstanceState(DatabaseInstance instance, InstanceRole role, boolean reachable) {
		this(instance, role, reachable, null);
	}

	/**
	 * Create the state of an instance whose server is not known.
	 */
	public InstanceState(DatabaseInstance instance, InstanceRole role, boolean reachable,
			@Nullable LogProgress progress) {
		this(instance, role, reachable, progress, null);
	}

	InstanceState withReachable(boolean reachable) {
		return new InstanceState(this.instance, this.role, reachable, this.progress, this.server);
	}

}
