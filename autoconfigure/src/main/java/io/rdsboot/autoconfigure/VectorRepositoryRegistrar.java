package io.rdsboot.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import io.rdsboot.vector.TenantResolver;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorTable;

import org.springframework.beans.factory.BeanFactory;
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
				registry.registerBeanDefinition(name,
						definition(name, repository.table(), repository.table().idType().javaType()));
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

	private <ID> RootBeanDefinition definition(String name, VectorTable table, Class<ID> idClass) {
		RootBeanDefinition definition = new RootBeanDefinition();
		definition.setTargetType(ResolvableType.forClassWithGenerics(VectorRepository.class, idClass));
		definition.setInstanceSupplier(
				() -> VectorRepository.builder(this.beanFactory.getBean(DataSource.class), table, idClass)
					.tenantResolver((table.tenantKey() != null) ? tenantResolver(name) : null)
					.build());
		definition.setDependsOn(VectorSchemaVerifier.BEAN_NAME);
		definition.setResourceDescription("rds.vector.repositories");
		return definition;
	}

	private TenantResolver tenantResolver(String name) {
		TenantResolver resolver = this.beanFactory.getBeanProvider(TenantResolver.class).getIfAvailable();
		if (resolver == null) {
			throw new InvalidRdsConfigurationException(
					List.of(new ConfigurationProblem("rds.vector.repositories.%s.tenant".formatted(name), null,
							"nothing says which tenant a call belongs to",
							"Define a bean of type TenantResolver, or remove the property.")));
		}
		return resolver;
	}

}
