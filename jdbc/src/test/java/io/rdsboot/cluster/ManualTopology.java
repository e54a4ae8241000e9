package io.rdsboot.cluster;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Topology that tests publish.
 */
public final class ManualTopology implements TopologyProvider {

	private final List<TopologyListener> listeners = new CopyOnWriteArrayList<>();

	/**
	 * How often somebody has asked for a look.
	 */
	public final AtomicInteger checks = new AtomicInteger();

	/**
	 * Whether somebody is said to watch how far the instances are.
	 */
	public volatile boolean watchesProgress = true;

	/**
	 * What every instance has told of its limits.
	 */
	public volatile ServerLimits limits = ServerLimits.UNKNOWN;

	private volatile ClusterTopology topology;

	public ManualTopology(InstanceState... instances) {
		this.topology = ClusterTopology.of(List.of(instances));
	}

	public synchronized void publish(InstanceState... instances) {
		ClusterTopology previous = this.topology;
		ClusterTopology current = ClusterTopology.of(List.of(instances));
		this.topology = current;
		this.listeners.forEach((listener) -> listener.topologyChanged(previous, current));
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
	public ServerLimits limits(DatabaseInstance instance) {
		return this.limits;
	}

	@Override
	public boolean watchesProgress() {
		return this.watchesProgress;
	}

	@Override
	public void checkNow() {
		this.checks.incrementAndGet();
	}

}
