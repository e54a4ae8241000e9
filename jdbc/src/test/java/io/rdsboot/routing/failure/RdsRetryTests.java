package io.rdsboot.routing.failure;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

import io.rdsboot.cluster.ClusterTopology;
import org.junit.jupiter.api.Test;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.HeuristicCompletionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of {@link RdsRetry} and {@link SafeToRepeat}. With a server in
 * {@link io.rdsboot.routing.LostWriterTests}.
 */
class RdsRetryTests {

	private static final TransactionNotCommittedException NOT_COMMITTED = new TransactionNotCommittedException("lost",
			new SQLException("lost", "08006"));

	private final RecordingTransactionManager transactions = new RecordingTransactionManager();

	private final RdsRetry retry = RdsRetry.builder(this.transactions)
		.maxAttempts(3)
		.backOff(Duration.ofMillis(1), Duration.ofMillis(2))
		.build();

	private int attempts;

	@Test
	void transactionThatWasNotCommittedIsRepeatedAsAWhole() {
		assertThat(retried((status) -> {
			assertThat(status.isNewTransaction()).isTrue();
			return failing(2, NOT_COMMITTED);
		})).isEqualTo("done");
		assertThat(this.transactions.events).containsExactly("begin", "rollback", "begin", "rollback", "begin",
				"commit");
	}

	@Test
	void failureOfTheCommitIsRepeatedWhenItsOutcomeIsKnown() {
		this.transactions.commitFailures.add(serializationFailure());
		assertThat(retried((status) -> failing(0, NOT_COMMITTED))).isEqualTo("done");
		assertThat(this.attempts).isEqualTo(2);
	}

	@Test
	void unknownOutcomeIsNeverRepeated() {
		RuntimeException unknown = new TransactionOutcomeUnknownException("lost", new SQLException("lost", "40001"));
		this.transactions.commitFailures.add(unknown);
		assertThat(catchThrowable(() -> this.retry.execute((status) -> failing(0, NOT_COMMITTED)))).isSameAs(unknown);
		assertThat(this.attempts).isOne();
	}

	@Test
	void unknownOutcomeWithinAnotherFailureIsNeverRepeated() {
		RuntimeException wrapped = new IllegalStateException(new TransactionNotCommittedException("",
				new CommitOutcomeUnknownException(new SQLException("", "08006"))));
		assertThat(catchThrowable(() -> this.retry.execute((status) -> failing(2, wrapped)))).isSameAs(wrapped);
		assertThat(this.attempts).isOne();
	}

	@Test
	void serializationFailureAndDeadlockAreRepeated() {
		assertThat(retried((status) -> failing(1, serializationFailure()))).isEqualTo("done");
		this.attempts = 0;
		assertThat(retried((status) -> failing(1, new IllegalStateException(new SQLException("", "40P01")))))
			.isEqualTo("done");
	}

	@Test
	void missingWriterIsRepeatedWhateverTranslatedIt() {
		RuntimeException untranslated = new IllegalStateException(new NoWriterAvailableException(Duration.ofSeconds(30),
				Duration.ofSeconds(30), false, ClusterTopology.of(List.of()), null));
		assertThat(retried((status) -> failing(1, untranslated))).isEqualTo("done");
	}

	@Test
	void violatedConstraintIsNotRepeated() {
		RuntimeException violated = new DataIntegrityViolationException("", new SQLException("", "23505"));
		assertThat(catchThrowable(() -> this.retry.execute((status) -> failing(2, violated)))).isSameAs(violated);
		assertThat(this.attempts).isOne();
	}

	@Test
	void lastFailureReachesTheCallerWithTheOthersSuppressed() {
		List<RuntimeException> failures = new ArrayList<>();
		Throwable thrown = catchThrowable(() -> this.retry.execute((status) -> {
			failures.add(new TransactionNotCommittedException("lost", new SQLException("lost", "08006")));
			throw failures.get(failures.size() - 1);
		}));
		assertThat(failures).hasSize(3);
		assertThat(thrown).isSameAs(failures.get(2));
		assertThat(Arrays.asList(thrown.getSuppressed())).isEqualTo(failures.subList(0, 2));
	}

	@Test
	void sameFailureAgainIsNotItsOwnSuppressed() {
		assertThat(catchThrowable(() -> this.retry.execute((status) -> failing(9, NOT_COMMITTED))))
			.isSameAs(NOT_COMMITTED)
			.hasNoSuppressedExceptions();
		assertThat(this.attempts).isEqualTo(3);
	}

	@Test
	void noAttemptBeginsAfterTheTimeout() {
		RdsRetry brief = RdsRetry.builder(this.transactions)
			.maxAttempts(1000)
			.backOff(Duration.ofMillis(20), Duration.ofMillis(20))
			.timeout(Duration.ofMillis(50))
			.build();
		assertThat(catchThrowable(() -> brief.execute((status) -> failing(1000, NOT_COMMITTED))))
			.isSameAs(NOT_COMMITTED);
		assertThat(this.attempts).isLessThan(10);
	}

	@Test
	void outerTransactionIsRefused() {
		TransactionTemplate outer = new TransactionTemplate(this.transactions);
		outer.setName("checkout");
		assertThatIllegalStateException()
			.isThrownBy(() -> outer.execute((status) -> this.retry.execute((inner) -> failing(0, NOT_COMMITTED))))
			.withMessageContaining("'checkout'")
			.withMessageContaining("call RdsRetry outside");
		assertThat(this.attempts).isZero();
	}

	@Test
	void nothingIsSafeToRepeatWithinATransaction() {
		SafeToRepeat safe = new SafeToRepeat();
		assertThat(safe.test(NOT_COMMITTED)).isTrue();
		new TransactionTemplate(this.transactions)
			.executeWithoutResult((status) -> assertThat(safe.test(NOT_COMMITTED)).isFalse());
	}

	@Test
	void transactionsOfWhichOneIsCommittedAreNotRepeated() {
		HeuristicCompletionException mixed = new HeuristicCompletionException(HeuristicCompletionException.STATE_MIXED,
				NOT_COMMITTED);
		assertThat(new SafeToRepeat().test(new IllegalStateException(mixed))).isFalse();
	}

	@Test
	void readOnlyTransactionIsDeclaredSo() {
		this.retry.executeReadOnly((status) -> failing(0, NOT_COMMITTED));
		assertThat(this.transactions.definitions).singleElement()
			.satisfies((definition) -> assertThat(definition.isReadOnly()).isTrue());
	}

	@Test
	void workWithoutResultIsRepeated() {
		this.retry.executeWithoutResult((status) -> failing(1, NOT_COMMITTED));
		assertThat(this.attempts).isEqualTo(2);
	}

	@Test
	void settingsThatMakeNoSenseAreRefused() {
		RdsRetry.Builder builder = RdsRetry.builder(this.transactions);
		assertThatIllegalArgumentException().isThrownBy(() -> builder.maxAttempts(0)).withMessageContaining("0");
		assertThatIllegalArgumentException().isThrownBy(() -> builder.timeout(Duration.ZERO))
			.withMessageContaining("PT0S");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> builder.backOff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
			.withMessageContaining("PT2S");
	}

	private String retried(TransactionCallback<String> work) {
		return this.retry.execute(work);
	}

	private String failing(int times, RuntimeException failure) {
		if (this.attempts++ < times) {
			throw failure;
		}
		return "done";
	}

	private static RuntimeException serializationFailure() {
		return new CannotAcquireLockException("", new SQLException("could not serialize", "40001"));
	}

	private static final class RecordingTransactionManager extends AbstractPlatformTransactionManager {

		private static final long serialVersionUID = 1L;

		final transient List<String> events = new ArrayList<>();

		final transient List<TransactionDefinition> definitions = new ArrayList<>();

		final transient Deque<RuntimeException> commitFailures = new ArrayDeque<>();

		@Override
		protected Object doGetTransaction() {
			return this;
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
			this.events.add("begin");
			this.definitions.add(definition);
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			if (!this.commitFailures.isEmpty()) {
				throw this.commitFailures.remove();
			}
			this.events.add("commit");
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
			this.events.add("rollback");
		}

	}

}
