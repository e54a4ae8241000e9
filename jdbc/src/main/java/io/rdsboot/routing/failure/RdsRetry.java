package io.rdsboot.routing.failure;

import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.dao.support.DataAccessUtils;
import org.springframework.dao.support.PersistenceExceptionTranslator;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs a piece of work in a transaction, and the whole transaction again where that is
 * {@linkplain SafeToRepeat safe}. Thread-safe.
 *
 * <p>
 * The work must keep its effects to the transaction: whatever else it does, it does once
 * for each attempt.
 */
public final class RdsRetry {

	private final PlatformTransactionManager transactionManager;

	private final RetryTemplate retryTemplate;

	private final PersistenceExceptionTranslator exceptionTranslator;

	private RdsRetry(Builder builder) {
		this.transactionManager = builder.transactionManager;
		this.exceptionTranslator = builder.exceptionTranslator;
		this.retryTemplate = new RetryTemplate(RetryPolicy.builder()
			.maxRetries(builder.maxAttempts - 1)
			.delay(builder.delay)
			.multiplier(2)
			.maxDelay(builder.maxDelay)
			.jitter(builder.delay)
			.timeout(builder.timeout)
			.predicate(new SafeToRepeat())
			.build());
	}

	/**
	 * Start to build a retry.
	 * @param transactionManager begins and ends each attempt's transaction
	 */
	public static Builder builder(PlatformTransactionManager transactionManager) {
		return new Builder(transactionManager);
	}

	/**
	 * Run work in a transaction that may write.
	 * @param work what to do, once for each attempt
	 * @return what the work returns
	 * @throws IllegalStateException if a transaction is active already
	 */
	public <T extends @Nullable Object> T execute(TransactionCallback<T> work) {
		return execute(new DefaultTransactionDefinition(), work);
	}

	/**
	 * Run work in a transaction that may write.
	 * @param work what to do, once for each attempt
	 * @throws IllegalStateException if a transaction is active already
	 */
	public void executeWithoutResult(Consumer<TransactionStatus> work) {
		execute((status) -> {
			work.accept(status);
			return Boolean.TRUE;
		});
	}

	/**
	 * Run work in a transaction that only reads.
	 * @param work what to do, once for each attempt
	 * @return what the work returns
	 * @throws IllegalStateException if a transaction is active already
	 */
	public <T extends @Nullable Object> T executeReadOnly(TransactionCallback<T> work) {
		DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
		definition.setReadOnly(true);
		return execute(definition, work);
	}

	/**
	 * Run work in a transaction.
	 * @param definition what transaction
	 * @param work what to do, once for each attempt
	 * @return what the work returns
	 * @throws IllegalStateException if a transaction is active already
	 */
	public <T extends @Nullable Object> T execute(TransactionDefinition definition, TransactionCallback<T> work) {
		if (TransactionSynchronizationManager.isActualTransactionActive()) {
			throw new IllegalStateException(
					"The transaction '%s' is active, and only a part of it would be repeated; call RdsRetry outside of any transaction, around the whole of it"
						.formatted(TransactionSynchronizationManager.getCurrentTransactionName()));
		}
		TransactionTemplate transaction = new TransactionTemplate(this.transactionManager, definition);
		try {
			return this.retryTemplate.execute(() -> transaction.execute((status) -> attempt(work, status)));
		}
		catch (RetryException ex) {
			throw lastFailure(ex);
		}
	}

	/**
	 * Run the work, and translate its failure while the transaction is there, which
	 * decides what a lost connection means.
	 */
	private <T extends @Nullable Object> T attempt(TransactionCallback<T> work, TransactionStatus status) {
		try {
			return work.doInTransaction(status);
		}
		catch (RuntimeException ex) {
			throw DataAccessUtils.translateIfNecessary(ex, this.exceptionTranslator);
		}
	}

	/**
	 * Return the failure of the last attempt, with those of the others suppressed, as the
	 * transaction has thrown it.
	 */
	private static RuntimeException lastFailure(RetryException ex) {
		Throwable last = ex.getCause();
		for (Throwable earlier : ex.getSuppressed()) {
			if (earlier != last) {
				last.addSuppressed(earlier);
			}
		}
		if (last instanceof Error error) {
			throw error;
		}
		return (last instanceof RuntimeException unchecked) ? unchecked : new UndeclaredThrowableException(last);
	}

	/**
	 * Builds an {@link RdsRetry}. Defaults: no exceptions are translated; 3 attempts;
	 * between them 100 milliseconds, doubled each time up to 2 seconds, with a random
	 * share; no attempt begins later than 30 seconds after the first.
	 */
	public static final class Builder {

		private final PlatformTransactionManager transactionManager;

		private PersistenceExceptionTranslator exceptionTranslator = (ex) -> null;

		private int maxAttempts = 3;

		private Duration delay = Duration.ofMillis(100);

		private Duration maxDelay = Duration.ofSeconds(2);

		private Duration timeout = Duration.ofSeconds(30);

		private Builder(PlatformTransactionManager transactionManager) {
			this.transactionManager = Objects.requireNonNull(transactionManager, "transactionManager");
		}

		/**
		 * Set how to translate what the work throws, as is done for a
		 * {@code @Repository}: an {@code EntityManager} that is used elsewhere throws
		 * exceptions of its own, which do not tell whether the outcome is known.
		 * @param exceptionTranslator such as the factory bean of the entity managers
		 */
		public Builder exceptionTranslator(PersistenceExceptionTranslator exceptionTranslator) {
			this.exceptionTranslator = Objects.requireNonNull(exceptionTranslator, "exceptionTranslator");
			return this;
		}

		/**
		 * Set how often the work is attempted in all.
		 * @param maxAttempts at least 1, which repeats nothing
		 * @throws IllegalArgumentException if it is less
		 */
		public Builder maxAttempts(int maxAttempts) {
			if (maxAttempts < 1) {
				throw new IllegalArgumentException(maxAttempts + " attempts are not at least 1");
			}
			this.maxAttempts = maxAttempts;
			return this;
		}

		/**
		 * Set how long to wait between attempts.
		 * @param delay the wait before the second attempt, on average; doubled for each
		 * further one
		 * @param maxDelay the longest wait
		 * @throws IllegalArgumentException if one is not at least a millisecond, or the
		 * longest is shorter than the first
		 */
		public Builder backOff(Duration delay, Duration maxDelay) {
			if (delay.toMillis() < 1 || maxDelay.compareTo(delay) < 0) {
				throw new IllegalArgumentException(
						"A back-off from %s to %s is not one of at least a millisecond that grows".formatted(delay,
								maxDelay));
			}
			this.delay = delay;
			this.maxDelay = maxDelay;
			return this;
		}

		/**
		 * Set the time after which no further attempt begins. An attempt that runs is not
		 * cut short.
		 * @param timeout a positive time, from the begin of the first attempt
		 * @throws IllegalArgumentException if it is not positive
		 */
		public Builder timeout(Duration timeout) {
			if (timeout.toMillis() < 1) {
				throw new IllegalArgumentException("A time-out of " + timeout + " is not at least a millisecond");
			}
			this.timeout = timeout;
			return this;
		}

		/**
		 * Build the retry.
		 */
		public RdsRetry build() {
			return new RdsRetry(this);
		}

	}

}
