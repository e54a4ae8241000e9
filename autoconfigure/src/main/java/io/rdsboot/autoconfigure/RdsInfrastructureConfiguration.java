package io.rdsboot.autoconfigure;

import io.rdsboot.routing.InfrastructureAdvisor;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.session.jdbc.config.annotation.SpringSessionTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionOperations;

/**
 * What is infrastructure among the beans of an application.
 */
@Configuration(proxyBeanMethods = false)
class RdsInfrastructureConfiguration {

	/**
	 * Advisors are made before all other beans: the names come from the environment, so
	 * that no bean is made too early for others to see it.
	 */
	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static InfrastructureAdvisor rdsInfrastructureAdvisor(Environment environment) {
		RdsRoutingProperties properties = Binder.get(environment)
			.bindOrCreate("rds.routing", RdsRoutingProperties.class);
		return new InfrastructureAdvisor(properties.getInfrastructure());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(JdbcIndexedSessionRepository.class)
	static class SpringSessionConfiguration {

		/**
		 * Takes the place of the transactions that Spring Session makes of the
		 * transaction manager: with flush mode 'immediate' a session writes itself, and
		 * passes its repository's proxy by.
		 */
		@Bean(defaultCandidate = false)
		@ConditionalOnMissingBean(name = "springSessionTransactionOperations")
		TransactionOperations springSessionTransactionOperations(
				@SpringSessionTransactionManager ObjectProvider<PlatformTransactionManager> sessionTransactionManager,
				ObjectProvider<PlatformTransactionManager> transactionManager) {
			return new SessionTransactions(
					() -> sessionTransactionManager.getIfAvailable(transactionManager::getObject));
		}

	}

}
