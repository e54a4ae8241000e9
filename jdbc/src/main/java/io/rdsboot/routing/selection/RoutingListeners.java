package io.rdsboot.routing.selection;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.rdsboot.cluster.InstanceRole;
import org.jspecify.annotations.Nullable;
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
		tell((listener) -> listener.routed(decision));
	}

	@Override
	public void routed(RoutingDecision decision, long nanos) {
		for (RoutingListener listener : this.listeners) {
			try {
				listener.routed(decision, nanos);
			}
			catch (RuntimeException ex) {
				logOnce(ex);
			}
		}
	}

	@Override
	public void failed(InstanceRole role, SQLException failure) {
		tell((listener) -> listener.failed(role, failure));
	}

	@Override
	public @Nullable Consumer<@Nullable SQLException> waiting(InstanceRole role) {
		List<Consumer<@Nullable SQLException>> ends = new ArrayList<>();
		tell((listener) -> {
			Consumer<@Nullable SQLException> end = listener.waiting(role);
			if (end != null) {
				ends.add(end);
			}
		});
		return ends.isEmpty() ? null : (failure) -> each(ends, (end) -> end.accept(failure));
	}

	private void tell(Consumer<RoutingListener> call) {
		each(List.of(this.listeners), call);
	}

	private <T> void each(List<T> told, Consumer<T> call) {
		for (T one : told) {
			try {
				call.accept(one);
			}
			catch (RuntimeException ex) {
				logOnce(ex);
			}
		}
	}

	private void logOnce(RuntimeException failure) {
		if (this.failureSeen.compareAndSet(false, true)) {
			logger.warn("A listener failed to take note of a routing decision. This is logged once", failure);
		}
	}

}
