package io.rdsboot.autoconfigure.vector;

import java.util.LinkedHashMap;
import java.util.Map;

import io.rdsboot.autoconfigure.vector.bean.RepositoryBeanRegistrar;
import io.rdsboot.vector.VectorRepository;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * Registers a bean for each declared vector repository, by its name and with the type of
 * its ids.
 */
class VectorRepositoryRegistrar extends RepositoryBeanRegistrar {

	VectorRepositoryRegistrar(Environment environment, BeanFactory beanFactory) {
		super(environment, beanFactory, new Kind("", "", VectorRepository.class, VectorRepositoryFactory.class,
				VectorRepositoryFactory.METHOD));
	}

	@Override
	protected Map<String, ResolvableType> declared(Environment environment) {
		RdsVectorProperties properties = Binder.get(environment).bindOrCreate("rds.vector", RdsVectorProperties.class);
		Map<String, ResolvableType> types = new LinkedHashMap<>();
		ConfiguredVectorRepositories.of(properties)
			.repositories()
			.forEach((repository) -> types.put(repository.name(), ResolvableType
				.forClassWithGenerics(VectorRepository.class, repository.table().idType().javaType())));
		return types;
	}

	@Override
	protected RootBeanDefinition definition(String repository, ResolvableType type) {
		RootBeanDefinition definition = super.definition(repository, type);
		definition.setDependsOn(VectorSchemaVerifier.BEAN_NAME);
		return definition;
	}

}
