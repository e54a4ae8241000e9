package io.rdsboot.autoconfigure.vector.bean;

import java.util.Map;

import io.rdsboot.autoconfigure.problem.ConfigurationProblems;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers a bean for each vector repository that asks for one, under the repository's
 * name and a suffix, with the repository's name as qualifier. A bean of the application's
 * own that has the name wins, if it is of the same kind.
 */
public abstract class RepositoryBeanRegistrar implements ImportBeanDefinitionRegistrar {

	private final Environment environment;

	private final BeanFactory beanFactory;

	private final Kind kind;

	protected RepositoryBeanRegistrar(Environment environment, BeanFactory beanFactory, Kind kind) {
		this.environment = environment;
		this.beanFactory = beanFactory;
		this.kind = kind;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		ConfigurationProblems problems = new ConfigurationProblems();
		declared(this.environment).forEach((repository, type) -> {
			String name = repository + this.kind.suffix();
			if (!registry.containsBeanDefinition(name)) {
				registry.registerBeanDefinition(name, definition(repository, type));
			}
			else if (!this.beanFactory.isTypeMatch(name, this.kind.type())) {
				problems.add("rds.vector.repositories.%s%s".formatted(repository, this.kind.property()),
						this.kind.property().isEmpty() ? null : "true",
						"the application has another bean of the name '%s', of type %s".formatted(name,
								this.beanFactory.getType(name, false)),
						"Rename the repository and set its table, or rename the bean.");
			}
		});
		problems.throwIfAny();
	}

	/**
	 * Return the repositories that ask for a bean.
	 * @return the type of the bean by the name of the repository
	 */
	protected abstract Map<String, ResolvableType> declared(Environment environment);

	/**
	 * Return the definition of a bean. It names a method, which code that is generated
	 * ahead of time can call.
	 */
	protected RootBeanDefinition definition(String repository, ResolvableType type) {
		RootBeanDefinition definition = new RootBeanDefinition(this.kind.factory());
		definition.setUniqueFactoryMethodName(this.kind.method());
		definition.setAutowireMode(AbstractBeanDefinition.AUTOWIRE_CONSTRUCTOR);
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, repository);
		definition.setTargetType(type);
		definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, repository));
		definition.setResourceDescription("rds.vector.repositories");
		return definition;
	}

	/**
	 * Kind of the beans. Immutable.
	 *
	 * @param suffix what their names have behind those of the repositories
	 * @param property what is behind the repository's property to ask for a bean, such as
	 * {@code .spring-ai}; empty if the declaration itself asks for it
	 * @param type what a bean of the application's own must be
	 * @param factory class that makes the beans
	 * @param method name of its static method that does, whose first argument is the name
	 * of the repository
	 */
	public record Kind(String suffix, String property, Class<?> type, Class<?> factory, String method) {

	}

}
