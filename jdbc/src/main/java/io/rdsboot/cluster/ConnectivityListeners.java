package io.rdsboot.cluster;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells several listeners. One that fails costs nobody a connection, and the others hear
 * all the same. Thread-safe.
 */
final class ConnectivityListeners implements ConnectivityListener {

	private static final Logger logger = LoggerFactory.getLogger(ConnectivityListeners.class);

	private final List<ConnectivityListener> listeners;

	private final AtomicBoolean failureSeen = new AtomicBoolean();

	ConnectivityListeners(List<ConnectivityListener> listeners) {
		this.listeners = List.copyOf(listeners);
	}

	@Override
	public void connected(DatabaseInstance instance, @Nullable ServerIdentity server) {
		tell((listener) -> listener.connected(instance, server));
	}

	@Override
	public void unreachable(DatabaseInstance instance) {
		tell((listener) -> listener.unreachable(instance));
	}

	@Override
	public void failed(DatabaseInstance instance, SQLException failure) {
		tell((listener) -> listener.failed(instance, failure));
	}

	@Override
	public void loginRefused(DatabaseInstance instance, int refusals, boolean recovered) {
		tell((listener) -> listener.loginRefused(instance, refusals, recovered));
	}

	@Override
	public void statementFailed(DatabaseInstance instance, SQLException failure) {
		tell((listener) -> listener.statementFailed(instance, failure));
	}

	private void tell(Consumer<ConnectivityListener> call) {
		for (ConnectivityListener listener : this.listeners) {
			try {
				call.accept(listener);
			}
			catch (RuntimeException ex) {
				if (this.failureSeen.compareAndSet(false, true)) {
					logger.warn("A listener failed to take note of a connection. This is logged once", ex);
				}
			}
		}
	}

}
