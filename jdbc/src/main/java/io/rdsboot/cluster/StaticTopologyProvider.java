package io.rdsboot.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * Topology whose instances and roles are configured and never change; whether an instance
 * is reachable follows from what the connection pools experience. Thread-safe.
 */
public final class StaticTopologyProvider implements TopologyProvider, ConnectivityListener {

	private final List<TopologyListener> listeners = new CopyOnWriteArrayList<>();

	private final Object changes = new Object();

	private volatile ClusterTopology topology;

	/**
	 * Create a provider of a fixed cluster.
	 * @param writer the instance that accepts writes
	 * @param readers the instances that accept reads only, may be empty
	 */
	public StaticTopologyProvider(DatabaseInstance writer, List<DatabaseInstance> readers) {
		List<InstanceState> instances = new ArrayList<>();
		instances.add(new InstanceState(writer, InstanceRole.WRITER, true));
		readers.forEach((reader) -> instances.add(new InstanceState(reader, InstanceRole.READER, true)));
		this.topology = ClusterTopology.of(instances);
	}

	@Override
	public ClusterTopology topology() {
		return this.topology;
	}

	@Override
	public void addListener(TopologyListener listener) {
		this.listeners.add(listener);
	}

	@Override
	public boolean watchesProgress() {
		return false;
	}

	@Override
	public void connected(DatabaseInstance instance, @Nullable ServerIdentity server) {
		publish(instance, true);
	}

	@Override
	public void unreachable(DatabaseInstance instance) {
		publish(instance, false);
	}

	private void publish(DatabaseInstance instance, boolean reachable) {
		synchronized (this.changes) {
			ClusterTopology current = ClusterTopology.of(this.topology.instances()
				.stream()
				.map((state) -> state.instance().equals(instance) ? state.withReachable(reachable) : state)
				.toList());
			ClusterTopology previous = this.topology;
			if (!current.equals(previous)) {
				this.topology = current;
				this.listeners.forEach((listener) -> listener.topologyChanged(previous, current));
			}
		}
	}

}
