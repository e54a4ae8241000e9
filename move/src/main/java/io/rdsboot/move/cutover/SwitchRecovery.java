package io.rdsboot.move.cutover;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;
import io.rdsboot.move.Side;
import io.rdsboot.move.replication.ReplicationLink;
import io.rdsboot.move.state.MovePhase;
import io.rdsboot.move.state.MoveState;
import io.rdsboot.move.state.StateTables;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles a switch that has not come to its end, whoever began it: takes it back as long
 * as the other side cannot have opened, and completes it once it has. Thread-safe, and
 * safe beside other processes: rows of both databases are locked, and whoever began the
 * switch finds its transaction refused.
 */
@API(status = API.Status.INTERNAL)
public final class SwitchRecovery {

	private static final Logger logger = LoggerFactory.getLogger(SwitchRecovery.class);

	/**
	 * How much longer a statement may take than it may wait for a lock.
	 */
	private static final Duration MARGIN = Duration.ofSeconds(2);

	private final MoveDatabase source;

	private final MoveDatabase target;

	private final Duration lockTimeout;

	/**
	 * Create it.
	 * @param lockTimeout how long to wait for what others have locked
	 */
	public SwitchRecovery(MoveDatabase source, MoveDatabase target, Duration lockTimeout) {
		this.source = source;
		this.target = target;
		this.lockTimeout = lockTimeout;
	}

	/**
	 * Settle the switch of an epoch.
	 * @param from the side that was written to
	 * @param epoch the epoch of that side
	 * @return the side that is written to from now on, or {@code null} if that side is in
	 * another epoch by now
	 */
	public @Nullable Side settle(Side from, long epoch) throws SQLException {
		try (MoveSession session = open(from)) {
			MoveState state = Objects.requireNonNull(new StateTables(session).read());
			if (state.epoch() != epoch) {
				return null;
			}
			if (state.phase() == MovePhase.HANDED_OVER && !refuseToOpen(from.other(), epoch)) {
				complete(from);
				return from.other();
			}
			return takeBack(session, state) ? from : null;
		}
	}

	/**
	 * Return the side that is written to, or {@code null} while that is being decided.
	 */
	@Nullable Side writer() throws SQLException {
		for (Side side : Side.values()) {
			try (MoveSession session = open(side)) {
				MoveState state = new StateTables(session).read();
				if (state != null && state.phase().isWritable()) {
					return side;
				}
			}
		}
		return null;
	}

	/**
	 * Keep a side from opening in an epoch, if it has not opened yet. Waits for whoever
	 * is about to.
	 * @return whether it stays closed
	 */
	private boolean refuseToOpen(Side side, long epoch) throws SQLException {
		AtomicBoolean refused = new AtomicBoolean();
		try (MoveSession session = open(side)) {
			session.transaction(() -> {
				StateTables tables = new StateTables(session);
				tables.setLockTimeout(this.lockTimeout);
				MoveState state = Objects.requireNonNull(tables.lock());
				refused.set(!state.phase().isAuthority()
						&& (state.epoch() >= epoch || tables.change(state, MovePhase.CLOSED, epoch, null, null)));
			});
		}
		return refused.get();
	}

	private boolean takeBack(MoveSession session, MoveState state) throws SQLException {
		if (state.phase() == MovePhase.OPEN || state.phase() == MovePhase.CLOSED) {
			return false;
		}
		AtomicBoolean changed = new AtomicBoolean();
		session.transaction(() -> {
			StateTables tables = new StateTables(session);
			tables.setLockTimeout(this.lockTimeout);
			changed.set(tables.change(state, MovePhase.OPEN, state.epoch() + 1, null, null));
			if (changed.get() && state.phase() != MovePhase.PREPARING) {
				new WriteFence(of(state.side()), this.lockTimeout).open(session, this.lockTimeout);
			}
		});
		if (changed.get()) {
			logger.warn("The switch of writes from the {} was taken back in phase {}; the {} is written to again",
					state.side(), state.phase(), state.side());
			resume(state.side());
		}
		return changed.get();
	}

	/**
	 * Let changes flow again as before the switch.
	 */
	private void resume(Side from) {
		try {
			link(from.other()).dropSlot();
			link(from).confirmAtOnce(false);
			link(from).enable();
		}
		catch (SQLException | RuntimeException ex) {
			logger.warn("The {} does not follow since the switch was taken back; enable its subscription {}: {}",
					from.other(), link(from).subscription(), ex.getMessage());
		}
	}

	/**
	 * Complete a switch whose other side has opened: it is followed by the side that was
	 * written to before.
	 * @param from the side that was written to before
	 */
	void complete(Side from) throws SQLException {
		link(from).disable();
		link(from.other()).enable();
		List<String> left = link(from).drop();
		if (!left.isEmpty()) {
			logger.warn("Replication from the {} is over, and something of it is left: {}", from, left);
		}
		try (MoveSession session = open(from)) {
			StateTables tables = new StateTables(session);
			MoveState state = Objects.requireNonNull(tables.read());
			if (state.phase() == MovePhase.HANDED_OVER) {
				tables.change(state, MovePhase.CLOSED, state.epoch(), null, null);
			}
		}
	}

	private MoveSession open(Side side) throws SQLException {
		return MoveSession.open(of(side), this.lockTimeout.plus(MARGIN));
	}

	private ReplicationLink link(Side from) {
		return ReplicationLink.between(of(from), of(from.other()));
	}

	private MoveDatabase of(Side side) {
		return (side == Side.SOURCE) ? this.source : this.target;
	}

}
