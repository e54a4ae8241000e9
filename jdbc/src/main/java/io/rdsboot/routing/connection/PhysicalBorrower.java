package io.rdsboot.routing.connection;

import java.sql.Connection;
import java.sql.SQLException;

import io.rdsboot.cluster.LogProgress;
import io.rdsboot.routing.consistency.ReadContext;
import io.rdsboot.routing.consistency.ReadDemand;
import io.rdsboot.routing.selection.BorrowedConnection;
import io.rdsboot.routing.selection.RoutedReader;
import io.rdsboot.routing.settings.DefaultSettings;
import io.rdsboot.routing.sql.SqlText;
import org.jspecify.annotations.Nullable;

/**
 * Borrows physical connections for one {@link RoutedConnection}: decides between writer
 * and readers, gives each connection the state that the caller has asked for, and
 * remembers what was read last. Not thread-safe.
 */
final class PhysicalBorrower {

	private final RoutedConnection connection;

	private final ConnectionSource connections;

	private final ConnectionOwner owner;

	/**
	 * What the connection demands of its reads wherever it is used, or {@code null}.
	 */
	private final @Nullable ReadDemand demand = ReadContext.current().connectionDemand();

	/**
	 * The reader that was borrowed from last, or {@code null} if it was the writer.
	 */
	private @Nullable RoutedReader reader;

	private @Nullable LogProgress readerProgress;

	private long borrowedAt;

	private boolean borrowed;

	/**
	 * Create it for a connection that is handed out on the calling thread.
	 * @param connection who closes what is borrowed
	 * @param owner who the connection works for
	 */
	PhysicalBorrower(RoutedConnection connection, ConnectionSource connections, ConnectionOwner owner) {
		this.connection = connection;
		this.connections = connections;
		this.owner = owner;
	}

	/**
	 * Borrow a physical connection to execute a statement on.
	 * @param sql the statement, or {@code null} if it is not known yet
	 * @param state what the caller has asked for
	 */
	HeldConnection borrow(@Nullable String sql, State state) throws SQLException {
		return this.owner.isInfrastructure()
				? ofWriter(this.connections.borrowForInfrastructure(), state.readOnly(), state)
				: borrowForApplication(sql, state);
	}

	private HeldConnection borrowForApplication(@Nullable String sql, State state) throws SQLException {
		if (state.readOnly() || this.connections.isInReadOnlyTransaction()) {
			boolean locks = sql != null && SqlText.takesAdvisoryLock(sql);
			return borrow(true, locks ? ReadDemand.WRITER : this.demand, state);
		}
		if (state.autoCommit() && sql != null && SqlText.isRead(sql)) {
			return ofWriter(this.connections.borrowForReadOutsideTransaction(), false, state);
		}
		return borrow(false, this.demand, state);
	}

	private HeldConnection ofWriter(Connection physical, boolean reading, State state) throws SQLException {
		HeldConnection prepared = prepare(BorrowedConnection.ofWriter(physical), reading, state);
		readFrom(null);
		return prepared;
	}

	/**
	 * Borrow a physical connection for a read, whatever else the connection is used for.
	 */
	HeldConnection borrowToRead(State state) throws SQLException {
		return borrow(true, this.demand, state);
	}

	private HeldConnection borrow(boolean reading, @Nullable ReadDemand demand, State state) throws SQLException {
		while (true) {
			BorrowedConnection borrowed = this.connections.borrow(reading, isSerializable(state), demand);
			HeldConnection prepared = prepare(borrowed, reading, state);
			if (mayServe(prepared, borrowed)) {
				readFrom(borrowed.reader());
				return prepared;
			}
			prepared.giveBack();
		}
	}

	/**
	 * Borrow a connection from any reader for questions alone.
	 * @return the connection, or {@code null} if there is no reader
	 */
	@Nullable HeldConnection borrowToAsk(State state) throws SQLException {
		Connection physical = this.connections.borrowToAsk();
		if (physical == null) {
			return null;
		}
		HeldConnection prepared = prepare(new BorrowedConnection(physical, null, null), true, state);
		prepared.outlive();
		return prepared;
	}

	private boolean isSerializable(State state) {
		Integer isolation = (state.settings() != null) ? state.settings().isolation() : null;
		return (isolation != null) ? isolation == Connection.TRANSACTION_SERIALIZABLE
				: this.connections.isSerializable();
	}

	/**
	 * Return whether what was borrowed may serve. A reader whose address leads to a
	 * server that was not looked at yet serves nobody who demands something until it has
	 * been.
	 */
	private boolean mayServe(HeldConnection prepared, BorrowedConnection borrowed) throws SQLException {
		RoutedReader lender = borrowed.reader();
		if (lender == null || borrowed.requirement() == null) {
			return true;
		}
		try {
			if (prepared.mayServe(lender, borrowed.requirement())) {
				return true;
			}
		}
		catch (SQLException | RuntimeException ex) {
			giveBack(prepared, ex);
			throw ex;
		}
		this.connections.hasMoved(lender);
		return false;
	}

	/**
	 * Make a borrowed connection what the caller has asked for. Settings go first,
	 * outside a transaction, so that no rollback undoes them. Auto-commit goes before
	 * read-only: with it off, pgjdbc makes a connection read-only without a round trip.
	 */
	private HeldConnection prepare(BorrowedConnection borrowed, boolean reading, State state) throws SQLException {
		HeldConnection prepared = new HeldConnection(this.connection, this.owner, this.connections.held(), borrowed,
				reading);
		try {
			prepared.begin();
			DefaultSettings defaults = this.connections.held().defaults();
			ConnectionSettings settings = state.settings();
			if (settings != null || defaults.areNeeded()) {
				prepared.setAutoCommit(true);
				defaults.learn(prepared.physical());
				if (settings != null) {
					settings.applyTo(prepared, state.readOnly(), this.connections.isolations());
				}
			}
			prepared.setAutoCommit(state.autoCommit());
			if (reading) {
				prepared.physical().setReadOnly(true);
			}
		}
		catch (SQLException | RuntimeException ex) {
			giveBack(prepared, ex);
			throw ex;
		}
		return prepared;
	}

	private static void giveBack(HeldConnection borrowed, Exception failure) {
		try {
			borrowed.giveBack();
		}
		catch (SQLException suppressed) {
			failure.addSuppressed(suppressed);
		}
	}

	private void readFrom(@Nullable RoutedReader reader) {
		this.reader = reader;
		this.readerProgress = (reader != null) ? reader.progress() : null;
		this.borrowedAt = this.connections.now();
		this.borrowed = true;
	}

	/**
	 * Return the reader that was borrowed from last, or {@code null} if it was the writer
	 * or nothing was borrowed yet.
	 */
	@Nullable RoutedReader lastReader() {
		return this.reader;
	}

	/**
	 * Return whether what was read last is known to include everything that had been
	 * committed by a time.
	 */
	boolean includesCommitsUntil(long time) {
		if (this.reader == null) {
			return this.borrowed;
		}
		return this.reader.isProvable() ? this.readerProgress != null && this.readerProgress.includesCommitsUntil(time)
				: this.borrowedAt - time >= this.connections.unknownLagNanos();
	}

	/**
	 * What a caller has asked of its connection when a physical one is borrowed.
	 *
	 * @param autoCommit whether each statement is a transaction of its own
	 * @param readOnly whether the connection is read-only
	 * @param settings what was set on the connection, or {@code null} for nothing
	 */
	record State(boolean autoCommit, boolean readOnly, @Nullable ConnectionSettings settings) {

	}

}
