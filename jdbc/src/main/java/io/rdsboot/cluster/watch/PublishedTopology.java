package io.rdsboot.cluster.watch;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.TopologyListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Topology as it was last published, and its listeners. Thread-safe; topologies are
 * published by one thread at a time.
 */
final class PublishedTopology {

	private static final Logger logger = LoggerFactory.getLogger(TopologyMonitor.class);

	private final List<TopologyListener> listeners = new CopyOnWriteArrayList<>();

	private final Runnable writerChanged;

	private volatile ClusterTopology current;

	/**
	 * Create it, with no listener.
	 * @param writerChanged called after the listeners when there is another writer that
	 * can be reached, or none; must not block
	 */
	PublishedTopology(ClusterTopology initial, Runnable writerChanged) {
		this.current = initial;
		this.writerChanged = writerChanged;
	}

	ClusterTopology current() {
		return this.current;
	}

	void addListener(TopologyListener listener) {
		this.listeners.add(listener);
	}

	/**
	 * Publish a topology, one that differs from the current one. A listener that fails
	 * keeps no other from being called.
	 */
	void publish(ClusterTopology next) {
		ClusterTopology previous = this.current;
		this.current = next;
		for (TopologyListener listener : this.listeners) {
			try {
				listener.topologyChanged(previous, next);
			}
			catch (RuntimeException ex) {
				logger.warn("A listener failed to take note of a change in the cluster", ex);
			}
		}
		if (!writer(previous).equals(writer(next))) {
			this.writerChanged.run();
		}
	}

	/**
	 * Return whether there is a writer that can be reached.
	 */
	boolean hasWriter() {
		return writer(this.current).isPresent();
	}

	private static Optional<DatabaseInstance> writer(ClusterTopology topology) {
		return topology.writer().filter(InstanceState::reachable).map(InstanceState::instance);
	}

}
