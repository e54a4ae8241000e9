package io.rdsboot.move.cutover;

import java.sql.SQLException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.rdsboot.move.state.MoveState;
import org.apiguardian.api.API;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles switches that whoever began them has left unfinished, one at a time on a thread
 * of its own. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class UnfinishedSwitches implements Consumer<MoveState>, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(UnfinishedSwitches.class);

	private final SwitchRecovery recovery;

	private final AtomicBoolean settling = new AtomicBoolean();

	private final ThreadPoolExecutor thread = new ThreadPoolExecutor(0, 1, 10, TimeUnit.SECONDS,
			new LinkedBlockingQueue<>(), (task) -> {
				Thread thread = new Thread(task, "rds-move-recovery");
				thread.setDaemon(true);
				return thread;
			});

	public UnfinishedSwitches(SwitchRecovery recovery) {
		this.recovery = recovery;
	}

	@Override
	public void accept(MoveState state) {
		if (!this.thread.isShutdown() && this.settling.compareAndSet(false, true)) {
			this.thread.execute(() -> settle(state));
		}
	}

	private void settle(MoveState state) {
		try {
			this.recovery.settle(state.side(), state.epoch());
		}
		catch (SQLException | RuntimeException ex) {
			logger.warn("The switch of writes from the {}, which {} began, could not be settled yet: {}", state.side(),
					state.coordinator(), ex.getMessage());
		}
		finally {
			this.settling.set(false);
		}
	}

	@Override
	public void close() {
		this.thread.shutdownNow();
	}

}
