package io.rdsboot.autoconfigure.integration;

import org.apiguardian.api.API;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Lets {@code @Transactional} mean JDBC's transactions where R2DBC is used beside them.
 * Spring Boot makes a transaction manager for either, and Spring could not choose one.
 */
@API(status = API.Status.INTERNAL)
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = RdsReactiveTransactionConfiguration.R2DBC)
public class RdsReactiveTransactionConfiguration {

	static final String R2DBC = "org.springframework.boot.r2dbc.autoconfigure.R2dbcTransactionManagerAutoConfiguration";

	private static final String TRANSACTION_MANAGER = "connectionFactoryTransactionManager";

	private static final Logger logger = LoggerFactory.getLogger(RdsReactiveTransactionConfiguration.class);

	@Bean
	static BeanFactoryPostProcessor rdsReactiveTransactionManagerFallback() {
		return RdsReactiveTransactionConfiguration::makeFallback;
	}

	/**
	 * Leaves alone what the application declares itself.
	 */
	private static void makeFallback(ConfigurableListableBeanFactory beans) {
		if (!beans.containsBeanDefinition(TRANSACTION_MANAGER)
				|| beans.getBeanNamesForType(PlatformTransactionManager.class, true, false).length == 0) {
			return;
		}
		BeanDefinition definition = beans.getBeanDefinition(TRANSACTION_MANAGER);
		if (R2DBC.equals(definition.getFactoryBeanName())) {
			definition.setFallback(true);
			logger.info("@Transactional means transactions of JDBC. Those of R2DBC are @Transactional(\"{}\")",
					TRANSACTION_MANAGER);
		}
	}

}
