package io.rdsboot.routing;

import java.sql.SQLException;

import io.rdsboot.pool.login.ConnectionFailures;
import io.rdsboot.routing.consistency.ReadContext;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats read-only transactions that a replica has cancelled because of its replay.
 * Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class CancelledReads {

	private static final Logger logger = LoggerFactory.getLogger(CancelledReads.class);

	private CancelledReads() {
	}

	/**
	 * Run a read-only transaction, and once more on another instance if a replica cancels
	 * it.
	 * @param transaction begins and ends the transaction at each call, and has no other
	 * effects
	 * @return what the transaction returns
	 * @throws Throwable what the transaction throws; of the second one, with the failure
	 * of the first suppressed
	 */
	public static @Nullable Object repeatOnce(ReadOnlyTransaction transaction) throws Throwable {
		try {
			return transaction.run();
		}
		catch (RuntimeException ex) {
			SQLException cancellation = cancellation(ex);
			if (cancellation == null) {
				throw ex;
			}
			logger.debug("A read-only transaction is repeated elsewhere, because a replica has cancelled it", ex);
			ReadContext.current().readCancelled(cancellation);
			return repeat(transaction, ex);
		}
	}

	private static @Nullable Object repeat(ReadOnlyTransaction transaction, RuntimeException first) throws Throwable {
		try {
			return transaction.run();
		}
		catch (RuntimeException ex) {
			ex.addSuppressed(first);
			throw ex;
		}
	}

	private static @Nullable SQLException cancellation(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException ex && ConnectionFailures.isRecoveryConflict(ex)) {
				return ex;
			}
		}
		return null;
	}

	/**
	 * A read-only transaction, from its begin to its end.
	 */
	@FunctionalInterface
	public interface ReadOnlyTransaction {

		/**
		 * Run it.
		 */
		@Nullable Object run() throws Throwable;

	}

}
