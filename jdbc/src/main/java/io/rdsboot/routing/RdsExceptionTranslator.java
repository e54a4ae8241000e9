package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

import javax.sql.DataSource;

import io.rdsboot.pool.borrow.PoolClosedException;
import io.rdsboot.pool.connection.ReadOnlyByApplication;
import io.rdsboot.pool.login.ConnectionFailures;
import io.rdsboot.pool.login.FailedInstance;
import io.rdsboot.routing.connection.RoutedConnection;
import io.rdsboot.routing.consistency.ReadContext;
import io.rdsboot.routing.failure.CommitOutcomeUnknownException;
import io.rdsboot.routing.failure.LostConnections;
import io.rdsboot.routing.failure.NoWriterAvailableException;
import io.rdsboot.routing.failure.ReadCancelledException;
import io.rdsboot.routing.failure.TransactionNotCommittedException;
import io.rdsboot.routing.failure.TransactionOutcomeUnknownException;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Translates what a lost, missing or demoted server causes to exceptions that say whether
 * the outcome is known, what a replica refuses or cancels to exceptions that say what to
 * do, and everything else as {@link JdbcTemplate} does by default. Called on the thread
 * that the failure happened to, before its transaction ends. Thread-safe.
 *
 * @see ReadCancelledException
 * @see TransactionNotCommittedException
 * @see TransactionOutcomeUnknownException
 */
public final class RdsExceptionTranslator implements SQLExceptionTranslator {

	private static final String READ_ONLY_TRANSACTION = "25006";

	/**
	 * Unknown to Spring, and told as an uncategorized exception.
	 */
	private static final String LOCK_NOT_AVAILABLE = "55P03";

	private final DataSource dataSource;

	private final SQLExceptionTranslator others;

	/**
	 * Create a translator.
	 * @param dataSource the data source as the transaction manager knows it
	 */
	public RdsExceptionTranslator(DataSource dataSource) {
		this.dataSource = dataSource;
		JdbcTemplate defaults = new JdbcTemplate();
		defaults.setDatabaseProductName("PostgreSQL");
		this.others = defaults.getExceptionTranslator();
	}

	@Override
	public @Nullable DataAccessException translate(String task, @Nullable String sql, SQLException ex) {
		if (ex instanceof CommitOutcomeUnknownException) {
			return outcomeUnknown(task, ex);
		}
		if (ex instanceof NoWriterAvailableException || ex instanceof PoolClosedException) {
			return notCommitted(task, String.valueOf(ex.getMessage()), ex);
		}
		if (READ_ONLY_TRANSACTION.equals(ex.getSQLState())) {
			return refusedWrite(task, ex);
		}
		if (ConnectionFailures.isRecoveryConflict(ex)) {
			return readCancelled(task, ex);
		}
		if (ConnectionFailures.isEndedByTimeout(ex)) {
			return notCommitted(task, "the server%s ended the session by %s"
				.formatted(FailedInstance.of(ex).map((instance) -> " " + instance).orElse(""), timeout(ex)), ex);
		}
		if (LOCK_NOT_AVAILABLE.equals(ex.getSQLState())) {
			return new CannotAcquireLockException("%s; a lock was not to be had: %s".formatted(task, ex.getMessage()),
					ex);
		}
		if (ConnectionFailures.isDatabaseDropped(ex)) {
			return new DataAccessResourceFailureException(
					"%s; the session%s was ended, because the database was dropped on the writer".formatted(task,
							toInstance(ex)),
					ex);
		}
		// A failure to borrow says itself that nothing was sent.
		if (ex instanceof SQLTransientConnectionException || !LostConnections.isLoss(ex)) {
			return this.others.translate(task, sql, ex);
		}
		return isInTransaction()
				? notCommitted(task, "the connection%s was lost before the commit".formatted(toInstance(ex)), ex)
				: outcomeUnknown(task, ex);
	}

	private static String timeout(SQLException ex) {
		return switch (String.valueOf(ex.getSQLState())) {
			case "25P03" -> "idle_in_transaction_session_timeout, because the transaction was idle for too long";
			case "25P04" -> "transaction_timeout, because the transaction took too long";
			default -> "idle_session_timeout, because the session was idle for too long";
		};
	}

	/**
	 * Let the next read of this thread go elsewhere, which is the repetition if there is
	 * one.
	 */
	private static DataAccessException readCancelled(String task, SQLException ex) {
		ReadContext.current().readCancelled(ex);
		return new ReadCancelledException(
				"%s; the replica%s cancelled the read, because it could not replay the writer's log any longer without what the read held (a recovery conflict); nothing was changed, and it may be repeated. If that happens often: hot_standby_feedback = on keeps the row versions that reads need, a greater max_standby_streaming_delay lets replay wait longer for reads, and Reads.fromWriter(...) reads where nothing is replayed"
					.formatted(task, FailedInstance.of(ex).map((instance) -> " " + instance).orElse("")),
				ex);
	}

	private DataAccessException refusedWrite(String task, SQLException ex) {
		boolean declared = TransactionSynchronizationManager.isCurrentTransactionReadOnly();
		if (!declared && !ReadOnlyByApplication.isCauseOf(ex)) {
			return demoted(task, ex);
		}
		String what = declared ? "the transaction is declared read-only" : "the connection is read-only";
		if (ConnectionFailures.isRefusedDuringRecovery(ex)) {
			return new InvalidDataAccessApiUsageException(
					"%s; %s, so that a reader served it, and only a writer can do this: %s, or run it within Reads.fromWriter(...)"
						.formatted(task, what, declared ? "remove readOnly = true from it" : "use one that is not"),
					ex);
		}
		if (declared) {
			return new InvalidDataAccessApiUsageException(
					"%s; the transaction is declared read-only, and cannot write, lock rows, advance a sequence or create a table: remove readOnly = true from it"
						.formatted(task),
					ex);
		}
		return new InvalidDataAccessApiUsageException(
				"%s; the application itself has made the transaction read-only, by SET TRANSACTION, default_transaction_read_only, set_config or Connection.setReadOnly: do not, or write in another one; to repeat it would not help"
					.formatted(task),
				ex);
	}

	private static DataAccessException demoted(String task, SQLException ex) {
		return notCommitted(task, "the server%s takes no writes: it is no longer the writer"
			.formatted(FailedInstance.of(ex).map((instance) -> " of instance " + instance).orElse("")), ex);
	}

	private static DataAccessException notCommitted(String task, String reason, SQLException ex) {
		return new TransactionNotCommittedException(
				"%s; %s; nothing of the transaction remains, it may be repeated".formatted(task, reason), ex);
	}

	private static DataAccessException outcomeUnknown(String task, SQLException ex) {
		return new TransactionOutcomeUnknownException(
				"%s; the connection%s was lost, and with it the answer: what was sent may have taken effect or not; look for it in the data before it is repeated"
					.formatted(task, toInstance(ex)),
				ex);
	}

	private static String toInstance(SQLException ex) {
		return FailedInstance.of(ex).map((instance) -> " to instance " + instance).orElse("");
	}

	/**
	 * Return whether a commit has still to come, or a rollback has just been instead of
	 * it: Hibernate rolls back before it reports that a flush has failed. The resource is
	 * asked, because the active transaction may be one of something else, and then each
	 * statement here commits by itself.
	 */
	private boolean isInTransaction() {
		Connection connection = transactionConnection();
		try {
			return connection != null
					&& (!connection.getAutoCommit() || (connection.isWrapperFor(RoutedConnection.class)
							&& connection.unwrap(RoutedConnection.class).hasRolledBack()));
		}
		catch (SQLException ex) {
			return false;
		}
	}

	private @Nullable Connection transactionConnection() {
		return (TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.getResource(this.dataSource) instanceof ConnectionHolder holder)
						? holder.getConnection() : null;
	}

}
