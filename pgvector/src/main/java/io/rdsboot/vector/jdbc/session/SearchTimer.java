package io.rdsboot.vector.jdbc.session;

import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongSupplier;

import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.QueryTimeoutException;

/**
 * Time limit of all statements of one search. Used by the thread that searches.
 */
public final class SearchTimer {

	private static final String QUERY_CANCELED = "57014";

	private static final String CONNECTION_FAILURE = "08";

	/**
	 * How much longer than for the end of the search its connection waits for a server
	 * that does not answer, although the search ended there.
	 */
	private static final Duration GRACE = Duration.ofSeconds(5);

	private final VectorTable table;

	private final Duration limit;

	private final LongSupplier clock;

	private final long end;

	private String step = "had not begun";

	private @Nullable QueryTimeoutException expiry;

	/**
	 * Start a timer.
	 * @param clock nanoseconds
	 */
	public SearchTimer(VectorTable table, Duration limit, LongSupplier clock) {
		this.table = table;
		this.limit = limit;
		this.clock = clock;
		this.end = clock.getAsLong() + limit.toNanos();
	}

	/**
	 * Set what the search does next, in the past tense, for messages.
	 */
	void step(String step) {
		this.step = step;
	}

	/**
	 * Return a query that limits the time of the statements that follow in the
	 * transaction, unless the server's limit is less.
	 */
	SqlStatement setting() {
		return new SqlBuilder().append("SELECT set_config('statement_timeout', least(")
			.bind((statement, parameter) -> statement.setInt(parameter, remainingMillis()))
			.append(", nullif(extract(epoch FROM current_setting('statement_timeout')::interval) * 1000, 0))"
					+ "::int::text, true)")
			.build();
	}

	/**
	 * Return the milliseconds that are left.
	 * @throws QueryTimeoutException if none are
	 */
	private int remainingMillis() {
		long nanos = this.end - this.clock.getAsLong();
		if (nanos <= 0) {
			throw expired(null);
		}
		return (int) Math.min(Integer.MAX_VALUE, Duration.ofNanos(nanos).toMillis() + 1);
	}

	/**
	 * Return the milliseconds that a connection waits for an answer at most.
	 */
	int networkMillis() {
		return (int) Math.min(Integer.MAX_VALUE, remainingMillis() + GRACE.toMillis());
	}

	/**
	 * Return whether a statement failed because the time was over.
	 */
	boolean isCauseOf(SQLException failure) {
		String state = String.valueOf(failure.getSQLState());
		return (state.equals(QUERY_CANCELED) || state.startsWith(CONNECTION_FAILURE))
				&& this.clock.getAsLong() >= this.end;
	}

	QueryTimeoutException expired(@Nullable Throwable cause) {
		String message = ("search of vector table %s took longer than its limit of %s and was cancelled: it %s. "
				+ "Declare an index of the vectors and of the keys of the filter, let the filter match fewer rows, ask "
				+ "for fewer rows, or raise the limit: rds.vector.search.timeout, or timeout of the search")
			.formatted(this.table, text(this.limit), this.step);
		this.expiry = (cause != null) ? new QueryTimeoutException(message, cause) : new QueryTimeoutException(message);
		return this.expiry;
	}

	/**
	 * Return what a search failed for: not the end of its transaction, which fails too if
	 * the server does not answer.
	 */
	RuntimeException failure(RuntimeException failure) {
		if (this.expiry == null || this.expiry == failure) {
			return failure;
		}
		this.expiry.addSuppressed(failure);
		return this.expiry;
	}

	private static String text(Duration limit) {
		return (limit.toMillis() % 1000 == 0) ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
	}

}
