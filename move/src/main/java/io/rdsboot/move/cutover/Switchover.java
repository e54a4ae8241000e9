package io.rdsboot.move.cutover;

import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.rdsboot.cluster.LogPosition;
import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;
import io.rdsboot.move.MoveTables;
import io.rdsboot.move.Side;
import io.rdsboot.move.TableName;
import io.rdsboot.move.replication.LinkStatus;
import io.rdsboot.move.replication.ReplicationLink;
import io.rdsboot.move.state.MovePhase;
import io.rdsboot.move.state.MoveState;
import io.rdsboot.move.state.StateTables;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Switches all writes of a service from one side of a move to the other, once. At every
 * moment at most one side can be written to, by the servers' doing, whatever becomes of
 * this process: until the last step it can be taken back, by anybody, and that step is
 * one commit.
 *
 * <ol>
 * <li>All instances acknowledge that a switch is near.
 * <li>All instances hold writes, and those under way end.
 * <li>The side is closed by the {@link WriteFence}, which a write proves.
 * <li>A marker that was written after that arrives on the other side, which has confirmed
 * the log up to there.
 * <li>Sequences are set, and a slot is made from which the way back begins.
 * <li>The other side opens, in one transaction with the state that says so, which the
 * first side allows just before it is committed.
 * <li>Replication is turned round: the first side follows the other one.
 * </ol>
 */
@API(status = API.Status.INTERNAL)
public final class Switchover {

	private static final Logger logger = LoggerFactory.getLogger(Switchover.class);

	private static final String LOCK_NOT_AVAILABLE = "55P03";

	private static final int POLL_MILLIS = 5;

	/**
	 * How long after it was allowed the other side has opened or never will, because a
	 * session does not stay in a transaction for longer.
	 */
	private static final Duration OPENING = Duration.ofSeconds(5);

	private final MoveDatabase from;

	private final MoveDatabase to;

	private final ReplicationLink forward;

	private final ReplicationLink back;

	private final WriteFence fence;

	private final SwitchRecovery recovery;

	private final SwitchoverSettings settings;

	private final String coordinator;

	private final Map<String, Duration> parts = new LinkedHashMap<>();

	private long partBegan;

	private int sequences;

	/**
	 * Create a switch.
	 * @param from the side that is written to
	 * @param to the side that follows it
	 * @param coordinator identifies this process
	 */
	public Switchover(MoveDatabase from, MoveDatabase to, SwitchoverSettings settings, String coordinator) {
		this.from = from;
		this.to = to;
		this.forward = ReplicationLink.between(from, to);
		this.back = ReplicationLink.between(to, from);
		this.settings = settings;
		this.fence = fence(from);
		this.coordinator = coordinator;
		this.recovery = (from.side() == Side.SOURCE) ? new SwitchRecovery(from, to, OPENING.multipliedBy(2))
				: new SwitchRecovery(to, from, OPENING.multipliedBy(2));
	}

	/**
	 * Switch.
	 * @throws SwitchoverException if it is refused, or was taken back
	 */
	public SwitchoverReport run() {
		try (MoveSession first = MoveSession.open(this.from, this.settings.pauseTimeout());
				MoveSession second = MoveSession.open(this.to, this.settings.pauseTimeout())) {
			return run(first, second);
		}
		catch (SQLException ex) {
			throw new SwitchoverException("Writes were not switched to the %s: %s".formatted(this.to, ex.getMessage()),
					this.from.side(), ex);
		}
	}

	private SwitchoverReport run(MoveSession first, MoveSession second) throws SQLException {
		MoveState open = check(first, second);
		StateTables state = new StateTables(first);
		MoveState preparing = change(state, open, MovePhase.PREPARING, open.epoch() + 1,
				this.settings.prepareTimeout().plus(this.settings.pauseTimeout()));
		MoveState held = preparing;
		try {
			prepareWayBack();
			long prepared = System.nanoTime() + this.settings.prepareTimeout().toNanos();
			awaitAcknowledged(state, preparing.epoch(), false, left(prepared));
			awaitSmallLag(first, second, preparing, prepared);
			long begin = System.nanoTime();
			this.partBegan = begin;
			held = change(state, preparing, MovePhase.PAUSED, preparing.epoch() + 1, this.settings.pauseTimeout());
			switchOver(first, second, held, begin + this.settings.pauseTimeout().toNanos());
			Duration pause = Duration.ofNanos(System.nanoTime() - begin);
			logger.info("Writes go to the {} now; they were held for {} ms: {}", this.to, pause.toMillis(), this.parts);
			complete();
			return new SwitchoverReport(this.to.side(), pause, this.parts, this.sequences);
		}
		catch (SQLException | RuntimeException ex) {
			throw takenBack(held, ex);
		}
	}

	/**
	 * Refuse a switch that would have to wait, or would lose something.
	 */
	private MoveState check(MoveSession first, MoveSession second) throws SQLException {
		MoveState state = new StateTables(first).read();
		MoveState other = new StateTables(second).read();
		if (state == null || other == null || !state.move().equals(other.move())) {
			throw refused("both sides have to take part in the same move");
		}
		if (state.side() != this.from.side() || other.side() != this.to.side()) {
			throw refused("the %s says that it is the %s".formatted(this.from, state.side()));
		}
		if (state.phase() != MovePhase.OPEN) {
			throw refused(state.phase().isAuthority()
					? "another switch is in phase %s, begun by %s".formatted(state.phase(), state.coordinator())
					: "the %s is not written to, but the %s".formatted(this.from.side(), this.to.side()));
		}
		LinkStatus status = this.forward.status();
		if (!status.isFollowing()) {
			throw refused("the %s does not follow: %s".formatted(this.to.side(), status));
		}
		checkTables(first);
		return state;
	}

	private void checkTables(MoveSession first) throws SQLException {
		List<TableName> published = this.forward.published();
		List<TableName> missing = MoveTables.replicated(first)
			.stream()
			.filter((table) -> !published.contains(table))
			.toList();
		if (!missing.isEmpty()) {
			throw refused("the tables %s are not published".formatted(missing));
		}
	}

	/**
	 * Make all that the way back needs and that can be made before writes are held.
	 */
	private void prepareWayBack() throws SQLException {
		this.back.dropSlot();
		this.fence.install(false, this.settings.lockTimeout());
		fence(this.to).install(true, this.settings.lockTimeout());
		this.back.publish(this.forward.published());
		this.back.prepare();
		this.forward.confirmAtOnce(true);
	}

	private MoveState change(StateTables tables, MoveState known, MovePhase phase, long epoch, Duration limit)
			throws SQLException {
		boolean changed = tables.change(known, phase, epoch, this.coordinator, limit);
		MoveState state = tables.read();
		if (!changed || state == null) {
			throw new IllegalStateException("somebody else has changed the state of the move to %s".formatted(state));
		}
		return state;
	}

	private void awaitAcknowledged(StateTables tables, long epoch, boolean idle, Duration limit) {
		await(System.nanoTime() + limit.toNanos(), () -> {
			List<String> missing = tables.notAcknowledged(epoch, idle);
			return missing.isEmpty() ? null : "instances %s have not acknowledged epoch %d%s".formatted(missing, epoch,
					idle ? " and ended their writes" : "");
		});
	}

	/**
	 * Wait until what is written arrives soon enough.
	 */
	private void awaitSmallLag(MoveSession first, MoveSession second, MoveState preparing, long deadline)
			throws SQLException {
		Duration lag;
		do {
			long begin = System.nanoTime();
			awaitMarker(first, second, preparing.epoch(), deadline);
			lag = Duration.ofNanos(System.nanoTime() - begin);
		}
		while (lag.compareTo(this.settings.maximumLag()) > 0);
	}

	/**
	 * Wait until all that was written by now has arrived. That nothing is left to be sent
	 * would not prove it.
	 */
	private void awaitMarker(MoveSession first, MoveSession second, long epoch, long deadline) throws SQLException {
		UUID token = UUID.randomUUID();
		new StateTables(first).mark(epoch, token);
		LogPosition position = new LogPosition(first.number("SELECT (pg_current_wal_lsn() - '0/0')::bigint"));
		StateTables other = new StateTables(second);
		await(deadline, () -> {
			LogPosition confirmed = this.forward.confirmedFlush(first.connection());
			if (!confirmed.includes(position)) {
				return "the %s has confirmed the log up to %s, and not up to %s".formatted(this.to.side(), confirmed,
						position);
			}
			return other.isMarked(token) ? null : "the marker has not arrived at the %s".formatted(this.to.side());
		});
	}

	private void switchOver(MoveSession first, MoveSession second, MoveState held, long deadline) throws SQLException {
		awaitAcknowledged(new StateTables(first), held.epoch(), true, left(deadline));
		done("drain");
		close(first, held, deadline);
		List<String> writable = this.fence.writableTables();
		if (!writable.isEmpty()) {
			throw new IllegalStateException("tables %s of the %s can be written to although they are closed"
				.formatted(writable, this.from.side()));
		}
		done("fence");
		awaitMarker(first, second, held.epoch(), deadline);
		done("catch up");
		this.sequences = Sequences.set(first, second);
		done("sequences");
		this.back.createSlot(second.connection());
		done("slot");
		open(first, second, held, left(deadline));
		done("open");
	}

	/**
	 * Close the side that was written to. Sessions that have written and do not end are
	 * ended.
	 */
	private void close(MoveSession first, MoveState held, long deadline) throws SQLException {
		boolean ended = false;
		while (true) {
			Duration wait = ended ? left(deadline) : shorter(this.settings.lockTimeout(), left(deadline));
			try {
				first.transaction(() -> {
					MoveState state = new StateTables(first).lock();
					if (state == null || state.epoch() != held.epoch() || state.phase() != MovePhase.PAUSED) {
						throw takenBackByOthers();
					}
					this.fence.close(first, wait);
				});
				return;
			}
			catch (SQLException ex) {
				if (ended || !LOCK_NOT_AVAILABLE.equals(ex.getSQLState())) {
					throw ex;
				}
				ended = true;
				this.fence.endBlockers();
			}
		}
	}

	private static IllegalStateException takenBackByOthers() {
		return new IllegalStateException("the switch was taken back by somebody else");
	}

	/**
	 * Open the other side. It is all in its transaction but for the commit, when the
	 * first side hands over for good.
	 */
	private void open(MoveSession first, MoveSession second, MoveState held, Duration limit) throws SQLException {
		second.transaction(() -> {
			StateTables other = new StateTables(second);
			other.setLockTimeout(limit);
			MoveState closed = Objects.requireNonNull(other.lock());
			if (closed.phase().isAuthority() || closed.epoch() >= held.epoch()) {
				throw takenBackByOthers();
			}
			fence(this.to).open(second, limit);
			other.change(closed, MovePhase.OPEN, held.epoch() + 1, null, null);
			if (!new StateTables(first).change(held, MovePhase.HANDED_OVER, held.epoch(), this.coordinator, OPENING)) {
				throw takenBackByOthers();
			}
		});
	}

	private void complete() {
		try {
			this.recovery.complete(this.from.side());
		}
		catch (SQLException | RuntimeException ex) {
			logger.warn("The {} does not follow the {} yet: {}", this.from.side(), this.to.side(), ex.getMessage());
		}
	}

	private SwitchoverException takenBack(MoveState held, Exception failure) {
		Side writer = null;
		try {
			writer = this.recovery.settle(this.from.side(), held.epoch());
			writer = (writer != null) ? writer : this.recovery.writer();
		}
		catch (SQLException | RuntimeException ex) {
			failure.addSuppressed(ex);
		}
		String outcome = (writer == null) ? "who is written to will be settled by an instance that reaches both sides"
				: "the %s is written to".formatted(writer);
		return new SwitchoverException(
				"The switch of writes to the %s failed%s, and %s: %s".formatted(this.to.side(),
						this.parts.isEmpty() ? "" : " after " + this.parts, outcome, failure.getMessage()),
				writer, failure);
	}

	private WriteFence fence(MoveDatabase database) {
		return new WriteFence(database, this.settings.pauseTimeout());
	}

	private void done(String part) {
		long now = System.nanoTime();
		this.parts.put(part, Duration.ofNanos(now - this.partBegan));
		this.partBegan = now;
	}

	/**
	 * Wait until nothing is missing any more.
	 */
	private static void await(long deadline, Missing missing) {
		try {
			String what = missing.find();
			while (what != null) {
				if (System.nanoTime() - deadline >= 0) {
					throw new IllegalStateException("not in time: " + what);
				}
				TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
				what = missing.find();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted", ex);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex.getMessage(), ex);
		}
	}

	private static Duration left(long deadline) {
		return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
	}

	private static Duration shorter(Duration one, Duration other) {
		return (one.compareTo(other) <= 0) ? one : other;
	}

	private SwitchoverException refused(String reason) {
		return new SwitchoverException("Writes are not switched to the %s: %s".formatted(this.to.side(), reason),
				this.from.side(), null);
	}

	@FunctionalInterface
	private interface Missing {

		/**
		 * Return what is missing, or {@code null} if nothing is.
		 */
		@Nullable String find() throws SQLException;

	}

}
