package io.rdsboot.autoconfigure.vector.text;

import java.util.List;
import java.util.Objects;

import javax.sql.DataSource;

import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.autoconfigure.vector.RdsVectorProperties;
import io.rdsboot.autoconfigure.vector.TableOwnerDataSource;
import io.rdsboot.autoconfigure.vector.TextRepositoryProperties.Next;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.reembedding.Reembedding;
import io.rdsboot.vector.text.TextEmbedder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Makes the beans of changes of the embedding model.
 */
final class ReembeddingFactory {

	/**
	 * Name of the method that makes a bean, which code that is generated ahead of time
	 * calls.
	 */
	static final String METHOD = "reembedding";

	private ReembeddingFactory() {
	}

	/**
	 * Make a change of the embedding model, which the {@link ReembeddingLifecycle}
	 * begins.
	 * @param name the name of the vector repository
	 * @param properties have its declaration
	 * @param dataSource the application's data source
	 * @param owner has the login that owns the tables
	 * @param beans have the vector repository and the models
	 * @param bridges make embedders of the models of other libraries
	 */
	static Reembedding reembedding(String name, RdsVectorProperties properties, DataSource dataSource,
			ObjectProvider<TableOwnerDataSource> owner, ConfigurableListableBeanFactory beans,
			ObjectProvider<TextEmbedderBridge<?>> bridges) {
		Next next = Objects.requireNonNull(properties.getRepositories().get(name)).getText().getNext();
		String property = "rds.vector.repositories.%s.text.next".formatted(name);
		String column = String.valueOf(next.getColumn());
		VectorRepository<?> vectors = beans.getBean(name, VectorRepository.class);
		TextEmbedder embedder = new TextEmbedders(beans, bridges).find(property + ".column",
				property + ".embedding-model", next.getEmbeddingModel());
		try {
			return Reembedding.builder(dataSource, vectors.table(), column, embedder)
				.ownerDataSource(TableOwnerDataSource.of(owner))
				.batchSize(next.getBatchSize())
				.build();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidRdsConfigurationException(List.of(new ConfigurationProblem(property, column,
					String.valueOf(ex.getMessage()), "Correct the declaration, or remove the properties.")));
		}
	}

}
