package io.rdsboot.data;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.data.repository.core.RepositoryInformation;
import org.springframework.data.repository.core.support.RepositoryFactoryCustomizer;
import org.springframework.data.repository.core.support.RepositoryFactorySupport;
import org.springframework.transaction.interceptor.DefaultTransactionAttribute;
import org.springframework.transaction.interceptor.MatchAlwaysTransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionInterceptor;

/**
 * Makes declared queries of a repository read-only transactions, as Spring Data does with
 * its own methods such as {@code findById}, so that readers serve them. Only where no
 * transaction is declared or active, and never for what modifies, locks, calls a
 * procedure or returns a stream. Thread-safe.
 */
public final class ReadOnlyQueries implements RepositoryFactoryCustomizer {

	private final TransactionInterceptor readOnly = new TransactionInterceptor();

	/**
	 * Create a customizer for repositories with one transaction manager.
	 * @param beanFactory holds the transaction manager
	 * @param transactionManager name of the transaction manager's bean
	 */
	public ReadOnlyQueries(BeanFactory beanFactory, String transactionManager) {
		DefaultTransactionAttribute attribute = new DefaultTransactionAttribute();
		attribute.setReadOnly(true);
		MatchAlwaysTransactionAttributeSource always = new MatchAlwaysTransactionAttributeSource();
		always.setTransactionAttribute(attribute);
		this.readOnly.setTransactionAttributeSource(always);
		this.readOnly.setTransactionManagerBeanName(transactionManager);
		this.readOnly.setBeanFactory(beanFactory);
	}

	@Override
	public void customize(RepositoryFactorySupport factory) {
		factory.addRepositoryProxyPostProcessor(this::intercept);
	}

	/**
	 * Add the interceptor behind that of Spring Data's own transactions.
	 */
	private void intercept(ProxyFactory proxy, RepositoryInformation repository) {
		for (Advisor advisor : proxy.getAdvisors()) {
			if (advisor.getAdvice() instanceof TransactionInterceptor declared) {
				TransactionAttributeSource source = declared.getTransactionAttributeSource();
				if (source != null) {
					proxy.addAdvice(
							new ReadOnlyQueryInterceptor(new DeclaredQueries(repository), source, this.readOnly));
				}
				return;
			}
		}
	}

}
