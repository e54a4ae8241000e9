package io.rdsboot.move.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.move.Side;
import io.rdsboot.routing.consistency.ConsistencyLevel;
import io.rdsboot.routing.consistency.ReadContext;
import io.rdsboot.routing.consistency.ReadDemand;
import io.rdsboot.routing.physical.ConnectionSource;
import io.rdsboot.routing.physical.HeldConnections;
import io.rdsboot.routing.physical.ServerFacts;
import io.rdsboot.routing.selection.BorrowLimit;
import io.rdsboot.routing.selection.BorrowedConnection;
import io.rdsboot.routing.selection.RoutedReader;
import io.rdsboot.routing.settings.DefaultIsolations;
import org.jspecify.annotations.Nullable;

/**
 * Borrows connections from the source or the target of a move: for writes from the side
 * that the {@link WriteGate} says, after the wait that it asks for, and for reads from
 * the side that serves them. Thread-safe.
 */
public final class MoveConnections implements ConnectionSource {

	private final ConnectionSource source;

	private final ConnectionSource target;

	private final WriteGate gate;

	private final ReadSides readSides;

	private final Duration holdTimeout;

	private final HeldConnections held = new HeldConnections(this);

	private final Map<Connection, Lent> lent = new ConcurrentHashMap<>();

	/**
	 * Writes that the thread has begun and not ended.
	 */
	private final ThreadLocal<AtomicInteger> writes = ThreadLocal.withInitial(AtomicInteger::new);

	/**
	 * When writes began to go to another side, or {@code null} if they never did.
	 */
	private volatile @Nullable Long switchedAt;

	/**
	 * Create it.
	 * @param source the routing within the source
	 * @param target the routing within the target
	 * @param readSides says which side serves a read
	 * @param holdTimeout how long a write is held at most
	 */
	public MoveConnections(ConnectionSource source, ConnectionSource target, WriteGate gate, ReadSides readSides,
			Duration holdTimeout) {
		this.source = source;
		this.target = target;
		this.gate = gate;
		this.readSides = readSides;
		this.holdTimeout = holdTimeout;
	}

	private ConnectionSource of(Side side) {
		return (side == Side.SOURCE) ? this.source : this.target;
	}

	/**
	 * Return the side that is written to, or was before writes were held.
	 */
	private Side writerSide() {
		return this.gate.writerSide();
	}

	private ConnectionSource writer() {
		return of(writerSide());
	}

	/**
	 * Take note that writes go to another side from now on. Sessions have seen what was
	 * written until now, which a reader of that side may not have yet.
	 */
	void switched() {
		this.switchedAt = now();
	}

	@Override
	public BorrowedConnection borrow(boolean readOnly, boolean serializable, @Nullable ReadDemand connectionDemand)
			throws SQLException {
		if (!readOnly) {
			return write((side) -> of(side).borrow(false, serializable, connectionDemand));
		}
		this.held.reclaim();
		// A process that has just started does not know yet whether the source is stale.
		Side writer = this.gate.awaitWriterSide(BorrowLimit.ofTransaction().cut(this.holdTimeout));
		Side side = (isOfWriter(connectionDemand) || serializable) ? writer : this.readSides.side(writer);
		if (side != writer) {
			// How far replication has come is known of the writer there.
			return lend(of(side).borrow(true, false, ReadDemand.WRITER).keptApart(), new Lent(side, null));
		}
		Long switchedAt = this.switchedAt;
		if (switchedAt != null) {
			ReadContext.current().history().recall(switchedAt);
		}
		return lend(of(side).borrow(true, serializable, connectionDemand), new Lent(side, null));
	}

	private static boolean isOfWriter(@Nullable ReadDemand connectionDemand) {
		ReadDemand demand = ReadContext.current().demand();
		return (connectionDemand != null && connectionDemand.level() == ConsistencyLevel.WRITER)
				|| (demand != null && demand.level() == ConsistencyLevel.WRITER);
	}

	@Override
	public Connection borrowForInfrastructure() throws SQLException {
		return write((side) -> BorrowedConnection.ofWriter(of(side).borrowForInfrastructure())).physical();
	}

	@Override
	public Connection borrowForReadOutsideTransaction() throws SQLException {
		return write((side) -> BorrowedConnection.ofWriter(of(side).borrowForReadOutsideTransaction())).physical();
	}

	/**
	 * Borrow for what may write.
	 */
	private BorrowedConnection write(Borrow borrow) throws SQLException {
		this.held.reclaim();
		AtomicInteger writes = this.writes.get();
		Duration limit = BorrowLimit.ofTransaction().cut(this.holdTimeout);
		Side side = (writes.get() > 0) ? this.gate.enterNested(limit) : this.gate.enter(limit);
		boolean borrowed = false;
		try {
			BorrowedConnection connection = lend(borrow.from(side), new Lent(side, writes));
			writes.incrementAndGet();
			borrowed = true;
			return connection;
		}
		finally {
			if (!borrowed) {
				this.gate.leave();
			}
		}
	}

	private BorrowedConnection lend(BorrowedConnection connection, Lent lent) {
		this.lent.put(connection.physical(), lent);
		return connection;
	}

	@Override
	public @Nullable Connection borrowToAsk() {
		Side side = writerSide();
		Connection connection = of(side).borrowToAsk();
		if (connection != null) {
			this.lent.put(connection, new Lent(side, null));
		}
		return connection;
	}

	@Override
	public void givenBack(Connection physical) {
		Lent lent = this.lent.remove(physical);
		if (lent == null) {
			return;
		}
		of(lent.side()).givenBack(physical);
		if (lent.writes() != null) {
			lent.writes().decrementAndGet();
			this.gate.leave();
		}
	}

	@Override
	public void evict(Connection physical) {
		Lent lent = this.lent.get(physical);
		of((lent != null) ? lent.side() : writerSide()).evict(physical);
	}

	/**
	 * End the connections of all writes that are under way, which do not count any more
	 * from then on, although their borrowers have still to give them back. What a server
	 * is still executing for them keeps it from being closed.
	 * @return how many there were
	 */
	int endWrites() {
		int ended = 0;
		for (Connection physical : List.copyOf(this.lent.keySet())) {
			Lent lent = this.lent.get(physical);
			if (lent != null && lent.writes() != null
					&& this.lent.replace(physical, lent, new Lent(lent.side(), null))) {
				of(lent.side()).evict(physical);
				lent.writes().decrementAndGet();
				this.gate.leave();
				ended++;
			}
		}
		return ended;
	}

	@Override
	public void followReplay() {
		writer().followReplay();
	}

	/**
	 * Both sides may know the reader's address.
	 */
	@Override
	public void hasMoved(RoutedReader reader) {
		this.source.hasMoved(reader);
		this.target.hasMoved(reader);
	}

	@Override
	public void warnOfAdvisoryLock(DatabaseInstance reader) {
		this.target.warnOfAdvisoryLock(reader);
	}

	@Override
	public boolean isWriterReachable() {
		return writer().isWriterReachable();
	}

	@Override
	public boolean isSerializable() {
		return writer().isSerializable();
	}

	/**
	 * The application's data source is the target's.
	 */
	@Override
	public boolean isInReadOnlyTransaction() {
		return this.target.isInReadOnlyTransaction();
	}

	@Override
	public @Nullable Integer defaultIsolation(boolean readOnly) {
		return writer().defaultIsolation(readOnly);
	}

	@Override
	public DefaultIsolations isolations() {
		return writer().isolations();
	}

	@Override
	public ServerFacts facts() {
		return writer().facts();
	}

	@Override
	public HeldConnections held() {
		return this.held;
	}

	@Override
	public long now() {
		return this.target.now();
	}

	@Override
	public long unknownLagNanos() {
		return Math.max(this.source.unknownLagNanos(), this.target.unknownLagNanos());
	}

	/**
	 * A connection that was lent.
	 *
	 * @param side where it leads to
	 * @param writes the writes of the thread that has borrowed it, or {@code null} if it
	 * is for reading
	 */
	private record Lent(Side side, @Nullable AtomicInteger writes) {

		Lent {
			Objects.requireNonNull(side);
		}

	}

	@FunctionalInterface
	private interface Borrow {

		BorrowedConnection from(Side side) throws SQLException;

	}

}
