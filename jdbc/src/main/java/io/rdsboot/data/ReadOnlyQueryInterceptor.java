package io.rdsboot.data;

import java.lang.reflect.Method;
import java.sql.SQLException;

import io.rdsboot.routing.CancelledReads;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.transaction.interceptor.TransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Runs a declared query that only reads in a read-only transaction, where it would have
 * none, and once more if a replica cancels it. Thread-safe.
 */
final class ReadOnlyQueryInterceptor implements MethodInterceptor {

	private static final String READ_ONLY_TRANSACTION = "25006";

	private final DeclaredQueries queries;

	private final TransactionAttributeSource declaredTransactions;

	private final TransactionInterceptor readOnly;

	ReadOnlyQueryInterceptor(DeclaredQueries queries, TransactionAttributeSource declaredTransactions,
			TransactionInterceptor readOnly) {
		this.queries = queries;
		this.declaredTransactions = declaredTransactions;
		this.readOnly = readOnly;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		if (!needsTransaction(invocation)) {
			return invocation.proceed();
		}
		try {
			return mayBeRepeated() && invocation instanceof ProxyMethodInvocation repeatable
					? CancelledReads.repeatOnce(() -> this.readOnly.invoke(repeatable.invocableClone()))
					: this.readOnly.invoke(invocation);
		}
		catch (RuntimeException ex) {
			throw isRefusedWrite(ex) ? refusedWrite(invocation.getMethod(), ex) : ex;
		}
	}

	/**
	 * Where synchronizations are active there is a transaction, or its absence is asked
	 * for (by {@code SUPPORTS} or {@code NOT_SUPPORTED}).
	 */
	private boolean needsTransaction(MethodInvocation invocation) {
		if (TransactionSynchronizationManager.isSynchronizationActive()
				|| TransactionSynchronizationManager.isActualTransactionActive()) {
			return false;
		}
		Object target = invocation.getThis();
		return this.queries.isRead(invocation.getMethod()) && this.declaredTransactions
			.getTransactionAttribute(invocation.getMethod(), (target != null) ? target.getClass() : null) == null;
	}

	/**
	 * A JPA session that was open before loses what it has loaded when a transaction is
	 * rolled back, so that more than the query would have to be repeated.
	 */
	private static boolean mayBeRepeated() {
		return TransactionSynchronizationManager.getResourceMap().isEmpty();
	}

	private static boolean isRefusedWrite(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException ex && READ_ONLY_TRANSACTION.equals(ex.getSQLState())) {
				return true;
			}
		}
		return false;
	}

	private static InvalidDataAccessApiUsageException refusedWrite(Method method, RuntimeException ex) {
		return new InvalidDataAccessApiUsageException(
				"The query of %s.%s writes, but its declaration looks like a read, so that it ran in a read-only transaction; put @Transactional on the method (or @Modifying, if it is an update), or set rds.routing.read-only-repository-queries=false"
					.formatted(method.getDeclaringClass().getName(), method.getName()),
				ex);
	}

}
