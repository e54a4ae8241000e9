package io.rdsboot.routing.physical;

import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;

import io.rdsboot.cluster.ServerIdentity;
import io.rdsboot.routing.consistency.SessionConnection;
import io.rdsboot.routing.failure.LostConnections;
import io.rdsboot.routing.selection.BorrowedConnection;
import io.rdsboot.routing.selection.ReadRequirement;
import io.rdsboot.routing.selection.RoutedReader;
import io.rdsboot.routing.settings.SessionChanges;
import io.rdsboot.routing.sql.SqlSettings;
import io.rdsboot.routing.sql.SqlText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Physical connection while a caller's connection has borrowed it, and what it takes to
 * give it back as it came. Not thread-safe.
 *
 * <p>
 * It refers to its borrower weakly, so that one who never closes its connection is
 * noticed.
 */
public final class HeldConnection extends WeakReference<Connection> implements SessionConnection {

	private static final Logger logger = LoggerFactory.getLogger(HeldConnection.class);

	private final HeldConnections all;

	private final Connection physical;

	private final SessionAccounting accounting;

	/**
	 * Whether a reader would serve if it had caught up.
	 */
	private final boolean awaitingReplay;

	private boolean autoCommit;

	private boolean outlived;

	private int dependents;

	private boolean ended;

	private @Nullable SessionChanges changes;

	/**
	 * {@code null} where no pooler shares the session with others.
	 */
	private @Nullable SharedSession shared;

	/**
	 * Take over a connection that was borrowed.
	 * @param borrower the connection that it works for
	 * @param caller who uses the borrower
	 * @param reading whether it was borrowed for reading
	 */
	HeldConnection(Connection borrower, ConnectionCaller caller, HeldConnections all, BorrowedConnection borrowed,
			boolean reading) {
		super(borrower, all.abandoned());
		this.all = all;
		this.physical = borrowed.physical();
		this.accounting = new SessionAccounting(caller, all, reading, borrowed.apart());
		this.awaitingReplay = reading && borrowed.isAwaitingReplay();
		all.add(this);
	}

	/**
	 * Take note of what the connection comes with. Fails if it was lost since it was
	 * borrowed, and has to be given back then as well.
	 */
	void begin() throws SQLException {
		this.autoCommit = this.physical.getAutoCommit();
		this.shared = SharedSession.of(this.physical, isReading());
	}

	/**
	 * Return whether what was borrowed from a reader may serve the read that it was
	 * borrowed for. Where a pooler gives the session, that is asked of the server within
	 * the read's transaction, because the pooler's name may lead to another one by now
	 * than when it was last looked at.
	 */
	boolean mayServe(RoutedReader reader, ReadRequirement requirement) throws SQLException {
		return this.shared == null || !reader.isProvable() || !requirement.isDemanding()
				|| requirement.isMetBy(reader, ServerIdentity.of(this.physical));
	}

	public Connection physical() {
		return this.physical;
	}

	/**
	 * Return whether it was borrowed for reading.
	 */
	public boolean isReading() {
		return this.accounting.isReading();
	}

	/**
	 * Return whether it was borrowed for infrastructure, and nobody else has used it.
	 */
	boolean isOfInfrastructureAlone() {
		return this.accounting.isOfInfrastructureAlone();
	}

	/**
	 * Return whether anything was executed but changes of settings.
	 */
	boolean isUsed() {
		return this.accounting.uses() > 0;
	}

	/**
	 * Return whether nothing was executed but one statement, and changes of settings that
	 * another connection can take over: then nothing else would be missed there.
	 */
	boolean isUsedOnce() {
		return this.accounting.uses() == 1 && (this.changes == null || this.changes.isMovable());
	}

	/**
	 * Return whether nothing would be missed if it were given back now.
	 */
	public boolean isDispensable() {
		return !isUsed() && this.dependents == 0 && (this.changes == null || this.changes.isMovable());
	}

	/**
	 * Return whether it has served its purpose, so that the next statement needs another
	 * one.
	 */
	boolean isOutlived() {
		return this.outlived;
	}

	/**
	 * Let it answer questions and change settings, and no more.
	 */
	void outlive() {
		this.outlived = true;
	}

	/**
	 * Take note of a statement or a result set that needs it.
	 */
	public void dependentOpened() {
		this.dependents++;
	}

	public void dependentClosed() {
		this.dependents--;
	}

	boolean hasDependents() {
		return this.dependents > 0;
	}

	/**
	 * Take note of a statement that is about to be executed.
	 * @param settings the settings that it changes
	 * @param sql the statement, or {@code null} for one whose effects are not told by its
	 * text
	 */
	public void executing(SqlSettings settings, @Nullable SqlText sql) throws SQLException {
		if (this.shared != null) {
			this.shared.executing(settings, sql, this.autoCommit);
		}
		if (!settings.isEmpty()) {
			changes().willChange(settings);
		}
		if (!settings.areAlone()) {
			this.accounting.executing(this, this.autoCommit, sql);
		}
	}

	/**
	 * Take note that it is used past its statements, so that nobody knows what for.
	 */
	public void useUnseen() throws SQLException {
		if (this.shared != null) {
			this.shared.begin();
		}
		this.accounting.executing(this, this.autoCommit, null);
	}

	/**
	 * Take note that something is executed.
	 */
	public void use() {
		this.accounting.use(this, this.autoCommit);
	}

	SessionChanges changes() {
		if (this.changes == null) {
			this.changes = new SessionChanges(this.physical, this.all.defaults());
		}
		return this.changes;
	}

	/**
	 * Return whether the session's settings were changed.
	 */
	boolean hasSettings() {
		return this.changes != null && this.changes.hasSettings();
	}

	/**
	 * Return the values that settings have now that SQL has changed, which the next
	 * connection of the same borrower has to take over.
	 */
	Map<String, @Nullable String> settings() throws SQLException {
		return (this.changes != null) ? this.changes.settings() : Map.<String, @Nullable String>of();
	}

	public void setAutoCommit(boolean autoCommit) throws SQLException {
		if (this.autoCommit != autoCommit) {
			this.physical.setAutoCommit(autoCommit);
			this.autoCommit = autoCommit;
		}
		if (!autoCommit) {
			this.accounting.endAutoCommit(this);
		}
	}

	public void setSchema(@Nullable String schema) throws SQLException {
		if (this.shared == null) {
			changes().willChange(Set.of("search_path"));
		}
		this.physical.setSchema(schema);
	}

	public void setHoldability(int holdability) throws SQLException {
		changes().willChangeHoldability();
		this.physical.setHoldability(holdability);
	}

	public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
		changes().willChangeTypeMap();
		this.physical.setTypeMap(map);
	}

	/**
	 * Set what pgjdbc has of client info: the application's name.
	 */
	public void setClientInfo(String name, @Nullable String value) throws SQLClientInfoException {
		try {
			if (this.shared == null) {
				changes().willChange(Set.of("application_name"));
			}
		}
		catch (SQLException ex) {
			throw new SQLClientInfoException(ex.getMessage(), ex.getSQLState(), Map.of(), ex);
		}
		this.physical.setClientInfo(name, value);
	}

	public void commit(boolean readOnly) throws SQLException {
		try {
			if (isReading() || readOnly) {
				this.physical.commit();
			}
			else {
				TransactionEnd.commit(this.physical);
			}
		}
		finally {
			// Also when it failed: the server may have committed nevertheless.
			this.accounting.committed();
		}
	}

	public void rollback() throws SQLException {
		TransactionEnd.rollback(this.physical);
	}

	/**
	 * Give it back to its pool as it came from there. A transaction that is still open is
	 * rolled back, which HikariCP does only where a statement began it. What cannot be
	 * undone ends the connection.
	 */
	void giveBack() throws SQLException {
		try (this.physical) {
			boolean clean = this.changes == null;
			try {
				if (!this.autoCommit && !this.physical.isClosed()) {
					rollback();
				}
				clean = clean || undo();
			}
			finally {
				if (!clean) {
					this.all.evict(this.physical);
				}
			}
		}
		finally {
			ended();
		}
	}

	private boolean undo() {
		try {
			if (LostConnections.isLost(this.physical)) {
				return false;
			}
			// With auto-commit off, pgjdbc makes this change without a round trip.
			this.physical.setReadOnly(false);
			this.physical.setAutoCommit(true);
			return changes().undo();
		}
		catch (SQLException ex) {
			logger.debug("Settings of {} could not be undone", this.physical, ex);
			return false;
		}
	}

	/**
	 * Give up one that nobody will give back. Whoever has lost a connection need not
	 * close it, because it says that it is closed.
	 */
	void abandon() {
		if (!this.ended) {
			if (!isLost()) {
				logger.warn("Connection {} was not closed by its borrower, and is closed now", this.physical);
			}
			this.all.evict(this.physical);
			ended();
		}
	}

	/**
	 * Take note that it is gone, or goes in another way than by being given back.
	 */
	void ended() {
		if (!this.ended) {
			this.ended = true;
			this.accounting.end(this);
			if (this.awaitingReplay && isUsed()) {
				// What was read last is newer than what the borrow has asked for.
				this.all.followReplay();
			}
			this.all.remove(this);
		}
	}

	@Override
	public boolean isGone() {
		return get() == null || isLost();
	}

	private boolean isLost() {
		try {
			return LostConnections.isLost(this.physical);
		}
		catch (SQLException ex) {
			return true;
		}
	}

}
