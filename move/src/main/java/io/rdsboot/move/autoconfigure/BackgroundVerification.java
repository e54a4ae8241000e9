package io.rdsboot.move.autoconfigure;

import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import io.rdsboot.move.control.DatabaseMove;
import org.jspecify.annotations.Nullable;

/**
 * Compares both sides on a thread of its own, because that takes longer than a client of
 * the endpoint waits. Thread-safe.
 */
class BackgroundVerification implements AutoCloseable {

	private final DatabaseMove move;

	private final AtomicBoolean running = new AtomicBoolean();

	private volatile @Nullable Object outcome;

	BackgroundVerification(DatabaseMove move) {
		this.move = move;
	}

	/**
	 * Begin, if no comparison runs.
	 * @return how far it is
	 * @throws io.rdsboot.move.control.MoveRefusedException if the sides cannot be
	 * compared
	 */
	Object start() {
		this.move.requireVerifiable();
		if (this.running.compareAndSet(false, true)) {
			this.outcome = null;
			Thread thread = new Thread(this::verify, "rds-move-verification");
			thread.setDaemon(true);
			thread.start();
		}
		return state();
	}

	private void verify() {
		try {
			this.outcome = this.move.verify();
		}
		catch (SQLException | RuntimeException ex) {
			this.outcome = Map.of("error", String.valueOf(ex.getMessage()));
		}
		finally {
			this.running.set(false);
		}
	}

	/**
	 * Return what the last comparison has found, or how far it is.
	 */
	Object state() {
		Object found = this.outcome;
		return (found != null) ? found : this.move.verification().progress();
	}

	@Override
	public void close() {
		this.move.verification().cancel();
	}

}
