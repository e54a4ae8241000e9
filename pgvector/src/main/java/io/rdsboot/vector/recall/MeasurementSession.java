package io.rdsboot.vector.recall;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Transactions of a measurement: read-only snapshots, in which no statement outlasts the
 * measurement's time budget. Used by one thread, but for {@link #cancel()}.
 */
final class MeasurementSession {

	private static final Logger logger = LoggerFactory.getLogger(MeasurementSession.class);

	private static final String QUERY_CANCELED = "57014";

	/**
	 * A reader ends queries that keep it from replaying the writer's log.
	 */
	private static final String SERIALIZATION_FAILURE = "40001";

	private final JdbcTemplate jdbc;

	private final TransactionTemplate snapshot;

	private final Duration timeBudget;

	private final LongSupplier nanoTime;

	private final long start;

	private volatile boolean canceled;

	private volatile @Nullable PGConnection connection;

	/**
	 * Create a session. Its time begins to run now.
	 * @param timeBudget the longest time that the measurement takes
	 * @param nanoTime the clock, in nanoseconds
	 */
	MeasurementSession(DataSource dataSource, Duration timeBudget, LongSupplier nanoTime) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.snapshot = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		this.snapshot.setReadOnly(true);
		this.snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
		this.snapshot.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		this.timeBudget = timeBudget;
		this.nanoTime = nanoTime;
		this.start = nanoTime.getAsLong();
	}

	/**
	 * Do some work in a snapshot of its own.
	 * @throws DataAccessException if the database refuses a statement, or cancels it
	 */
	<T> T inSnapshot(Supplier<T> work) {
		try {
			return Objects.requireNonNull(this.snapshot.execute((status) -> {
				prepare();
				return work.get();
			}));
		}
		finally {
			this.connection = null;
		}
	}

	/**
	 * Let the transaction be canceled, and wait for no lock: who holds it may wait for
	 * this connection in turn.
	 */
	private void prepare() {
		this.jdbc.execute("SET LOCAL lock_timeout = '5s'");
		this.jdbc.execute("SET LOCAL max_parallel_workers_per_gather = 0");
		limitStatements();
		this.connection = this.jdbc
			.execute((ConnectionCallback<PGConnection>) (connection) -> connection.unwrap(PGConnection.class));
	}

	/**
	 * Let the statements from here on take no longer than the time that is left.
	 */
	void limitStatements() {
		this.jdbc.execute("SET LOCAL statement_timeout = " + Math.max(1, left() / 1_000_000));
	}

	/**
	 * End the measurement soon. May be called from another thread, and again: a statement
	 * that is only just on its way is not hit.
	 */
	void cancel() {
		this.canceled = true;
		PGConnection running = this.connection;
		if (running != null) {
			try {
				running.cancelQuery();
			}
			catch (SQLException ex) {
				logger.debug("Could not cancel a measurement of recall", ex);
			}
		}
	}

	/**
	 * Return whether the time is over, or the measurement was canceled.
	 */
	boolean isOver() {
		return left() <= 0;
	}

	private long left() {
		return this.canceled ? 0 : this.start + this.timeBudget.toNanos() - this.nanoTime.getAsLong();
	}

	/**
	 * Return why the measurement is over.
	 */
	String reasonForEnd() {
		return this.canceled ? "canceled" : "stopped at the time budget of %d s".formatted(this.timeBudget.toSeconds());
	}

	Duration elapsed() {
		return Duration.ofNanos(this.nanoTime.getAsLong() - this.start);
	}

	/**
	 * Return whether a statement failed because the measurement is over.
	 */
	boolean isEnd(DataAccessException failure) {
		return this.canceled || (QUERY_CANCELED.equals(sqlState(failure)) && left() <= 0);
	}

	/**
	 * Return whether a snapshot was given up that another attempt may have.
	 */
	static boolean isLostSnapshot(DataAccessException failure) {
		return SERIALIZATION_FAILURE.equals(sqlState(failure));
	}

	private static @Nullable String sqlState(DataAccessException failure) {
		return (NestedExceptionUtils.getMostSpecificCause(failure) instanceof SQLException cause) ? cause.getSQLState()
				: null;
	}

}
