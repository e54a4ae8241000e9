package io.rdsboot.routing.connection;

import java.lang.reflect.Proxy;
import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;

import io.rdsboot.cluster.LogProgress;
import io.rdsboot.routing.consistency.CommitStatus;
import io.rdsboot.routing.consistency.ReadContext;
import io.rdsboot.routing.consistency.ReadDemand;
import io.rdsboot.routing.selection.BorrowedConnection;
import io.rdsboot.routing.selection.RoutedReader;
import io.rdsboot.routing.settings.DefaultSettings;
import io.rdsboot.routing.sql.SqlSettings;
import io.rdsboot.routing.sql.SqlText;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.support.JdbcUtils;

/**
 * Connection that borrows a physical one when a server is first needed: from a reader if
 * it is read-only by then. Whatever comes out of it (statements, result sets, metadata,
 * arrays) leads back to it. Not thread-safe.
 *
 * <p>
 * A physical connection that was borrowed for reading goes back when the transaction ends
 * or the connection ceases to be read-only, so that a write that follows on the same
 * connection (as with an open session in view) finds the writer. One that was borrowed
 * for writing is kept until the end, because whoever has prepared something on it finds
 * it there; but a question, or a change of settings, is no reason to keep it when the
 * connection becomes read-only. Settings move along.
 *
 * <p>
 * Spring's {@code LazyConnectionDataSourceProxy} is not used, because it keeps its first
 * physical connection for good and does not make a reader's connection read-only.
 */
public final class RoutedConnection extends DelegatingConnection implements CommitStatus {

	private final ConnectionSource connections;

	private final ConnectionOwner owner = new ConnectionOwner();

	/**
	 * What this connection demands of its reads wherever it is used, or {@code null}.
	 */
	private final @Nullable ReadDemand demand = ReadContext.current().connectionDemand();

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

	private boolean autoCommit;

	private boolean readOnly;

	/**
	 * Whether a commit was the last thing that happened.
	 */
	private boolean committed;

	/**
	 * The reader that was borrowed from last, or {@code null} if it was the writer.
	 */
	private @Nullable RoutedReader reader;

	private @Nullable LogProgress readerProgress;

	private long borrowedAt;

	private boolean borrowed;

	/**
	 * Whether the last thing that happened was a rollback.
	 */
	private boolean rolledBack;

	private boolean closed;

	private @Nullable ConnectionSettings settings;

	public RoutedConnection(ConnectionSource connections, boolean autoCommit, boolean queriesAreReads) {
		this.connections = connections;
		this.autoCommit = autoCommit;
		this.queriesAreReads = queriesAreReads;
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
	HeldConnection hold(@Nullable String sql) throws SQLException {
		this.committed = false;
		this.rolledBack = false;
		HeldConnection present = held();
		if (present == null) {
			return borrow(sql);
		}
		if (present.isReading() && this.reader != null && sql != null && SqlText.takesAdvisoryLock(sql)) {
			this.connections.warnOfAdvisoryLock(this.reader.instance());
		}
		return present;
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
	private @Nullable HeldConnection peek() throws SQLException {
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
		if (present.isOfInfrastructureAlone() && this.autoCommit && !present.hasDependents()
				&& !this.owner.isInfrastructure()) {
			present.outlive();
		}
		return present.isOutlived();
	}

	private HeldConnection borrow(@Nullable String sql) throws SQLException {
		HeldConnection borrowed = this.owner.isInfrastructure()
				? ofWriter(this.connections.borrowForInfrastructure(), this.readOnly) : borrowForApplication(sql);
		this.held = borrowed;
		return borrowed;
	}

	private HeldConnection borrowForApplication(@Nullable String sql) throws SQLException {
		if (this.readOnly || this.connections.isInReadOnlyTransaction()) {
			boolean locks = sql != null && SqlText.takesAdvisoryLock(sql);
			return borrow(true, locks ? ReadDemand.WRITER : this.demand);
		}
		if (this.autoCommit && sql != null && SqlText.isRead(sql)) {
			return ofWriter(this.connections.borrowForReadOutsideTransaction(), false);
		}
		return borrow(false, this.demand);
	}

	private HeldConnection ofWriter(Connection physical, boolean reading) throws SQLException {
		HeldConnection prepared = prepare(BorrowedConnection.ofWriter(physical), reading);
		readFrom(null);
		return prepared;
	}

	private HeldConnection borrow(boolean reading, @Nullable ReadDemand demand) throws SQLException {
		while (true) {
			BorrowedConnection borrowed = this.connections.borrow(reading, isSerializable(), demand);
			HeldConnection prepared = prepare(borrowed, reading);
			if (mayServe(prepared, borrowed)) {
				readFrom(borrowed.reader());
				return prepared;
			}
			prepared.giveBack();
		}
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

	private void readFrom(@Nullable RoutedReader reader) {
		this.reader = reader;
		this.readerProgress = (reader != null) ? reader.progress() : null;
		this.borrowedAt = this.connections.now();
		this.borrowed = true;
	}

	/**
	 * Return whether what was read last is known to include everything that had been
	 * committed by a time.
	 */
	public boolean includesCommitsUntil(long time) {
		if (this.reader == null) {
			return this.borrowed;
		}
		return this.reader.isProvable() ? this.readerProgress != null && this.readerProgress.includesCommitsUntil(time)
				: this.borrowedAt - time >= this.connections.unknownLagNanos();
	}

	private boolean isSerializable() {
		Integer isolation = (this.settings != null) ? this.settings.isolation() : null;
		return (isolation != null) ? isolation == TRANSACTION_SERIALIZABLE : this.connections.isSerializable();
	}

	/**
	 * Return whether a statement is a query outside a transaction, on a connection that
	 * takes such for reads. Once something else was executed, the connection stays with
	 * the writer.
	 */
	private boolean isQueryToRead(String sql) throws SQLException {
		return this.queriesAreReads && this.autoCommit && !this.owner.isInfrastructure() && held() == null
				&& SqlText.isRead(sql);
	}

	private HeldConnection holdForQueries() throws SQLException {
		if (this.heldForQueries == null) {
			this.heldForQueries = borrow(true, this.demand);
		}
		return this.heldForQueries;
	}

	/**
	 * Take note that a statement was closed. Queries outside a transaction keep their
	 * connection no longer than that.
	 */
	void statementClosed(HeldConnection holder) throws SQLException {
		if (holder == this.heldForQueries && !holder.hasDependents()) {
			takeSettings(holder);
			this.heldForQueries = null;
			holder.giveBack();
		}
		else if (this.cancelledQueries != null) {
			this.cancelledQueries.giveBack(holder);
		}
	}

	CancelledQueries cancelledQueries() {
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
		return borrow(true, this.demand);
	}

	/**
	 * Return a physical connection to ask, which need not be the one that the next
	 * statement is executed on.
	 */
	private Connection ask() throws SQLException {
		checkOpen();
		if (this.held == null && !this.readOnly && !this.connections.isWriterReachable()) {
			Connection reader = this.connections.borrowToAsk();
			if (reader != null) {
				this.held = prepare(new BorrowedConnection(reader, null, null), true);
				this.held.outlive();
			}
		}
		HeldConnection asked = (this.held != null) ? this.held : borrow(null);
		return asked.physical();
	}

	@Override
	Connection target() throws SQLException {
		return hold().physical();
	}

	/**
	 * Make a borrowed connection what the caller has asked for. Settings go first,
	 * outside a transaction, so that no rollback undoes them. Auto-commit goes before
	 * read-only: with it off, pgjdbc makes a connection read-only without a round trip.
	 */
	private HeldConnection prepare(BorrowedConnection borrowed, boolean reading) throws SQLException {
		HeldConnection prepared = new HeldConnection(this, this.owner, this.connections.held(), borrowed, reading);
		try {
			prepared.begin();
			DefaultSettings defaults = this.connections.held().defaults();
			if (this.settings != null || defaults.areNeeded()) {
				prepared.setAutoCommit(true);
				defaults.learn(prepared.physical());
				if (this.settings != null) {
					this.settings.applyTo(prepared, this.readOnly, this.connections.isolations());
				}
			}
			prepared.setAutoCommit(this.autoCommit);
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

	/**
	 * Put off settings until a server is needed, because it is not known yet which one:
	 * whoever sets something on a new connection may make it read-only then. Where a
	 * physical connection is there that has served its purpose, it takes them.
	 * @return whether they were put off
	 */
	boolean putOff(String sql) throws SQLException {
		checkOpen();
		if (!this.autoCommit || peek() != null || (this.held == null && this.readOnly)) {
			return false;
		}
		SqlSettings changed = SqlSettings.of(sql);
		if (!changed.areAlone() || !changed.areSilent()) {
			return false;
		}
		if (this.held != null) {
			// Its transaction is over, and some settings cannot be changed within one.
			this.held.setAutoCommit(true);
			ConnectionSettings.execute(this.held, sql);
		}
		else {
			settings().sql(sql, changed);
		}
		return true;
	}

	/**
	 * Give the physical connection back, and keep its settings for the next one.
	 */
	private void move(HeldConnection present) throws SQLException {
		takeSettings(present);
		release();
	}

	private void takeSettings(HeldConnection present) throws SQLException {
		Map<String, @Nullable String> taken = present.settings();
		if (!taken.isEmpty()) {
			settings().take(taken);
		}
	}

	/**
	 * Let go of a physical connection that was read from. With settings on it, it waits
	 * for the next statement, because the borrower may be about to reset them.
	 */
	private void endReading(HeldConnection present) throws SQLException {
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

	/**
	 * Refuse what pgjdbc would refuse.
	 */
	private void checkNoAutoCommit() throws SQLException {
		if (this.autoCommit) {
			throw new SQLException("Nothing can be committed or rolled back in auto-commit mode", "25P01");
		}
	}

	private void checkOpen() throws SQLException {
		if (this.closed) {
			throw new SQLException("This connection has been closed", "08003");
		}
	}

	@Override
	public Statement createStatement() throws SQLException {
		checkOpen();
		return new RoutedStatement(this, Connection::createStatement);
	}

	@Override
	public Statement createStatement(int resultSetType, int resultSetConcurrency) throws SQLException {
		checkOpen();
		return new RoutedStatement(this, (physical) -> physical.createStatement(resultSetType, resultSetConcurrency));
	}

	@Override
	public Statement createStatement(int resultSetType, int resultSetConcurrency, int resultSetHoldability)
			throws SQLException {
		checkOpen();
		return new RoutedStatement(this,
				(physical) -> physical.createStatement(resultSetType, resultSetConcurrency, resultSetHoldability));
	}

	@Override
	PreparedStatement prepared(String sql, StatementPreparation preparation) throws SQLException {
		SqlSettings changed = SqlSettings.of(sql);
		if (!isQueryToRead(sql)) {
			HeldConnection holder = hold(sql);
			PreparedStatement prepared = (this.autoCommit && holder.isReading() && SqlText.isRead(sql))
					? RepeatableQuery.prepare(this, holder, preparation, false)
					: preparation.prepare(holder.physical());
			return new RoutedPreparedStatement(this, holder, prepared, sql, changed);
		}
		HeldConnection holder = holdForQueries();
		try {
			PreparedStatement query = RepeatableQuery.prepare(this, holder, preparation, true);
			return new RoutedPreparedStatement(this, holder, query, sql, changed);
		}
		catch (SQLException ex) {
			statementClosed(holder);
			throw ex;
		}
	}

	@Override
	CallableStatement routed(String sql, CallableStatement statement) throws SQLException {
		return RoutedCallableStatement.of(this, hold(), statement, SqlSettings.of(sql));
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
		checkOpen();
		return RoutedMetaData.of(this, this.connections.facts());
	}

	/**
	 * Return the metadata of a physical connection that is there anyway, or {@code null}.
	 */
	@Nullable DatabaseMetaData presentMetaData() throws SQLException {
		checkOpen();
		return (this.held != null) ? this.held.physical().getMetaData() : null;
	}

	DatabaseMetaData askedMetaData() throws SQLException {
		return ask().getMetaData();
	}

	/**
	 * Let a result set of metadata lead here, and keep its physical connection.
	 */
	ResultSet ofMetaData(ResultSet resultSet) {
		RoutedResultSet routed = new RoutedResultSet(this, null, resultSet);
		return (this.held != null) ? routed.keeping(this.held) : routed;
	}

	@Override
	public void setAutoCommit(boolean autoCommit) throws SQLException {
		HeldConnection present = peek();
		if (this.autoCommit == autoCommit) {
			return;
		}
		this.committed &= autoCommit;
		this.rolledBack &= autoCommit;
		if (present != null) {
			if (autoCommit) {
				commit();
			}
			if (autoCommit && present.isReading()) {
				endReading(present);
			}
			else {
				present.setAutoCommit(autoCommit);
			}
		}
		this.autoCommit = autoCommit;
		if (!autoCommit) {
			this.owner.transactionBegins();
		}
	}

	@Override
	public boolean getAutoCommit() throws SQLException {
		checkOpen();
		return this.autoCommit;
	}

	@Override
	public void setReadOnly(boolean readOnly) throws SQLException {
		HeldConnection present = peek();
		if (this.readOnly == readOnly) {
			return;
		}
		if (present != null) {
			if (present.isDispensable()) {
				move(present);
			}
			else {
				// Refused by pgjdbc (25001) inside a transaction.
				present.physical().setReadOnly(readOnly);
				if (present.isReading()) {
					endReading(present);
				}
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
		HeldConnection present = peek();
		checkNoAutoCommit();
		if (present != null) {
			present.commit(this.readOnly);
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
		HeldConnection present = peek();
		checkNoAutoCommit();
		if (present != null) {
			TransactionEnd.rollback(present.physical());
		}
		this.rolledBack = !this.autoCommit;
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

	@Override
	public boolean isClosed() throws SQLException {
		return this.closed || (this.held != null && this.held.physical().isClosed());
	}

	@Override
	public boolean isValid(int timeout) throws SQLException {
		return !this.closed && ask().isValid(timeout);
	}

	@Override
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

	/**
	 * Set the isolation level. No reader can be serializable: such a transaction goes to
	 * the writer.
	 */
	@Override
	public void setTransactionIsolation(int level) throws SQLException {
		HeldConnection present = peek();
		ConnectionSettings.checkIsolation(level);
		if (present != null) {
			if (level == TRANSACTION_SERIALIZABLE && present.isReading() && present.isDispensable()) {
				move(present);
			}
			else {
				present.physical().setTransactionIsolation(level);
			}
		}
		settings().isolation(level);
	}

	/**
	 * Return the isolation level. Before a physical connection is borrowed, that is the
	 * level of the pool that one would come from, which borrows to ask if nobody has
	 * asked before. What was answered then holds, wherever the connection comes from.
	 */
	@Override
	public int getTransactionIsolation() throws SQLException {
		HeldConnection present = peek();
		if (present != null) {
			return present.physical().getTransactionIsolation();
		}
		Integer level = (this.settings != null) ? this.settings.isolation() : null;
		if (level != null) {
			return level;
		}
		level = this.connections.defaultIsolation(this.readOnly);
		int answer = (level != null) ? level : this.connections.isolations().of(ask());
		settings().answeredIsolation(answer, this.readOnly);
		return answer;
	}

	@Override
	public void setSchema(@Nullable String schema) throws SQLException {
		checkOpen();
		if (this.held != null) {
			this.held.setSchema(schema);
		}
		settings().schema(schema);
	}

	@Override
	public @Nullable String getSchema() throws SQLException {
		return ask().getSchema();
	}

	/**
	 * Set what {@link #getCatalog()} answers, which is all that pgjdbc does with it.
	 */
	@Override
	public void setCatalog(@Nullable String catalog) throws SQLException {
		checkOpen();
		if (this.held != null) {
			this.held.physical().setCatalog(catalog);
		}
		settings().catalog(catalog);
	}

	@Override
	public @Nullable String getCatalog() throws SQLException {
		checkOpen();
		if (this.held != null) {
			return this.held.physical().getCatalog();
		}
		String set = (this.settings != null) ? this.settings.catalog() : null;
		return (set != null) ? set : this.connections.facts().catalog(this::ask);
	}

	@Override
	public void setHoldability(int holdability) throws SQLException {
		checkOpen();
		if (this.held != null) {
			this.held.setHoldability(holdability);
		}
		settings().holdability(holdability);
	}

	@Override
	public int getHoldability() throws SQLException {
		return ask().getHoldability();
	}

	@Override
	public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
		checkOpen();
		if (this.held != null) {
			this.held.setTypeMap(map);
		}
		settings().typeMap(map);
	}

	@Override
	public Map<String, Class<?>> getTypeMap() throws SQLException {
		return ask().getTypeMap();
	}

	@Override
	public void setClientInfo(String name, @Nullable String value) throws SQLClientInfoException {
		if (this.held != null) {
			this.held.setClientInfo(name, value);
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
	public @Nullable String getClientInfo(String name) throws SQLException {
		return ask().getClientInfo(name);
	}

	@Override
	public Properties getClientInfo() throws SQLException {
		return ask().getClientInfo();
	}

	@Override
	public void setNetworkTimeout(@Nullable Executor executor, int milliseconds) throws SQLException {
		checkOpen();
		if (this.held != null) {
			this.held.physical().setNetworkTimeout(executor, milliseconds);
		}
		settings().networkTimeout(executor, milliseconds);
	}

	@Override
	public int getNetworkTimeout() throws SQLException {
		return ask().getNetworkTimeout();
	}

	@Override
	public String nativeSQL(String sql) throws SQLException {
		return ask().nativeSQL(sql);
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
		return (this.held != null) ? this.held.physical().getWarnings() : null;
	}

	@Override
	public void clearWarnings() throws SQLException {
		checkOpen();
		if (this.held != null) {
			this.held.physical().clearWarnings();
		}
	}

	/**
	 * Return this, or what the driver has. Before a physical connection is used, an
	 * interface of the driver's is a view that finds the present one with each call.
	 */
	@Override
	public <T> T unwrap(Class<T> type) throws SQLException {
		checkOpen();
		if (type.isInstance(this)) {
			return type.cast(this);
		}
		HeldConnection present = peek();
		if ((present == null || present.isDispensable()) && type.isInterface()
				&& this.connections.facts().isWrapperFor(type, this::ask)) {
			return type.cast(
					Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, new DriverView(this, type)));
		}
		HeldConnection holder = hold();
		holder.useUnseen();
		return holder.physical().unwrap(type);
	}

	@Override
	public boolean isWrapperFor(Class<?> type) throws SQLException {
		checkOpen();
		return type.isInstance(this) || this.connections.facts().isWrapperFor(type, this::ask);
	}

	@Override
	public String toString() {
		return "RoutedConnection[" + ((this.held != null) ? this.held.physical() : "no physical connection yet") + "]";
	}

}
