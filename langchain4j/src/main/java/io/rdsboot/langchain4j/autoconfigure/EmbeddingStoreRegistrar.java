package io.rdsboot.langchain4j.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import dev.langchain4j.store.embedding.EmbeddingStore;
import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.autoconfigure.vector.RdsVectorProperties;
import io.rdsboot.langchain4j.RdsEmbeddingStore;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers an embedding store for each repository that asks for one: the bean
 * {@code <name>EmbeddingStore}, qualified by the name of the repository. A store of the
 * application's own that has the bean's name wins.
 */
class EmbeddingStoreRegistrar implements ImportBeanDefinitionRegistrar {

	private final Environment environment;

	private final BeanFactory beanFactory;

	EmbeddingStoreRegistrar(Environment environment, BeanFactory beanFactory) {
		this.environment = environment;
		this.beanFactory = beanFactory;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		RdsVectorProperties properties = Binder.get(this.environment)
			.bindOrCreate("rds.vector", RdsVectorProperties.class);
		List<ConfigurationProblem> problems = new ArrayList<>();
		properties.getRepositories().forEach((repository, declared) -> {
			String name = repository + "EmbeddingStore";
			if (declared.isLangchain4j() && !registry.containsBeanDefinition(name)) {
				registry.registerBeanDefinition(name, definition(repository));
			}
			else if (declared.isLangchain4j() && !this.beanFactory.isTypeMatch(name, EmbeddingStore.class)) {
				problems.add(
						new ConfigurationProblem("rds.vector.repositories.%s.langchain4j".formatted(repository), "true",
								"the application has another bean of the name %s, of type %s".formatted(name,
										this.beanFactory.getType(name, false)),
								"Rename the bean, or the repository and set its table."));
			}
		});
		if (!problems.isEmpty()) {
			throw new InvalidRdsConfigurationException(problems);
		}
	}

	private static RootBeanDefinition definition(String repository) {
		RootBeanDefinition definition = new RootBeanDefinition(EmbeddingStoreFactory.class);
		definition.setUniqueFactoryMethodName(EmbeddingStoreFactory.METHOD);
		definition.setAutowireMode(AbstractBeanDefinition.AUTOWIRE_CONSTRUCTOR);
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, repository);
		definition.setTargetType(RdsEmbeddingStore.class);
		definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, repository));
		definition.setResourceDescription("rds.vector.repositories");
		return definition;
	}

}
