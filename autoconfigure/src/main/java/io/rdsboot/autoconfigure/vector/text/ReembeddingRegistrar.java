package io.rdsboot.autoconfigure.vector.text;

import java.util.LinkedHashMap;
import java.util.Map;

import io.rdsboot.autoconfigure.vector.RdsVectorProperties;
import io.rdsboot.autoconfigure.vector.bean.RepositoryBeanRegistrar;
import io.rdsboot.vector.reembedding.Reembedding;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * Registers {@code <name>Reembedding} for each text repository whose embedding model is
 * to change.
 */
class ReembeddingRegistrar extends RepositoryBeanRegistrar {

	/**
	 * What the names of the beans have behind those of the repositories.
	 */
	static final String SUFFIX = "Reembedding";

	ReembeddingRegistrar(Environment environment, BeanFactory beanFactory) {
		super(environment, beanFactory, new Kind(SUFFIX, ".text.next.column", Reembedding.class,
				ReembeddingFactory.class, ReembeddingFactory.METHOD));
	}

	@Override
	protected Map<String, ResolvableType> declared(Environment environment) {
		Map<String, ResolvableType> types = new LinkedHashMap<>();
		Binder.get(environment)
			.bindOrCreate("rds.vector", RdsVectorProperties.class)
			.getRepositories()
			.forEach((name, declared) -> {
				if (declared.getText().isEnabled() && declared.getText().getNext().getColumn() != null) {
					types.put(name, ResolvableType.forClass(Reembedding.class));
				}
			});
		return types;
	}

}
