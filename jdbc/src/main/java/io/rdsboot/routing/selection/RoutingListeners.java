package io.rdsboot.routing.selection;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells several listeners of each decision. One that fails costs the borrower nothing,
 * least of all the connection that he has borrowed. Thread-safe.
 */
final class RoutingListeners implements RoutingListener {

	private static final Logger logger = LoggerFactory.getLogger(RoutingListeners.class);

	private final RoutingListener[] listeners;

	private final AtomicBoolean failureSeen = new AtomicBoolean();

	RoutingListeners(List<RoutingListener> listeners) {
		this.listeners = listeners.toArray(RoutingListener[]::new);
	}

	@Override
	public void routed(RoutingDecision decision) {
		for (RoutingListener listener : this.listeners) {
			try {
				listener.routed(decision);
			}
			catch (RuntimeException ex) {
				if (this.failureSeen.compareAndSet(false, true)) {
					logger.warn("A listener failed to take note of a routing decision. This is logged once", ex);
				}
			}
		}
	}

}
