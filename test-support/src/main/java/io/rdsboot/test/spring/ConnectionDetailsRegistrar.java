package io.rdsboot.test.spring;

import io.rdsboot.test.LocalRdsCluster;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactories;
import org.springframework.util.ClassUtils;

/**
 * Registration of the {@link ConnectionDetails} that the factories on the class path make
 * from a cluster. Details of a type that the context has already are left alone.
 */
final class ConnectionDetailsRegistrar {

	/**
	 * Marks the definitions of such details.
	 */
	static final String OF_CLUSTER = ConnectionDetailsRegistrar.class.getName() + ".ofCluster";

	private ConnectionDetailsRegistrar() {
	}

	static void register(LocalRdsCluster cluster, ListableBeanFactory beanFactory, BeanDefinitionRegistry registry) {
		new ConnectionDetailsFactories(ClassUtils.getDefaultClassLoader()).getConnectionDetails(cluster, false)
			.forEach((type, details) -> {
				if (beanFactory.getBeanNamesForType(type, true, false).length == 0) {
					register(type, details, registry);
				}
			});
	}

	@SuppressWarnings("unchecked")
	private static <T> void register(Class<?> type, ConnectionDetails details, BeanDefinitionRegistry registry) {
		RootBeanDefinition definition = new RootBeanDefinition((Class<T>) details.getClass(), () -> (T) details);
		definition.setAttribute(OF_CLUSTER, true);
		registry.registerBeanDefinition(ClassUtils.getShortNameAsProperty(type) + "ForLocalRdsCluster", definition);
	}

}
