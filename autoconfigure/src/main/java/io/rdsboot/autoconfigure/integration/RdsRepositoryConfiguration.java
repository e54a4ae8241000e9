package io.rdsboot.autoconfigure.integration;

import io.rdsboot.autoconfigure.routing.RdsRoutingProperties;
import io.rdsboot.data.ReadOnlyQueries;
import org.apiguardian.api.API;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.TypedStringValue;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.jdbc.repository.support.JdbcRepositoryFactoryBean;
import org.springframework.data.jpa.repository.support.JpaRepositoryFactoryBean;
import org.springframework.data.repository.core.support.TransactionalRepositoryFactoryBeanSupport;

/**
 * Read-only transactions for the declared queries of Spring Data's repositories.
 */
@API(status = API.Status.INTERNAL)
@Configuration(proxyBeanMethods = false)
public class RdsRepositoryConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(JpaRepositoryFactoryBean.class)
	static class JpaConfiguration {

		@Bean
		static BeanPostProcessor rdsJpaRepositoryPostProcessor(ConfigurableListableBeanFactory beanFactory,
				ObjectProvider<RdsRoutingProperties> properties) {
			return new RepositoryPostProcessor(JpaRepositoryFactoryBean.class, beanFactory, properties);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(JdbcRepositoryFactoryBean.class)
	static class JdbcConfiguration {

		@Bean
		static BeanPostProcessor rdsJdbcRepositoryPostProcessor(ConfigurableListableBeanFactory beanFactory,
				ObjectProvider<RdsRoutingProperties> properties) {
			return new RepositoryPostProcessor(JdbcRepositoryFactoryBean.class, beanFactory, properties);
		}

	}

	/**
	 * Customizes the factories of one module's repositories, unless
	 * {@code enableDefaultTransactions = false} says that their methods have no
	 * transactions but those declared.
	 */
	private record RepositoryPostProcessor(Class<?> factoryType, ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<RdsRoutingProperties> properties) implements BeanPostProcessor {

		@Override
		public Object postProcessBeforeInitialization(Object bean, String beanName) {
			if (this.factoryType.isInstance(bean)
					&& bean instanceof TransactionalRepositoryFactoryBeanSupport<?, ?, ?> factory
					&& this.properties.getObject().isReadOnlyRepositoryQueries()
					&& Boolean.parseBoolean(setting(beanName, "enableDefaultTransactions", "true"))) {
				factory.addRepositoryFactoryCustomizer(new ReadOnlyQueries(this.beanFactory,
						setting(beanName, "transactionManager", "transactionManager")));
			}
			return bean;
		}

		private String setting(String beanName, String property, String defaultValue) {
			if (!this.beanFactory.containsBeanDefinition(beanName)) {
				return defaultValue;
			}
			Object value = this.beanFactory.getMergedBeanDefinition(beanName).getPropertyValues().get(property);
			Object plain = (value instanceof TypedStringValue typed) ? typed.getValue() : value;
			return (plain != null) ? plain.toString() : defaultValue;
		}

	}

}
