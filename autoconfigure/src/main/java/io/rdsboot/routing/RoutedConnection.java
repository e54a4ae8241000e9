package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.Properties;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.support.JdbcUtils;

/**
 * Connection that borrows a physical one when a server is first needed: from a reader if
 * it is read-only by then. Not thread-safe.
 *
 * <p>
 * A physical connection that was borrowed for reading goes back when the transaction ends
 * or the connection ceases to be read-only, so that a write that follows on the same
 * connection (as with an open session in view) finds the writer. One that was borrowed
 * for writing is kept until the end: whoever has prepared something on it finds it there.
 *
 * <p>
 * Spring's {@code LazyConnectionDataSourceProxy} is not used, because it keeps its first
 * physical connection for good and does not make a reader's connection read-only.
 */
final class RoutedConnection extends DelegatingConnection {

	private final ReadWriteRoutingDataSource dataSource;

	private final DefaultIsolation defaultIsolation;

	private @Nullable Connection target;

	private boolean targetForReading;

	/**
	 * The session that the physical connection was borrowed in; a connection may come
	 * back on another thread.
	 */
	private ConsistencySession session = ConsistencySession.current();

	/**
	 * Whether a statement on the physical connection may commit a write at any time.
	 */
	private boolean autoCommitWriter;

	private boolean autoCommit = true;

	private boolean readOnly;

	private boolean closed;

	private @Nullable ConnectionSettings settings;

	RoutedConnection(ReadWriteRoutingDataSource dataSource, DefaultIsolation defaultIsolation) {
		this.dataSource = dataSource;
		this.defaultIsolation = defaultIsolation;
	}

	@Override
	Connection target() throws SQLException {
		checkOpen();
		if (this.target == null) {
			Connection borrowed = this.dataSource.borrow(this.readOnly);
			prepare(borrowed);
			this.target = borrowed;
			this.targetForReading = this.readOnly;
			this.session = ConsistencySession.current();
			this.session.connectionOpened();
			trackAutoCommit();
		}
		return this.target;
	}

	/**
	 * Tell the session when a connection begins or ceases to commit each of its writes.
	 */
	private void trackAutoCommit() {
		boolean writes = this.target != null && !this.targetForReading && this.autoCommit;
		if (writes != this.autoCommitWriter) {
			this.autoCommitWriter = writes;
			if (writes) {
				this.session.beginAutoCommit();
			}
			else {
				this.session.endAutoCommit(this.dataSource.now());
			}
		}
	}

	/**
	 * Make a borrowed connection what the caller has asked for. Settings go first,
	 * outside a transaction, so that no rollback undoes them. Auto-commit goes before
	 * read-only: with it off, pgjdbc makes a connection read-only without a round trip.
	 */
	private void prepare(Connection borrowed) throws SQLException {
		try {
			if (this.settings != null) {
				borrowed.setAutoCommit(true);
				this.settings.applyTo(borrowed);
			}
			if (borrowed.getAutoCommit() != this.autoCommit) {
				borrowed.setAutoCommit(this.autoCommit);
			}
			if (this.readOnly) {
				borrowed.setReadOnly(true);
			}
		}
		catch (SQLException | RuntimeException ex) {
			try {
				borrowed.close();
			}
			catch (SQLException suppressed) {
				ex.addSuppressed(suppressed);
			}
			this.dataSource.givenBack(borrowed);
			throw ex;
		}
	}

	/**
	 * Give the physical connection back. A transaction that is still open is rolled back,
	 * which HikariCP does only where a statement began it.
	 */
	private void release() throws SQLException {
		Connection released = this.target;
		this.target = null;
		if (released != null) {
			try (released) {
				if (!this.autoCommit && !released.isClosed()) {
					TransactionEnd.rollback(released);
				}
			}
			finally {
				givenBack(released);
			}
		}
	}

	private void givenBack(Connection released) {
		trackAutoCommit();
		this.session.connectionClosed(this.dataSource.now());
		this.dataSource.givenBack(released);
	}

	private void checkOpen() throws SQLException {
		if (this.closed) {
			throw new SQLException("This connection has been closed", "08003");
		}
	}

	@Override
	public void setAutoCommit(boolean autoCommit) throws SQLException {
		checkOpen();
		if (this.autoCommit == autoCommit) {
			return;
		}
		if (this.target != null) {
			if (autoCommit) {
				commit();
			}
			if (autoCommit && this.targetForReading) {
				release();
			}
			else {
				this.target.setAutoCommit(autoCommit);
			}
		}
		this.autoCommit = autoCommit;
		trackAutoCommit();
	}

	@Override
	public boolean getAutoCommit() throws SQLException {
		checkOpen();
		return this.autoCommit;
	}

	@Override
	public void setReadOnly(boolean readOnly) throws SQLException {
		checkOpen();
		if (this.readOnly == readOnly) {
			return;
		}
		if (this.target != null) {
			// Refused by pgjdbc (25001) inside a transaction.
			this.target.setReadOnly(readOnly);
			if (this.targetForReading) {
				release();
			}
		}
		this.readOnly = readOnly;
	}

	@Override
	public boolean isReadOnly() throws SQLException {
		checkOpen();
		return this.readOnly;
	}

	@Override
	public void commit() throws SQLException {
		checkOpen();
		if (this.target != null) {
			try {
				if (this.readOnly) {
					this.target.commit();
				}
				else {
					TransactionEnd.commit(this.target);
				}
			}
			finally {
				// Also when it failed: the server may have committed nevertheless.
				if (!this.targetForReading) {
					this.session.committed(this.dataSource.now());
				}
			}
		}
	}

	@Override
	public void rollback() throws SQLException {
		checkOpen();
		if (this.target != null) {
			TransactionEnd.rollback(this.target);
		}
	}

	@Override
	public void close() throws SQLException {
		if (!this.closed) {
			this.closed = true;
			release();
		}
	}

	@Override
	public boolean isClosed() throws SQLException {
		return this.closed || (this.target != null && this.target.isClosed());
	}

	@Override
	public boolean isValid(int timeout) throws SQLException {
		return !this.closed && super.isValid(timeout);
	}

	@Override
	public void abort(Executor executor) throws SQLException {
		Connection aborted = this.target;
		this.closed = true;
		if (aborted != null) {
			this.target = null;
			try {
				aborted.abort(executor);
			}
			finally {
				JdbcUtils.closeConnection(aborted);
				givenBack(aborted);
			}
		}
	}

	@Override
	public void setTransactionIsolation(int level) throws SQLException {
		checkOpen();
		if (this.target != null) {
			this.target.setTransactionIsolation(level);
		}
		settings().isolation(level);
	}

	/**
	 * Return the isolation level. The first call for a data source, if none was set,
	 * borrows a physical connection to ask.
	 */
	@Override
	public int getTransactionIsolation() throws SQLException {
		checkOpen();
		Integer level = (this.settings != null) ? this.settings.isolation() : null;
		if (level != null) {
			return level;
		}
		return this.defaultIsolation.isKnown() ? this.defaultIsolation.level() : this.defaultIsolation.ask(target());
	}

	@Override
	public void setSchema(@Nullable String schema) throws SQLException {
		checkOpen();
		if (this.target != null) {
			this.target.setSchema(schema);
		}
		settings().schema(schema);
	}

	@Override
	public void setCatalog(@Nullable String catalog) throws SQLException {
		checkOpen();
		if (this.target != null) {
			this.target.setCatalog(catalog);
		}
		settings().catalog(catalog);
	}

	@Override
	public void setHoldability(int holdability) throws SQLException {
		checkOpen();
		if (this.target != null) {
			this.target.setHoldability(holdability);
		}
		settings().holdability(holdability);
	}

	@Override
	public void setClientInfo(String name, @Nullable String value) throws SQLClientInfoException {
		if (this.target != null) {
			this.target.setClientInfo(name, value);
		}
		settings().clientInfo(name, value);
	}

	@Override
	public void setClientInfo(Properties properties) throws SQLClientInfoException {
		for (String name : properties.stringPropertyNames()) {
			setClientInfo(name, properties.getProperty(name));
		}
	}

	@Override
	public void setNetworkTimeout(@Nullable Executor executor, int milliseconds) throws SQLException {
		checkOpen();
		if (this.target != null) {
			this.target.setNetworkTimeout(executor, milliseconds);
		}
		settings().networkTimeout(executor, milliseconds);
	}

	private ConnectionSettings settings() {
		if (this.settings == null) {
			this.settings = new ConnectionSettings();
		}
		return this.settings;
	}

	@Override
	public @Nullable SQLWarning getWarnings() throws SQLException {
		checkOpen();
		return (this.target != null) ? this.target.getWarnings() : null;
	}

	@Override
	public void clearWarnings() throws SQLException {
		checkOpen();
		if (this.target != null) {
			this.target.clearWarnings();
		}
	}

	@Override
	public String toString() {
		return "RoutedConnection[" + ((this.target != null) ? this.target : "no physical connection yet") + "]";
	}

}
