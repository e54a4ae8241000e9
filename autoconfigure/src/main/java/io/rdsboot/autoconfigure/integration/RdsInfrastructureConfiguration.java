package io.rdsboot.autoconfigure.integration;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerCustomizer;
import io.rdsboot.autoconfigure.routing.RdsRoutingProperties;
import io.rdsboot.routing.infrastructure.InfrastructureAdvisor;
import io.rdsboot.routing.infrastructure.InfrastructureDataSource;
import org.apiguardian.api.API;
import org.quartz.Scheduler;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.quartz.autoconfigure.QuartzDataSource;
import org.springframework.boot.quartz.autoconfigure.SchedulerFactoryBeanCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.quartz.SchedulerFactoryBean;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.session.jdbc.config.annotation.SpringSessionTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionOperations;

/**
 * What is infrastructure among the beans of an application.
 */
@API(status = API.Status.INTERNAL)
@Configuration(proxyBeanMethods = false)
public class RdsInfrastructureConfiguration {

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

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Scheduler.class, SchedulerFactoryBean.class, SchedulerFactoryBeanCustomizer.class })
	@ConditionalOnProperty(name = "spring.quartz.job-store-type", havingValue = "jdbc")
	static class QuartzConfiguration {

		/**
		 * Comes after Boot's customizer, which sets the data source, and before those of
		 * the application. The view is no bean: others would check its health, count its
		 * connections or wrap it.
		 */
		@Bean
		@Order(1)
		SchedulerFactoryBeanCustomizer rdsQuartzDataSourceCustomizer(DataSource dataSource,
				@QuartzDataSource ObjectProvider<DataSource> quartzDataSource) {
			return (scheduler) -> {
				if (quartzDataSource.getIfAvailable() == null) {
					scheduler.setDataSource(new InfrastructureDataSource(dataSource));
				}
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DbSchedulerCustomizer.class)
	static class DbSchedulerConfiguration {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static DbSchedulerPostProcessor rdsDbSchedulerPostProcessor(ObjectProvider<DataSource> dataSource) {
			return new DbSchedulerPostProcessor(dataSource);
		}

	}

}
