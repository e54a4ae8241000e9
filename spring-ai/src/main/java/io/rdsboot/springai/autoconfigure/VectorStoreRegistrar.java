package io.rdsboot.springai.autoconfigure;

import java.util.List;

import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.springai.RdsVectorStore;

import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers a store for each vector repository that is declared to be one, under the
 * repository's name with {@code VectorStore} behind it, and with the repository's name as
 * qualifier. A store of the application's own that has the name wins.
 */
class VectorStoreRegistrar implements ImportBeanDefinitionRegistrar {

	private static final String SUFFIX = "VectorStore";

	private final Environment environment;

	private final BeanFactory beanFactory;

	VectorStoreRegistrar(Environment environment, BeanFactory beanFactory) {
		this.environment = environment;
		this.beanFactory = beanFactory;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		for (DeclaredVectorStore declared : DeclaredVectorStore.of(this.environment)) {
			String name = declared.repository() + SUFFIX;
			if (!registry.containsBeanDefinition(name)) {
				registry.registerBeanDefinition(name, definition(declared.repository()));
			}
			else if (!this.beanFactory.isTypeMatch(name, VectorStore.class)) {
				throw new InvalidRdsConfigurationException(List.of(new ConfigurationProblem(declared.property(), "true",
						"the application has another bean of the name '%s', of type %s".formatted(name,
								this.beanFactory.getType(name, false)),
						"Rename the repository and set its table, or rename the bean.")));
			}
		}
	}

	private static RootBeanDefinition definition(String repository) {
		RootBeanDefinition definition = new RootBeanDefinition(VectorStoreFactory.class);
		definition.setUniqueFactoryMethodName(VectorStoreFactory.METHOD);
		definition.setAutowireMode(AbstractBeanDefinition.AUTOWIRE_CONSTRUCTOR);
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, repository);
		definition.setTargetType(RdsVectorStore.class);
		definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, repository));
		definition.setResourceDescription("rds.vector.repositories");
		return definition;
	}

}
