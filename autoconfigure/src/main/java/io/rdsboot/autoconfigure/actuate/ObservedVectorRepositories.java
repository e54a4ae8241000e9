package io.rdsboot.autoconfigure.actuate;

import io.micrometer.observation.ObservationRegistry;
import io.rdsboot.actuate.observation.ObservedVectorRepository;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Observes the vector repositories of the context, those that the application has built
 * itself too.
 */
final class ObservedVectorRepositories implements BeanPostProcessor {

	private final ObjectProvider<ObservationRegistry> registry;

	ObservedVectorRepositories(ObjectProvider<ObservationRegistry> registry) {
		this.registry = registry;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return (bean instanceof JdbcVectorRepository<?> repository)
				? new ObservedVectorRepository<>(repository, this.registry.getObject()) : bean;
	}

}
