package io.rdsboot.springai.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import io.rdsboot.autoconfigure.vector.bean.RepositoryBeanRegistrar;
import io.rdsboot.springai.RdsVectorStore;

import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * Registers {@code <name>VectorStore} for each vector repository that is declared to be a
 * store.
 */
class VectorStoreRegistrar extends RepositoryBeanRegistrar {

	VectorStoreRegistrar(Environment environment, BeanFactory beanFactory) {
		super(environment, beanFactory, new Kind("VectorStore", ".spring-ai", VectorStore.class,
				VectorStoreFactory.class, VectorStoreFactory.METHOD));
	}

	@Override
	protected Map<String, ResolvableType> declared(Environment environment) {
		Map<String, ResolvableType> types = new LinkedHashMap<>();
		DeclaredVectorStore.of(environment)
			.forEach((declared) -> types.put(declared.repository(), ResolvableType.forClass(RdsVectorStore.class)));
		return types;
	}

}
