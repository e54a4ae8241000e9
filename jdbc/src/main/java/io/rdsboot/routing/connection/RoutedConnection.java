package io.rdsboot.routing.connection;

import java.lang.reflect.Proxy;
import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.concurrent.Executor;

import io.rdsboot.routing.consistency.CommitStatus;
import io.rdsboot.routing.physical.CancelledQueries;
import io.rdsboot.routing.physical.ConnectionSource;
import io.rdsboot.routing.physical.HeldConnection;
import io.rdsboot.routing.sql.SqlText;
import org.jspecify.annotations.Nullable;

/**
 * Connection that borrows a physical one when a server is first needed: from a reader if
 * it is read-only by then. Whatever comes out of it (statements, result sets, metadata,
 * arrays) leads back to it. Not thread-safe.
 *
 * <p>
 * Spring's {@code LazyConnectionDataSourceProxy} is not used, because it keeps its first
 * physical connection for good and does not make a reader's connection read-only.
 */
public final class RoutedConnection extends ConfigurableConnection implements CommitStatus {

	/**
	 * Whether a commit was the last thing that happened.
	 */
	private boolean committed;

	/**
	 * Whether the last thing that happened was a rollback.
	 */
	private boolean rolledBack;

	public RoutedConnection(ConnectionSource connections, boolean autoCommit, boolean queriesAreReads) {
		super(connections, autoCommit, queriesAreReads);
	}

	/**
	 * Return the physical connection that something is executed on now.
	 */
	public HeldConnection hold() throws SQLException {
		return hold(null);
	}

	/**
	 * Return the physical connection that a statement is executed on now.
	 * @param sql the statement, or {@code null} if it is not known yet
	 */
	HeldConnection hold(@Nullable SqlText sql) throws SQLException {
		this.committed = false;
		this.rolledBack = false;
		return this.physical.hold(sql);
	}

	/**
	 * Return whether what was read last is known to include everything that had been
	 * committed by a time.
	 */
	public boolean includesCommitsUntil(long time) {
		return this.physical.includesCommitsUntil(time);
	}

	/**
	 * Take note that a statement was closed.
	 */
	void statementClosed(HeldConnection holder) throws SQLException {
		this.physical.statementClosed(holder);
	}

	CancelledQueries cancelledQueries() {
		return this.physical.cancelledQueries();
	}

	/**
	 * Put off settings until a server is needed, where that is possible.
	 * @return whether they were put off
	 */
	boolean putOff(SqlText sql) throws SQLException {
		return this.physical.putOff(sql);
	}

	@Override
	Connection target() throws SQLException {
		return hold().physical();
	}

	/**
	 * Refuse what pgjdbc would refuse.
	 */
	private void checkNoAutoCommit() throws SQLException {
		if (this.physical.caller().autoCommit()) {
			throw new SQLException("Nothing can be committed or rolled back in auto-commit mode", "25P01");
		}
	}

	@Override
	public Statement createStatement() throws SQLException {
		this.physical.checkOpen();
		return new RoutedStatement(this, Connection::createStatement);
	}

	@Override
	public Statement createStatement(int resultSetType, int resultSetConcurrency) throws SQLException {
		this.physical.checkOpen();
		return new RoutedStatement(this, (physical) -> physical.createStatement(resultSetType, resultSetConcurrency));
	}

	@Override
	public Statement createStatement(int resultSetType, int resultSetConcurrency, int resultSetHoldability)
			throws SQLException {
		this.physical.checkOpen();
		return new RoutedStatement(this,
				(physical) -> physical.createStatement(resultSetType, resultSetConcurrency, resultSetHoldability));
	}

	@Override
	PreparedStatement prepared(String sql, StatementPreparation preparation) throws SQLException {
		SqlText text = SqlText.of(sql);
		if (!this.physical.isQueryToRead(text)) {
			HeldConnection holder = hold(text);
			PreparedStatement prepared = (getAutoCommit() && holder.isReading() && text.isRead())
					? RepeatableQuery.prepare(this, holder, preparation, false)
					: preparation.prepare(holder.physical());
			return new RoutedPreparedStatement(this, holder, prepared, text);
		}
		HeldConnection holder = this.physical.holdForQueries();
		try {
			PreparedStatement query = RepeatableQuery.prepare(this, holder, preparation, true);
			return new RoutedPreparedStatement(this, holder, query, text);
		}
		catch (SQLException ex) {
			statementClosed(holder);
			throw ex;
		}
	}

	@Override
	CallableStatement routed(String sql, CallableStatement statement) throws SQLException {
		return RoutedCallableStatement.of(this, hold(), statement, SqlText.of(sql).settings());
	}

	/**
	 * Let a value that has a way to its connection lead to this one.
	 */
	@Nullable Object routed(@Nullable Object value) {
		if (value instanceof ResultSet resultSet) {
			return new RoutedResultSet(this, null, resultSet);
		}
		return (value instanceof Array array) ? routed(array) : value;
	}

	@Override
	Array routed(Array array) {
		return new RoutedArray(this, array);
	}

	@Override
	public DatabaseMetaData getMetaData() throws SQLException {
		this.physical.checkOpen();
		return RoutedMetaData.of(this, this.connections.facts());
	}

	/**
	 * Return the metadata of a physical connection that is there anyway, or {@code null}.
	 */
	@Nullable DatabaseMetaData presentMetaData() throws SQLException {
		this.physical.checkOpen();
		HeldConnection present = this.physical.present();
		return (present != null) ? present.physical().getMetaData() : null;
	}

	DatabaseMetaData askedMetaData() throws SQLException {
		return this.physical.ask().getMetaData();
	}

	/**
	 * Let a result set of metadata lead here, and keep its physical connection.
	 */
	ResultSet ofMetaData(ResultSet resultSet) {
		HeldConnection present = this.physical.present();
		RoutedResultSet routed = new RoutedResultSet(this, null, resultSet);
		return (present != null) ? routed.keeping(present) : routed;
	}

	@Override
	public void setAutoCommit(boolean autoCommit) throws SQLException {
		HeldConnection present = this.physical.peek();
		if (this.physical.caller().autoCommit() == autoCommit) {
			return;
		}
		this.committed &= autoCommit;
		this.rolledBack &= autoCommit;
		if (present != null) {
			if (autoCommit) {
				commit();
			}
			if (autoCommit && present.isReading()) {
				this.physical.endReading(present);
			}
			else {
				present.setAutoCommit(autoCommit);
			}
		}
		this.physical.caller().autoCommit(autoCommit);
	}

	@Override
	public boolean getAutoCommit() throws SQLException {
		this.physical.checkOpen();
		return this.physical.caller().autoCommit();
	}

	@Override
	public void setReadOnly(boolean readOnly) throws SQLException {
		HeldConnection present = this.physical.peek();
		if (this.physical.caller().readOnly() == readOnly) {
			return;
		}
		if (present != null) {
			if (present.isDispensable()) {
				this.physical.move(present);
			}
			else {
				// Refused by pgjdbc (25001) inside a transaction.
				present.physical().setReadOnly(readOnly);
				if (present.isReading()) {
					this.physical.endReading(present);
				}
			}
		}
		this.physical.caller().readOnly(readOnly);
	}

	@Override
	public boolean isReadOnly() throws SQLException {
		this.physical.checkOpen();
		return this.physical.caller().readOnly();
	}

	@Override
	public void commit() throws SQLException {
		HeldConnection present = this.physical.peek();
		checkNoAutoCommit();
		if (present != null) {
			present.commit(this.physical.caller().readOnly());
		}
		this.committed = true;
	}

	/**
	 * Return whether the transaction has ended with a commit, and none has begun since.
	 */
	@Override
	public boolean isCommitted() {
		return this.committed;
	}

	@Override
	public void rollback() throws SQLException {
		HeldConnection present = this.physical.peek();
		checkNoAutoCommit();
		if (present != null) {
			present.rollback();
		}
		this.rolledBack = !this.physical.caller().autoCommit();
	}

	/**
	 * Return whether the last transaction was rolled back, and nothing was executed
	 * since.
	 */
	public boolean hasRolledBack() {
		return this.rolledBack;
	}

	@Override
	public Savepoint setSavepoint() throws SQLException {
		hold().use();
		return super.setSavepoint();
	}

	@Override
	public Savepoint setSavepoint(String name) throws SQLException {
		hold().use();
		return super.setSavepoint(name);
	}

	@Override
	public void close() throws SQLException {
		this.physical.close();
	}

	@Override
	public boolean isClosed() throws SQLException {
		return this.physical.isClosed();
	}

	@Override
	public boolean isValid(int timeout) throws SQLException {
		return !this.physical.hasBeenClosed() && this.physical.ask().isValid(timeout);
	}

	@Override
	public void abort(Executor executor) throws SQLException {
		this.physical.abort(executor);
	}

	/**
	 * Return this, or what the driver has. Before a physical connection is used, an
	 * interface of the driver's is a view that finds the present one with each call.
	 */
	@Override
	public <T> T unwrap(Class<T> type) throws SQLException {
		this.physical.checkOpen();
		if (type.isInstance(this)) {
			return type.cast(this);
		}
		HeldConnection present = this.physical.peek();
		if ((present == null || present.isDispensable()) && type.isInterface()
				&& this.connections.facts().isWrapperFor(type, this.physical::ask)) {
			return type.cast(
					Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, new DriverView(this, type)));
		}
		HeldConnection holder = hold();
		holder.useUnseen();
		return holder.physical().unwrap(type);
	}

	@Override
	public boolean isWrapperFor(Class<?> type) throws SQLException {
		this.physical.checkOpen();
		return type.isInstance(this) || this.connections.facts().isWrapperFor(type, this.physical::ask);
	}

	@Override
	public String toString() {
		HeldConnection present = this.physical.present();
		return "RoutedConnection[" + ((present != null) ? present.physical() : "no physical connection yet") + "]";
	}

}
