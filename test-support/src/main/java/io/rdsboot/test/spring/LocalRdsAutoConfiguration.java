package io.rdsboot.test.spring;

import io.rdsboot.test.ContextUse;
import io.rdsboot.test.LocalRdsCluster;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactories;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.Ordered;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Auto-configuration that connects an application to a {@link LocalRdsCluster} that is a
 * bean, by registering the connection details that are made from it. So an application
 * runs on a local cluster at development time.
 *
 * @see io.rdsboot.test.LocalRdsConfiguration
 */
@AutoConfiguration
@AutoConfigureOrder(Ordered.HIGHEST_PRECEDENCE)
@ConditionalOnClass(ConnectionDetailsFactories.class)
@Import(LocalRdsAutoConfiguration.ClusterBeanRegistrar.class)
public final class LocalRdsAutoConfiguration {

	LocalRdsAutoConfiguration() {
	}

	static final class ClusterBeanRegistrar implements ImportBeanDefinitionRegistrar {

		private final BeanFactory beanFactory;

		ClusterBeanRegistrar(BeanFactory beanFactory) {
			this.beanFactory = beanFactory;
		}

		@Override
		public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
			if (this.beanFactory instanceof ConfigurableListableBeanFactory listable) {
				LocalRdsCluster cluster = listable.getBeanProvider(LocalRdsCluster.class, false).getIfAvailable();
				if (cluster != null) {
					ContextUse.begin(cluster, listable);
					ConnectionDetailsRegistrar.register(cluster, listable, registry);
				}
			}
		}

	}

}
