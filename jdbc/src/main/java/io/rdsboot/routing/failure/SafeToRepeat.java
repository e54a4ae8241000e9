package io.rdsboot.routing.failure;

import java.lang.reflect.Method;
import java.sql.SQLException;
import java.util.Set;
import java.util.function.Predicate;

import io.rdsboot.pool.borrow.PoolDeadlockException;

import org.springframework.resilience.retry.MethodRetryPredicate;
import org.springframework.transaction.HeuristicCompletionException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Tells whether a failed transaction may be repeated as a whole: nothing of it remains,
 * and it failed for what may be over by then. That holds for a
 * {@linkplain TransactionNotCommittedException lost or missing writer}, a
 * {@linkplain ReadCancelledException read that a replica cancelled}, a serialization
 * failure (40001) and a deadlock (40P01, or {@linkplain PoolDeadlockException of the
 * connections of a pool}), never for an {@linkplain TransactionOutcomeUnknownException
 * unknown outcome} or several transactions of which
 * {@linkplain HeuristicCompletionException one was committed}, and never inside an outer
 * transaction, of which a repetition would be a part. Thread-safe.
 *
 * <p>
 * For use with {@code @Retryable(predicate = SafeToRepeat.class)} outside of
 * {@code @Transactional}, and by {@link RdsRetry}.
 */
public final class SafeToRepeat implements MethodRetryPredicate, Predicate<Throwable> {

	/**
	 * Serialization failure and deadlock.
	 */
	private static final Set<String> ROLLED_BACK_FOR_OTHERS = Set.of("40001", "40P01");

	@Override
	public boolean shouldRetry(Method method, Throwable failure) {
		return test(failure);
	}

	@Override
	public boolean test(Throwable failure) {
		if (TransactionSynchronizationManager.isActualTransactionActive()) {
			return false;
		}
		boolean safe = false;
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof TransactionOutcomeUnknownException || cause instanceof CommitOutcomeUnknownException
					|| cause instanceof HeuristicCompletionException) {
				return false;
			}
			safe |= cause instanceof TransactionNotCommittedException || cause instanceof ReadCancelledException
					|| cause instanceof NoWriterAvailableException || cause instanceof PoolDeadlockException
					|| (cause instanceof SQLException ex && ex.getSQLState() != null
							&& ROLLED_BACK_FOR_OTHERS.contains(ex.getSQLState()));
		}
		return safe;
	}

}
