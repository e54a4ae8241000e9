package io.rdsboot.routing.physical;

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
 * Borrows physical connections for one connection of a caller's: decides between writer
 * and readers, gives each connection the state that the caller has asked for, and
 * remembers what was read last. Not thread-safe.
 */
final class PhysicalBorrower {

	private final Connection connection;

	private final ConnectionSource connections;

	private final ConnectionCaller caller;

	/**
	 * What the connection demands of its reads wherever it is used, or {@code null}.
	 */
	private final @Nullable ReadDemand demand = ReadContext.current().connectionDemand();

	/**
	 * The group of readers that serve the connection wherever it is used, or {@code null}
	 * for the one that the calling thread names.
	 */
	private final @Nullable String group = ReadContext.current().connectionGroup();

	/**
	 * The reader that was borrowed from last, or {@code null} if it was the writer.
	 */
	private @Nullable RoutedReader reader;

	private @Nullable LogProgress readerProgress;

	private long borrowedAt;

	private boolean borrowed;

	/**
	 * Whether it was read from another database than the one that is written to.
	 */
	private boolean apart;

	/**
	 * Create it for a connection that is handed out on the calling thread.
	 * @param connection the connection, which closes what is borrowed
	 * @param connections where to borrow
	 * @param caller the connection's caller
	 */
	PhysicalBorrower(Connection connection, ConnectionSource connections, ConnectionCaller caller) {
		this.connection = connection;
		this.connections = connections;
		this.caller = caller;
	}

	/**
	 * Borrow a physical connection to execute a statement on.
	 * @param sql the statement, or {@code null} if it is not known yet
	 */
	HeldConnection borrow(@Nullable SqlText sql) throws SQLException {
		return this.caller.isInfrastructure()
				? ofWriter(this.connections.borrowForInfrastructure(), this.caller.readOnly())
				: borrowForApplication(sql);
	}

	private HeldConnection borrowForApplication(@Nullable SqlText sql) throws SQLException {
		if (this.caller.readOnly() || this.connections.isInReadOnlyTransaction()) {
			boolean locks = sql != null && sql.takesAdvisoryLock();
			return borrow(true, locks ? ReadDemand.WRITER : this.demand);
		}
		if (this.caller.autoCommit() && sql != null && sql.isRead()) {
			return ofWriter(this.connections.borrowForReadOutsideTransaction(), false);
		}
		return borrow(false, this.demand);
	}

	private HeldConnection ofWriter(Connection physical, boolean reading) throws SQLException {
		HeldConnection prepared = prepare(BorrowedConnection.ofWriter(physical), reading);
		readFrom(null);
		return prepared;
	}

	/**
	 * Borrow a physical connection for a read, whatever else the connection is used for.
	 */
	HeldConnection borrowToRead() throws SQLException {
		return borrow(true, this.demand);
	}

	private HeldConnection borrow(boolean reading, @Nullable ReadDemand demand) throws SQLException {
		while (true) {
			BorrowedConnection borrowed = borrowFromGroup(reading, demand);
			HeldConnection prepared = prepare(borrowed, reading);
			if (mayServe(prepared, borrowed)) {
				readFrom(borrowed.reader());
				this.apart = borrowed.apart();
				return prepared;
			}
			prepared.giveBack();
		}
	}

	private BorrowedConnection borrowFromGroup(boolean reading, @Nullable ReadDemand demand) throws SQLException {
		if (this.group == null) {
			return this.connections.borrow(reading, isSerializable(), demand);
		}
		ReadContext context = ReadContext.current();
		String outer = context.group(this.group);
		try {
			return this.connections.borrow(reading, isSerializable(), demand);
		}
		finally {
			context.group(outer);
		}
	}

	/**
	 * Borrow a connection from any reader for questions alone.
	 * @return the connection, or {@code null} if there is no reader
	 */
	@Nullable HeldConnection borrowToAsk() throws SQLException {
		Connection physical = this.connections.borrowToAsk();
		if (physical == null) {
			return null;
		}
		HeldConnection prepared = prepare(new BorrowedConnection(physical, null, null), true);
		prepared.outlive();
		return prepared;
	}

	private boolean isSerializable() {
		Integer isolation = this.caller.isolation();
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
	private HeldConnection prepare(BorrowedConnection borrowed, boolean reading) throws SQLException {
		HeldConnection prepared = new HeldConnection(this.connection, this.caller, this.connections.held(), borrowed,
				reading);
		try {
			prepared.begin();
			DefaultSettings defaults = this.connections.held().defaults();
			ConnectionSettings settings = this.caller.settingsIfAny();
			if (settings != null || defaults.areNeeded()) {
				prepared.setAutoCommit(true);
				defaults.learn(prepared.physical());
				if (settings != null) {
					settings.applyTo(prepared, this.caller.readOnly(), this.connections.isolations());
				}
			}
			prepared.setAutoCommit(this.caller.autoCommit());
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
		this.apart = false;
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
			return this.borrowed && !this.apart;
		}
		return this.reader.isProvable() ? this.readerProgress != null && this.readerProgress.includesCommitsUntil(time)
				: this.borrowedAt - time >= this.connections.unknownLagNanos();
	}

}
