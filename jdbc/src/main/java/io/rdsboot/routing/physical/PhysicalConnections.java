package io.rdsboot.routing.physical;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import io.rdsboot.routing.selection.RoutedReader;
import io.rdsboot.routing.sql.SqlSettings;
import io.rdsboot.routing.sql.SqlText;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.support.JdbcUtils;

/**
 * The physical connections behind one connection of a caller's: the one that statements
 * are executed on now, and those of queries outside a transaction. Each is borrowed when
 * it is first needed. Not thread-safe.
 *
 * <p>
 * A physical connection that was borrowed for reading goes back when the transaction ends
 * or the connection ceases to be read-only, so that a write that follows on the same
 * connection (as with an open session in view) finds the writer. One that was borrowed
 * for writing is kept until the end, because whoever has prepared something on it finds
 * it there; but a question, or a change of settings, is no reason to keep it when the
 * connection becomes read-only. Settings move along.
 */
public final class PhysicalConnections {

	private final ConnectionSource connections;

	private final ConnectionCaller caller;

	private final PhysicalBorrower borrower;

	/**
	 * Whether a query outside a transaction is a read, to be served by a reader.
	 */
	private final boolean queriesAreReads;

	private @Nullable HeldConnection held;

	/**
	 * What queries outside a transaction are read from while one of their statements is
	 * open.
	 */
	private @Nullable HeldConnection heldForQueries;

	/**
	 * {@code null} until a replica cancels a query, which hardly any connection sees.
	 */
	private @Nullable CancelledQueries cancelledQueries;

	private boolean closed;

	/**
	 * Create it for a connection that is handed out on the calling thread.
	 * @param connection the connection, which what is borrowed refers to weakly
	 * @param autoCommit whether the connection begins in auto-commit mode
	 * @param queriesAreReads whether queries outside a transaction go to readers
	 */
	public PhysicalConnections(Connection connection, ConnectionSource connections, boolean autoCommit,
			boolean queriesAreReads) {
		this.connections = connections;
		this.caller = new ConnectionCaller(autoCommit);
		this.borrower = new PhysicalBorrower(connection, connections, this.caller);
		this.queriesAreReads = queriesAreReads;
	}

	/**
	 * Return the caller, with what he has asked of the connection.
	 */
	public ConnectionCaller caller() {
		return this.caller;
	}

	/**
	 * Return the physical connection that a statement is executed on now.
	 * @param sql the statement, or {@code null} if it is not known yet
	 */
	public HeldConnection hold(@Nullable SqlText sql) throws SQLException {
		HeldConnection present = held();
		if (present == null) {
			return borrow(sql);
		}
		RoutedReader reader = this.borrower.lastReader();
		if (present.isReading() && reader != null && sql != null && sql.takesAdvisoryLock()) {
			this.connections.warnOfAdvisoryLock(reader.instance());
		}
		return present;
	}

	/**
	 * Return the physical connection that is there, whether it serves the next statement
	 * or not.
	 */
	public @Nullable HeldConnection present() {
		return this.held;
	}

	/**
	 * Return the physical connection that the transaction has, or {@code null} if the
	 * next statement has to borrow one.
	 */
	private @Nullable HeldConnection held() throws SQLException {
		checkOpen();
		if (this.held != null && isOutlived(this.held)) {
			move(this.held);
		}
		return this.held;
	}

	/**
	 * Return the physical connection if the next statement would be executed there.
	 */
	public @Nullable HeldConnection peek() throws SQLException {
		checkOpen();
		return (this.held != null && !isOutlived(this.held)) ? this.held : null;
	}

	/**
	 * Return whether a physical connection has served its purpose. One that
	 * infrastructure has borrowed has, once its transaction has ended and the application
	 * goes on: with an open session in view both use one connection, and the
	 * application's reads are not to stay with the writer for it.
	 */
	private boolean isOutlived(HeldConnection present) {
		if (present.isOfInfrastructureAlone() && this.caller.autoCommit() && !present.hasDependents()
				&& !this.caller.isInfrastructure()) {
			present.outlive();
		}
		return present.isOutlived();
	}

	private HeldConnection borrow(@Nullable SqlText sql) throws SQLException {
		HeldConnection borrowed = this.borrower.borrow(sql);
		this.held = borrowed;
		return borrowed;
	}

	/**
	 * Return whether what was read last is known to include everything that had been
	 * committed by a time.
	 */
	public boolean includesCommitsUntil(long time) {
		return this.borrower.includesCommitsUntil(time);
	}

	/**
	 * Return whether a statement is a query outside a transaction, on a connection that
	 * takes such for reads. Once something else was executed, the connection stays with
	 * the writer.
	 */
	public boolean isQueryToRead(SqlText sql) throws SQLException {
		return this.queriesAreReads && this.caller.autoCommit() && !this.caller.isInfrastructure() && held() == null
				&& sql.isRead();
	}

	public HeldConnection holdForQueries() throws SQLException {
		if (this.heldForQueries == null) {
			this.heldForQueries = this.borrower.borrowToRead();
		}
		return this.heldForQueries;
	}

	/**
	 * Take note that a statement was closed. Queries outside a transaction keep their
	 * connection no longer than that.
	 */
	public void statementClosed(HeldConnection holder) throws SQLException {
		if (holder == this.heldForQueries && !holder.hasDependents()) {
			takeSettings(holder);
			this.heldForQueries = null;
			holder.giveBack();
		}
		else if (this.cancelledQueries != null) {
			this.cancelledQueries.giveBack(holder);
		}
	}

	public CancelledQueries cancelledQueries() {
		if (this.cancelledQueries == null) {
			this.cancelledQueries = new CancelledQueries(this::borrowForRepetition);
		}
		return this.cancelledQueries;
	}

	private List<HeldConnection> takeRepetitions() {
		return (this.cancelledQueries != null) ? this.cancelledQueries.takeAll() : List.of();
	}

	private HeldConnection borrowForRepetition() throws SQLException {
		HeldConnection cancelled = (this.held != null) ? this.held : this.heldForQueries;
		if (cancelled != null) {
			takeSettings(cancelled);
		}
		return this.borrower.borrowToRead();
	}

	/**
	 * Return a physical connection to ask, which need not be the one that the next
	 * statement is executed on.
	 */
	public Connection ask() throws SQLException {
		checkOpen();
		if (this.held == null && !this.caller.readOnly() && !this.connections.isWriterReachable()) {
			this.held = this.borrower.borrowToAsk();
		}
		HeldConnection asked = (this.held != null) ? this.held : borrow(null);
		return asked.physical();
	}

	/**
	 * Put off settings until a server is needed, because it is not known yet which one:
	 * whoever sets something on a new connection may make it read-only then. Where a
	 * physical connection is there that has served its purpose, it takes them.
	 * @return whether they were put off
	 */
	public boolean putOff(SqlText sql) throws SQLException {
		checkOpen();
		if (!this.caller.autoCommit() || peek() != null || (this.held == null && this.caller.readOnly())) {
			return false;
		}
		SqlSettings changed = sql.settings();
		if (!changed.areAlone() || !changed.areSilent()) {
			return false;
		}
		if (this.held != null) {
			// Its transaction is over, and some settings cannot be changed within one.
			this.held.setAutoCommit(true);
			ConnectionSettings.execute(this.held, sql);
		}
		else {
			this.caller.settings().sql(sql);
		}
		return true;
	}

	/**
	 * Give the physical connection back, and keep its settings for the next one.
	 */
	public void move(HeldConnection present) throws SQLException {
		takeSettings(present);
		release();
	}

	private void takeSettings(HeldConnection present) throws SQLException {
		Map<String, @Nullable String> taken = present.settings();
		if (!taken.isEmpty()) {
			this.caller.settings().take(taken);
		}
	}

	/**
	 * Let go of a physical connection that was read from. With settings on it, it waits
	 * for the next statement, because the borrower may be about to reset them.
	 */
	public void endReading(HeldConnection present) throws SQLException {
		if (present.hasSettings()) {
			present.outlive();
		}
		else {
			release();
		}
	}

	private void release() throws SQLException {
		HeldConnection released = this.held;
		this.held = null;
		if (released != null) {
			released.giveBack();
		}
	}

	private void releaseQueries() throws SQLException {
		HeldConnection released = this.heldForQueries;
		this.heldForQueries = null;
		if (released != null) {
			released.giveBack();
		}
	}

	public void checkOpen() throws SQLException {
		if (this.closed) {
			throw new SQLException("This connection has been closed", "08003");
		}
	}

	/**
	 * Return whether the caller has closed the connection.
	 */
	public boolean hasBeenClosed() {
		return this.closed;
	}

	/**
	 * Return whether the connection was closed, or the physical one was.
	 */
	public boolean isClosed() throws SQLException {
		return this.closed || (this.held != null && this.held.physical().isClosed());
	}

	/**
	 * Give everything back.
	 */
	public void close() throws SQLException {
		if (!this.closed) {
			this.closed = true;
			try {
				releaseQueries();
				for (HeldConnection each : takeRepetitions()) {
					each.giveBack();
				}
			}
			finally {
				release();
			}
		}
	}

	public void abort(Executor executor) throws SQLException {
		HeldConnection aborted = this.held;
		HeldConnection abortedToo = this.heldForQueries;
		this.closed = true;
		this.held = null;
		this.heldForQueries = null;
		try {
			abort(aborted, executor);
			for (HeldConnection each : takeRepetitions()) {
				abort(each, executor);
			}
		}
		finally {
			abort(abortedToo, executor);
		}
	}

	private static void abort(@Nullable HeldConnection aborted, Executor executor) throws SQLException {
		if (aborted != null) {
			try {
				aborted.physical().abort(executor);
			}
			finally {
				JdbcUtils.closeConnection(aborted.physical());
				aborted.ended();
			}
		}
	}

}
