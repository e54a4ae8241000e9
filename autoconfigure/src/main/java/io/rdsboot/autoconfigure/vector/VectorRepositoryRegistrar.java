package io.rdsboot.autoconfigure.vector;

import java.util.ArrayList;
import java.util.List;

import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.vector.VectorRepository;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers a bean for each declared vector repository, by its name and with the type of
 * its ids. A repository of the application's own that has the name wins.
 */
class VectorRepositoryRegistrar implements ImportBeanDefinitionRegistrar {

	private final Environment environment;

	private final BeanFactory beanFactory;

	VectorRepositoryRegistrar(Environment environment, BeanFactory beanFactory) {
		this.environment = environment;
		this.beanFactory = beanFactory;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		RdsVectorProperties properties = Binder.get(this.environment)
			.bindOrCreate("rds.vector", RdsVectorProperties.class);
		List<ConfigurationProblem> problems = new ArrayList<>();
		for (ConfiguredVectorRepository repository : ConfiguredVectorRepositories.of(properties).repositories()) {
			String name = repository.name();
			if (!registry.containsBeanDefinition(name)) {
				registry.registerBeanDefinition(name, definition(name, repository.table().idType().javaType()));
			}
			else if (!this.beanFactory.isTypeMatch(name, VectorRepository.class)) {
				problems.add(new ConfigurationProblem("rds.vector.repositories." + name, null,
						"the application has another bean of this name, of type %s"
							.formatted(this.beanFactory.getType(name, false)),
						"Rename the repository and set its table, or rename the bean."));
			}
		}
		if (!problems.isEmpty()) {
			throw new InvalidRdsConfigurationException(problems);
		}
	}

	private static RootBeanDefinition definition(String name, Class<?> idClass) {
		RootBeanDefinition definition = new RootBeanDefinition(VectorRepositoryFactory.class);
		definition.setUniqueFactoryMethodName(VectorRepositoryFactory.METHOD);
		definition.setAutowireMode(AbstractBeanDefinition.AUTOWIRE_CONSTRUCTOR);
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, name);
		definition.setTargetType(ResolvableType.forClassWithGenerics(VectorRepository.class, idClass));
		definition.setDependsOn(VectorSchemaVerifier.BEAN_NAME);
		definition.setResourceDescription("rds.vector.repositories");
		return definition;
	}

}
