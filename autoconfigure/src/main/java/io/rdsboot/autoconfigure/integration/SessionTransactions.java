package io.rdsboot.autoconfigure.integration;

import java.util.function.Supplier;

import io.rdsboot.routing.Reads;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.function.SingletonSupplier;

/**
 * Transactions of Spring Session, as it makes them itself, but as infrastructure's.
 * Thread-safe.
 */
final class SessionTransactions implements TransactionOperations {

	private final Supplier<TransactionTemplate> template;

	/**
	 * Create transactions.
	 * @param transactionManager asked for with the first transaction, because the bean is
	 * there also where HTTP sessions are kept elsewhere
	 */
	SessionTransactions(Supplier<PlatformTransactionManager> transactionManager) {
		this.template = SingletonSupplier.of(() -> template(transactionManager.get()));
	}

	private static TransactionTemplate template(PlatformTransactionManager transactionManager) {
		TransactionTemplate template = new TransactionTemplate(transactionManager);
		template.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		return template;
	}

	@Override
	public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
		return Reads.<T>asInfrastructure(() -> this.template.get().execute(action));
	}

}
