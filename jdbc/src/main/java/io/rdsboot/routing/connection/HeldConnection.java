package io.rdsboot.routing.connection;

import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;

import io.rdsboot.cluster.ServerIdentity;
import io.rdsboot.routing.consistency.ReadContext;
import io.rdsboot.routing.consistency.SessionConnection;
import io.rdsboot.routing.consistency.SessionHistory;
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
 * Physical connection while a {@link RoutedConnection} has borrowed it, and what it takes
 * to give it back as it came. Not thread-safe.
 *
 * <p>
 * It refers to its borrower weakly, so that one who never closes its connection is
 * noticed.
 */
public final class HeldConnection extends WeakReference<RoutedConnection> implements SessionConnection {

	private static final Logger logger = LoggerFactory.getLogger(HeldConnection.class);

	private final HeldConnections all;

	private final Connection physical;

	private final boolean reading;

	private final ConnectionOwner owner;

	/**
	 * Whether a reader would serve if it had caught up.
	 */
	private final boolean awaitingReplay;

	private boolean infrastructure;

	private boolean infrastructureAlone;

	/**
	 * The session that it was borrowed in; it may go back on another thread. One of
	 * infrastructure's is asked by nobody else.
	 */
	private SessionHistory session;

	private boolean autoCommit;

	/**
	 * How many times something was executed but changes of settings.
	 */
	private int uses;

	private boolean outlived;

	private int dependents;

	/**
	 * Whether a statement may commit a write at any time.
	 */
	private boolean autoCommitWriter;

	/**
	 * Whether something was executed that is no plain query since the last transaction
	 * ended.
	 */
	private boolean changing;

	private boolean ended;

	private @Nullable SessionChanges changes;

	/**
	 * {@code null} where no pooler shares the session with others.
	 */
	private @Nullable SharedSession shared;

	/**
	 * Take over a connection that was borrowed.
	 * @param owner who the borrower works for
	 * @param reading whether it was borrowed for reading
	 */
	HeldConnection(RoutedConnection borrower, ConnectionOwner owner, HeldConnections all, BorrowedConnection borrowed,
			boolean reading) {
		super(borrower, all.abandoned());
		this.owner = owner;
		this.all = all;
		this.physical = borrowed.physical();
		this.reading = reading;
		this.awaitingReplay = reading && borrowed.isAwaitingReplay();
		this.infrastructure = owner.isInfrastructure();
		this.infrastructureAlone = this.infrastructure;
		this.session = session();
		all.add(this);
	}

	/**
	 * Take note of what the connection comes with. Fails if it was lost since it was
	 * borrowed, and has to be given back then as well.
	 */
	void begin() throws SQLException {
		this.autoCommit = this.physical.getAutoCommit();
		this.shared = SharedSession.of(this.physical, this.reading);
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

	private SessionHistory session() {
		return this.infrastructure ? SessionHistory.ofBareThread() : ReadContext.current().history();
	}

	public Connection physical() {
		return this.physical;
	}

	/**
	 * Return whether it was borrowed for reading.
	 */
	boolean isReading() {
		return this.reading;
	}

	/**
	 * Return whether it was borrowed for infrastructure, and nobody else has used it.
	 */
	boolean isOfInfrastructureAlone() {
		return this.infrastructureAlone;
	}

	/**
	 * Return whether anything was executed but changes of settings.
	 */
	boolean isUsed() {
		return this.uses > 0;
	}

	/**
	 * Return whether nothing was executed but one statement, and changes of settings that
	 * another connection can take over: then nothing else would be missed there.
	 */
	boolean isUsedOnce() {
		return this.uses == 1 && (this.changes == null || this.changes.isMovable());
	}

	/**
	 * Return whether nothing would be missed if it were given back now.
	 */
	boolean isDispensable() {
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
	void dependentOpened() {
		this.dependents++;
	}

	void dependentClosed() {
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
	void executing(SqlSettings settings, @Nullable String sql) throws SQLException {
		if (this.shared != null) {
			this.shared.executing(settings, sql, this.autoCommit);
		}
		if (!settings.isEmpty()) {
			changes().willChange(settings);
		}
		if (!settings.areAlone()) {
			use();
			if (!this.changing && !this.reading) {
				this.changing = sql == null || !SqlText.isRead(sql);
			}
		}
	}

	/**
	 * Take note that it is used past its statements, so that nobody knows what for.
	 */
	void useUnseen() throws SQLException {
		if (this.shared != null) {
			this.shared.begin();
		}
		use();
		this.changing = true;
	}

	/**
	 * Take note that something is executed. Until then it does not count in its session.
	 */
	void use() {
		if (this.owner.isInfrastructure() != this.infrastructure) {
			changeOwner();
		}
		if (this.uses++ == 0) {
			this.session.connectionOpened(this);
			if (!this.reading) {
				this.session.servedByOther(this.all.now());
			}
		}
		if (!this.reading && this.autoCommit && !this.autoCommitWriter) {
			this.autoCommitWriter = true;
			this.session.beginAutoCommit(this);
		}
	}

	/**
	 * Let what is executed from now on count elsewhere than what was before.
	 */
	private void changeOwner() {
		endAutoCommit();
		if (isUsed()) {
			this.session.connectionClosed(this, this.all.now());
		}
		this.infrastructure = !this.infrastructure;
		this.infrastructureAlone = false;
		this.session = session();
		if (isUsed()) {
			this.session.connectionOpened(this);
			if (!this.reading) {
				this.session.servedByOther(this.all.now());
			}
		}
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

	void setAutoCommit(boolean autoCommit) throws SQLException {
		if (this.autoCommit != autoCommit) {
			this.physical.setAutoCommit(autoCommit);
			this.autoCommit = autoCommit;
		}
		if (!autoCommit) {
			endAutoCommit();
		}
	}

	void setSchema(@Nullable String schema) throws SQLException {
		if (this.shared == null) {
			changes().willChange(Set.of("search_path"));
		}
		this.physical.setSchema(schema);
	}

	void setHoldability(int holdability) throws SQLException {
		changes().willChangeHoldability();
		this.physical.setHoldability(holdability);
	}

	void setTypeMap(Map<String, Class<?>> map) throws SQLException {
		changes().willChangeTypeMap();
		this.physical.setTypeMap(map);
	}

	/**
	 * Set what pgjdbc has of client info: the application's name.
	 */
	void setClientInfo(String name, @Nullable String value) throws SQLClientInfoException {
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

	private void endAutoCommit() {
		if (this.autoCommitWriter) {
			this.autoCommitWriter = false;
			this.session.endAutoCommit(this, this.all.now(), this.changing);
			this.changing = false;
		}
	}

	void commit(boolean readOnly) throws SQLException {
		try {
			if (this.reading || readOnly) {
				this.physical.commit();
			}
			else {
				TransactionEnd.commit(this.physical);
			}
		}
		finally {
			// Also when it failed: the server may have committed nevertheless.
			if (!this.reading && isUsed()) {
				this.session.committed(this.all.now(), this.changing);
				this.changing = false;
			}
		}
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
					TransactionEnd.rollback(this.physical);
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
			endAutoCommit();
			if (isUsed()) {
				this.session.connectionClosed(this, this.all.now());
				if (this.awaitingReplay) {
					// What was read last is newer than what the borrow has asked for.
					this.all.followReplay();
				}
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
