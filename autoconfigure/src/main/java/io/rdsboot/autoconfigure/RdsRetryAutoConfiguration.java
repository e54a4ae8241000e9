package io.rdsboot.autoconfigure;

import io.rdsboot.autoconfigure.integration.ClusterTransactionManager;
import io.rdsboot.autoconfigure.routing.RdsFailoverProperties;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.routing.failure.RdsRetry;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.dao.support.ChainedPersistenceExceptionTranslator;
import org.springframework.dao.support.PersistenceExceptionTranslator;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for {@link RdsRetry}, on the cluster's transaction manager.
 */
@AutoConfiguration(
		after = { RdsDataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class },
		afterName = "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration")
@ConditionalOnBean({ ReadWriteRoutingDataSource.class, PlatformTransactionManager.class })
public final class RdsRetryAutoConfiguration {

	/**
	 * Lazy, so that an application with several transaction managers starts where nobody
	 * asks for it.
	 */
	@Bean
	@Lazy
	@ConditionalOnMissingBean
	RdsRetry rdsRetry(ListableBeanFactory beans, RdsFailoverProperties properties,
			ObjectProvider<PersistenceExceptionTranslator> exceptionTranslators) {
		RdsFailoverProperties.Retry retry = properties.getRetry();
		ChainedPersistenceExceptionTranslator translator = new ChainedPersistenceExceptionTranslator();
		exceptionTranslators.orderedStream().forEach(translator::addDelegate);
		return RdsRetry.builder(ClusterTransactionManager.find(beans))
			.exceptionTranslator(translator)
			.maxAttempts(retry.getMaxAttempts())
			.backOff(retry.getDelay(), retry.getMaxDelay())
			.timeout(retry.getTimeout())
			.build();
	}

}
