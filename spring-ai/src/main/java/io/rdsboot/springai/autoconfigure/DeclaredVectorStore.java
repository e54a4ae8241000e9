package io.rdsboot.springai.autoconfigure;

import java.util.List;

import io.rdsboot.autoconfigure.vector.RdsVectorProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Repository that is declared to be a store, too. Immutable.
 *
 * @param repository name of the repository
 * @param embeddingModel name of the bean of its model, or {@code null} for the only one
 */
record DeclaredVectorStore(String repository, @Nullable String embeddingModel) {

	/**
	 * Return the stores that the properties declare.
	 */
	static List<DeclaredVectorStore> of(Environment environment) {
		return Binder.get(environment)
			.bindOrCreate("rds.vector", RdsVectorProperties.class)
			.getRepositories()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().isSpringAi())
			.map((entry) -> new DeclaredVectorStore(entry.getKey(), entry.getValue().getSpringAiEmbeddingModel()))
			.toList();
	}

	/**
	 * Return the property that declares the store.
	 */
	String property() {
		return "rds.vector.repositories.%s.spring-ai".formatted(this.repository);
	}

}
