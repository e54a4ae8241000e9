package io.rdsboot.move.cutover;

import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;
import io.rdsboot.move.state.MovePhase;
import io.rdsboot.move.state.MoveState;
import io.rdsboot.move.state.StateTables;
import org.apiguardian.api.API;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.support.JdbcUtils;

/**
 * Looks every second for switches that whoever began them has left unfinished, and
 * settles them. Each instance of the service has one. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class SwitchSupervisor implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SwitchSupervisor.class);

	private static final Set<MovePhase> UNFINISHED = EnumSet.of(MovePhase.PREPARING, MovePhase.PAUSED,
			MovePhase.HANDED_OVER);

	private static final Duration INTERVAL = Duration.ofSeconds(1);

	private static final Duration LIMIT = Duration.ofSeconds(10);

	private static final int SHUTDOWN_SECONDS = 10;

	private final MoveDatabase source;

	private final MoveDatabase target;

	private final SwitchRecovery recovery;

	private final Map<MoveDatabase, MoveSession> open = new HashMap<>();

	private final CountDownLatch closing = new CountDownLatch(1);

	private final Thread thread;

	private boolean failureTold;

	public SwitchSupervisor(MoveDatabase source, MoveDatabase target) {
		this.source = source;
		this.target = target;
		this.recovery = new SwitchRecovery(source, target, LIMIT);
		this.thread = new Thread(this::run, "rds-move-supervisor");
		this.thread.setDaemon(true);
	}

	/**
	 * Begin to look.
	 */
	public void start() {
		this.thread.start();
	}

	private void run() {
		try {
			while (!this.closing.await(INTERVAL.toNanos(), TimeUnit.NANOSECONDS)) {
				look(this.source);
				look(this.target);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			List.copyOf(this.open.keySet()).forEach(this::forget);
		}
	}

	/**
	 * A side that does not answer is told of by whoever needs it.
	 */
	private void look(MoveDatabase database) {
		try {
			StateTables tables = new StateTables(session(database));
			MoveState state = tables.exist() ? tables.read() : null;
			if (state != null && state.overdue() && UNFINISHED.contains(state.phase())) {
				settle(state);
			}
		}
		catch (SQLException ex) {
			logger.debug("The state of the {} cannot be read", database, ex);
			forget(database);
		}
	}

	private MoveSession session(MoveDatabase database) throws SQLException {
		MoveSession session = this.open.get(database);
		if (session == null) {
			session = MoveSession.open(database, LIMIT);
			this.open.put(database, session);
		}
		return session;
	}

	private void forget(MoveDatabase database) {
		MoveSession session = this.open.remove(database);
		if (session != null) {
			JdbcUtils.closeConnection(session.connection());
		}
	}

	private void settle(MoveState state) {
		try {
			this.recovery.settle(state.side(), state.epoch());
			this.failureTold = false;
		}
		catch (SQLException | RuntimeException ex) {
			if (!this.failureTold) {
				this.failureTold = true;
				logger.warn("The switch of writes from the {}, which {} began, could not be settled yet: {}",
						state.side(), state.coordinator(), ex.getMessage());
			}
		}
	}

	@Override
	public void close() {
		this.closing.countDown();
		this.thread.interrupt();
		try {
			this.thread.join(TimeUnit.SECONDS.toMillis(SHUTDOWN_SECONDS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
