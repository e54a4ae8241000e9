package io.rdsboot.autoconfigure.integration;

import io.rdsboot.routing.consistency.ConsistencyTaskDecorator;
import org.apiguardian.api.API;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Work on other threads, which reads what its caller has written.
 */
@API(status = API.Status.INTERNAL)
@Configuration(proxyBeanMethods = false)
public class RdsTaskExecutionConfiguration {

	/**
	 * For the executors that Boot builds. A fallback, so that who injects the one
	 * decorator of the application still gets that; and the innermost one, so that no
	 * other exchanges its session.
	 */
	@Bean
	@Fallback
	@Order(Ordered.HIGHEST_PRECEDENCE)
	ConsistencyTaskDecorator rdsConsistencyTaskDecorator() {
		return new ConsistencyTaskDecorator();
	}

	/**
	 * For the executors that the application builds itself.
	 */
	@Bean
	static ConsistencyExecutorPostProcessor rdsConsistencyExecutorPostProcessor() {
		return new ConsistencyExecutorPostProcessor();
	}

	@Bean
	UndecoratedExecutorLog rdsUndecoratedExecutorLog(ConfigurableListableBeanFactory beanFactory) {
		return new UndecoratedExecutorLog(beanFactory);
	}

}
