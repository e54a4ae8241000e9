package io.rdsboot.move.routing;

import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;
import io.rdsboot.move.Side;
import io.rdsboot.move.state.InstanceBeat;
import io.rdsboot.move.state.MovePhase;
import io.rdsboot.move.state.MoveState;
import io.rdsboot.move.state.StateTables;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.support.JdbcUtils;

/**
 * One instance of the service: looks at the state of the move on a thread of its own,
 * opens and closes the {@link WriteGate} by it, and acknowledges each epoch. Thread-safe.
 */
public final class MoveInstance implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(MoveInstance.class);

	private static final int SHUTDOWN_SECONDS = 10;

	private static final String UNDEFINED_TABLE = "42P01";

	private final Map<Side, MoveDatabase> databases = new EnumMap<>(Side.class);

	private final InstanceSettings settings;

	private final WriteGate gate;

	private final MoveConnections connections;

	private final Map<Side, MoveSession> open = new EnumMap<>(Side.class);

	private final Thread thread;

	private final CountDownLatch closing = new CountDownLatch(1);

	private volatile @Nullable MoveState state;

	private Side authority = Side.SOURCE;

	private long heldAt;

	private boolean failureTold;

	/**
	 * Create an instance.
	 */
	public MoveInstance(MoveDatabase source, MoveDatabase target, InstanceSettings settings, WriteGate gate,
			MoveConnections connections) {
		this.databases.put(Side.SOURCE, source);
		this.databases.put(Side.TARGET, target);
		this.settings = settings;
		this.gate = gate;
		this.connections = connections;
		this.thread = new Thread(this::run, "rds-move");
		this.thread.setDaemon(true);
	}

	/**
	 * Begin to look at the state.
	 */
	public void start() {
		this.thread.start();
	}

	/**
	 * Return the state that was seen last, or {@code null} while none was.
	 */
	public @Nullable MoveState state() {
		return this.state;
	}

	private void run() {
		try {
			do {
				long epoch = epoch();
				look();
				if (epoch() != epoch) {
					// Acknowledge it at once.
					look();
				}
			}
			while (!this.closing.await(interval().toNanos(), TimeUnit.NANOSECONDS));
			leave();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			List.copyOf(this.open.keySet()).forEach(this::forgetConnection);
		}
	}

	/**
	 * Return the epoch that this instance acts by.
	 */
	private long epoch() {
		MoveState seen = this.state;
		return (seen != null) ? seen.epoch() : -1;
	}

	private Duration interval() {
		MoveState seen = this.state;
		boolean soon = seen != null && seen.phase() != MovePhase.OPEN && seen.phase() != MovePhase.FINISHED;
		return soon ? this.settings.switchInterval() : this.settings.interval();
	}

	private void look() {
		long begin = this.gate.now();
		try {
			MoveState seen = newest();
			this.authority = seen.side();
			follow(seen, begin);
			if (this.failureTold) {
				this.failureTold = false;
				logger.info("The state of the move can be read again");
			}
		}
		catch (SQLException ex) {
			tellFailure(ex);
		}
	}

	/**
	 * Return the state of the side that decides, or while none does, of the one that did.
	 * Whatever cannot be reached, a side that says that it decides does.
	 */
	private MoveState newest() throws SQLException {
		Look first = look(this.authority);
		if (first.state() != null && first.state().phase().isAuthority()) {
			return first.state();
		}
		Look second = look(this.authority.other());
		if (second.state() != null && second.state().phase().isAuthority()) {
			return second.state();
		}
		Look source = (this.authority == Side.SOURCE) ? first : second;
		Look target = (this.authority == Side.SOURCE) ? second : first;
		if (source.isOfNoMove() && target.state() == null) {
			return MoveState.notBegun();
		}
		if (first.state() != null) {
			return first.state();
		}
		if (first.failure() != null) {
			throw first.failure();
		}
		throw new SQLException("the %s has no state of the move, and the %s has one".formatted(this.authority,
				this.authority.other()));
	}

	private Look look(Side side) {
		try {
			return new Look(beat(side), null);
		}
		catch (SQLException ex) {
			forgetConnection(side);
			return new Look(null, ex);
		}
	}

	/**
	 * Look at the row of one side, and tell it what this instance does.
	 * @return the state, or {@code null} if the side takes part in no move
	 */
	private @Nullable MoveState beat(Side side) throws SQLException {
		MoveSession session = this.open.get(side);
		if (session == null) {
			session = MoveSession.open(Objects.requireNonNull(this.databases.get(side)), this.settings.lease());
			this.open.put(side, session);
		}
		MoveState seen;
		try {
			seen = new StateTables(session)
				.beat(new InstanceBeat(this.settings.instance(), epoch(), this.gate.isIdle(), this.settings.lease()));
		}
		catch (SQLException ex) {
			if (UNDEFINED_TABLE.equals(ex.getSQLState())) {
				return null;
			}
			throw ex;
		}
		if (seen != null && seen.side() != side) {
			throw new SQLException("the %s says that it is the %s of a move".formatted(side, seen.side()));
		}
		return seen;
	}

	/**
	 * Do what the state says. An epoch is acknowledged by the next look.
	 * @param begin a time before the state was read
	 */
	private void follow(MoveState seen, long begin) {
		MoveState before = this.state;
		if (before == null || before.epoch() != seen.epoch() || before.phase() != seen.phase()) {
			logger.info("The move is in phase {} of the {}, epoch {}", seen.phase(), seen.side(), seen.epoch());
		}
		Side writer = seen.writer();
		if (writer != null) {
			if (before != null && this.gate.writerSide() != writer) {
				this.connections.switched();
			}
			this.gate.open(writer, begin);
		}
		else if (this.gate.side() != null) {
			this.gate.hold("a switch is in phase %s of the %s since epoch %d".formatted(seen.phase(), seen.side(),
					seen.epoch()));
			this.heldAt = begin;
		}
		else if (!this.gate.isIdle() && begin - this.heldAt > this.settings.drainTimeout().toNanos()) {
			int count = this.connections.endWrites();
			if (count > 0) {
				logger.warn("{} writes were still under way {} ms after the switch began; their connections were ended",
						count, this.settings.drainTimeout().toMillis());
			}
		}
		this.state = seen;
	}

	private void forgetConnection(Side side) {
		MoveSession session = this.open.remove(side);
		if (session != null) {
			JdbcUtils.closeConnection(session.connection());
		}
	}

	private void tellFailure(Exception failure) {
		if (!this.failureTold) {
			this.failureTold = true;
			logger.warn(
					"The state of the move cannot be read; writes of this instance are held from {} s after it was read last: {}",
					this.settings.lease().toSeconds(), failure.getMessage());
		}
		logger.debug("The state of the move cannot be read", failure);
	}

	/**
	 * An instance that has left is not waited for.
	 */
	private void leave() {
		this.gate.hold("the application is shutting down");
		this.open.values().forEach((session) -> {
			try {
				new StateTables(session).leave(this.settings.instance());
			}
			catch (SQLException ex) {
				logger.debug("Could not leave the move", ex);
			}
		});
	}

	@Override
	public void close() {
		this.closing.countDown();
		try {
			this.thread.join(TimeUnit.SECONDS.toMillis(SHUTDOWN_SECONDS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * What a look at one side has shown.
	 *
	 * @param state its state, or {@code null} if it takes part in no move or does not
	 * answer
	 * @param failure why it does not answer, or {@code null} if it does
	 */
	private record Look(@Nullable MoveState state, @Nullable SQLException failure) {

		/**
		 * Whether the side answers, and takes part in no move. A source that once did
		 * keeps a row for good.
		 */
		boolean isOfNoMove() {
			return this.state == null && this.failure == null;
		}

	}

}
