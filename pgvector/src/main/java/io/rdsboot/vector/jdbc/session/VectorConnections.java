package io.rdsboot.vector.jdbc.session;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.function.Function;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.rdsboot.vector.jdbc.sql.SqlStatement;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCreator;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.core.SqlProvider;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs statements within the transaction of the caller or one of its own, for one tenant.
 * Thread-safe.
 */
public final class VectorConnections {

	private static final String PROGRAM_LIMIT_EXCEEDED = "54000";

	private static final ThreadLocal<@Nullable TimedSearch> SEARCH = new ThreadLocal<>();

	private final DataSource dataSource;

	private final JdbcTemplate jdbc;

	private final TransactionTemplate reading;

	private final TransactionTemplate writing;

	public VectorConnections(DataSource dataSource) {
		this(dataSource, null);
	}

	/**
	 * Create connections.
	 * @param exceptionTranslator what makes exceptions of those of JDBC, or {@code null}
	 * for Spring's own
	 */
	public VectorConnections(DataSource dataSource, @Nullable SQLExceptionTranslator exceptionTranslator) {
		this.dataSource = dataSource;
		this.jdbc = new JdbcTemplate(dataSource);
		JdbcTransactionManager transactionManager = new JdbcTransactionManager(dataSource);
		if (exceptionTranslator != null) {
			this.jdbc.setExceptionTranslator(exceptionTranslator);
			transactionManager.setExceptionTranslator(exceptionTranslator);
		}
		this.reading = new TransactionTemplate(transactionManager);
		this.reading.setReadOnly(true);
		this.writing = new TransactionTemplate(transactionManager);
	}

	public DataSource dataSource() {
		return this.dataSource;
	}

	/**
	 * Run a query, read-only unless the caller's transaction is not.
	 * @param tenant whose rows the query may see, or {@code null} if rows have no tenant
	 */
	public <T> T query(@Nullable Tenant tenant, SqlStatement sql, ResultSetExtractor<T> extractor) {
		return inTransaction(this.reading, (own) -> {
			PipelinedQuery<T> query = new PipelinedQuery<>(sql, extractor, tenant, timer(), own);
			return this.jdbc.execute(new ShownStatement(query.text()), query);
		});
	}

	/**
	 * Run a search whose queries have a time limit together. Queries of the same thread
	 * are meant, but no others.
	 */
	public <T> T within(SearchTimer timer, Supplier<T> search) {
		TimedSearch outer = SEARCH.get();
		SEARCH.set(new TimedSearch(this, timer));
		try {
			return search.get();
		}
		catch (RuntimeException ex) {
			throw timer.failure(ex);
		}
		finally {
			if (outer != null) {
				SEARCH.set(outer);
			}
			else {
				SEARCH.remove();
			}
		}
	}

	private @Nullable SearchTimer timer() {
		TimedSearch search = SEARCH.get();
		return (search != null && search.connections().equals(this)) ? search.timer() : null;
	}

	/**
	 * Say what a search that has a time limit does next.
	 * @param step what it did, if its time is over by then, such as {@code read all rows}
	 */
	public void step(String step) {
		SearchTimer timer = timer();
		if (timer != null) {
			timer.step(step);
		}
	}

	/**
	 * Run several queries in one transaction, the caller's or one of their own.
	 */
	public <T> T queries(Supplier<T> queries) {
		return inTransaction(this.reading, (own) -> queries.get());
	}

	/**
	 * Return whether a query succeeds, or exceeds a limit of the server's, after which
	 * the caller's transaction can go on.
	 */
	public boolean isWithinLimits(SqlStatement sql) {
		return inTransaction(this.reading, (own) -> this.jdbc
			.execute(new ShownAction<>(sql.text(), (connection) -> isWithinLimits(connection, sql))));
	}

	/**
	 * Return whether a query succeeds in the transaction of a connection, or exceeds a
	 * limit of the server's, after which the transaction can go on.
	 */
	public static boolean isWithinLimits(Connection connection, SqlStatement sql) throws SQLException {
		Savepoint before = connection.setSavepoint();
		try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
			sql.prepare(statement, 0);
			statement.execute();
			connection.releaseSavepoint(before);
			return true;
		}
		catch (SQLException ex) {
			if (!PROGRAM_LIMIT_EXCEEDED.equals(ex.getSQLState())) {
				throw ex;
			}
			connection.rollback(before);
			return false;
		}
	}

	/**
	 * Return what the session of a load says of a query, its failures as users of Spring
	 * know them.
	 */
	public boolean isWithinLimits(SqlStatement sql, LimitedSession session) {
		try {
			return session.isWithinLimits(sql);
		}
		catch (SQLException ex) {
			throw translate("Check of a record", sql.text(), ex);
		}
	}

	/**
	 * Run an action that changes rows.
	 * @param sql its main statement, for messages
	 */
	public <T> T write(String sql, ConnectionCallback<T> action) {
		return inTransaction(this.writing, (own) -> this.jdbc.execute(new ShownAction<>(sql, action)));
	}

	/**
	 * Run an action that changes rows in a transaction of its own, on a connection that
	 * nothing else on this thread gets. The caller must not have a transaction.
	 * @param sql its main statement, for messages
	 */
	public <T> T writeApart(String sql, ConnectionCallback<T> action) {
		try (Connection connection = open()) {
			try {
				T result = action.doInConnection(connection);
				connection.commit();
				return result;
			}
			catch (SQLException | RuntimeException | Error ex) {
				rollBack(connection, ex);
				throw ex;
			}
			finally {
				if (!connection.isClosed()) {
					connection.setAutoCommit(true);
				}
			}
		}
		catch (SQLException ex) {
			throw translate("ConnectionCallback", sql, StaleType.explain(ex));
		}
	}

	private static void rollBack(Connection connection, Throwable failure) {
		try {
			connection.rollback();
		}
		catch (SQLException ex) {
			failure.addSuppressed(ex);
		}
	}

	/**
	 * Return whether the caller has a transaction, or a connection of its own.
	 */
	public boolean isBound() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				|| TransactionSynchronizationManager.hasResource(this.dataSource);
	}

	/**
	 * Return whether the caller has a transaction on the data source. Its connection may
	 * belong to another kind of transaction manager, JPA's for one, which only that
	 * manager can begin and end.
	 */
	public boolean isInTransaction() {
		return TransactionSynchronizationManager.hasResource(this.dataSource)
				&& TransactionSynchronizationManager.isActualTransactionActive();
	}

	/**
	 * Return a connection in a transaction that is nobody else's.
	 */
	public Connection open() throws SQLException {
		Connection connection = this.dataSource.getConnection();
		connection.setAutoCommit(false);
		return connection;
	}

	/**
	 * Return what a failure is to users of Spring.
	 */
	public DataAccessException translate(String task, String sql, SQLException ex) {
		DataAccessException translated = this.jdbc.getExceptionTranslator().translate(task, sql, ex);
		return (translated != null) ? translated : new UncategorizedSQLException(task, sql, ex);
	}

	/**
	 * Run an action, which is told whether the transaction is its own.
	 */
	private <T> T inTransaction(TransactionTemplate transaction, Function<Boolean, T> execution) {
		if (isInTransaction()) {
			return execution.apply(false);
		}
		return transaction.execute((status) -> execution.apply(status.isNewTransaction()));
	}

	/**
	 * Search of this thread that has a time limit.
	 */
	private record TimedSearch(VectorConnections connections, SearchTimer timer) {

	}

	/**
	 * Session that a load has opened already.
	 */
	@FunctionalInterface
	public interface LimitedSession {

		/**
		 * Return whether a query succeeds, or exceeds a limit of the server's.
		 */
		public boolean isWithinLimits(SqlStatement sql) throws SQLException;

	}

	/**
	 * Action whose statement messages show.
	 *
	 * @param getSql the text, for messages
	 * @param action what is done
	 */
	private record ShownAction<T>(String getSql,
			ConnectionCallback<T> action) implements ConnectionCallback<T>, SqlProvider {

		@Override
		public T doInConnection(Connection connection) throws SQLException {
			try {
				return this.action.doInConnection(connection);
			}
			catch (SQLException ex) {
				throw StaleType.explain(ex);
			}
		}

	}

	/**
	 * Statement that messages show.
	 *
	 * @param getSql the text, for messages too
	 */
	private record ShownStatement(String getSql) implements PreparedStatementCreator, SqlProvider {

		@Override
		public PreparedStatement createPreparedStatement(Connection connection) throws SQLException {
			return connection.prepareStatement(this.getSql);
		}

	}

}
