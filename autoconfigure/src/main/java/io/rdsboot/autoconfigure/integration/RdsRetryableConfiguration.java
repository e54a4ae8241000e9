package io.rdsboot.autoconfigure.integration;

import io.rdsboot.routing.failure.SafeToRepeat;
import org.apiguardian.api.API;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.resilience.annotation.RetryAnnotationBeanPostProcessor;

/**
 * Makes {@code @Retryable(predicate = SafeToRepeat.class)} work as soon as it is written.
 * Spring ignores the annotation in silence where {@code @EnableResilientMethods} is
 * missing.
 *
 * @see SafeToRepeat
 */
@API(status = API.Status.INTERNAL)
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(RetryAnnotationBeanPostProcessor.class)
public class RdsRetryableConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static RetryAnnotationBeanPostProcessor rdsRetryAnnotationBeanPostProcessor() {
		return new RetryAnnotationBeanPostProcessor();
	}

}
