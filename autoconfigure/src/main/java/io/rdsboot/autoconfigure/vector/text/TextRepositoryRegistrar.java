package io.rdsboot.autoconfigure.vector.text;

import java.util.LinkedHashMap;
import java.util.Map;

import io.rdsboot.autoconfigure.vector.RdsVectorProperties;
import io.rdsboot.autoconfigure.vector.bean.RepositoryBeanRegistrar;
import io.rdsboot.vector.text.TextRepository;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * Registers {@code <name>TextRepository} for each vector repository that asks for it.
 */
class TextRepositoryRegistrar extends RepositoryBeanRegistrar {

	TextRepositoryRegistrar(Environment environment, BeanFactory beanFactory) {
		super(environment, beanFactory, new Kind("TextRepository", ".text.enabled", TextRepository.class,
				TextRepositoryFactory.class, TextRepositoryFactory.METHOD));
	}

	@Override
	protected Map<String, ResolvableType> declared(Environment environment) {
		Map<String, ResolvableType> types = new LinkedHashMap<>();
		Binder.get(environment)
			.bindOrCreate("rds.vector", RdsVectorProperties.class)
			.getRepositories()
			.forEach((name, declared) -> {
				if (declared.getText().isEnabled()) {
					types.put(name,
							ResolvableType.forClassWithGenerics(TextRepository.class, declared.getIdType().javaType()));
				}
			});
		return types;
	}

}
