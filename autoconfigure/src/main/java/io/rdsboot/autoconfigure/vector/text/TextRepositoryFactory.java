package io.rdsboot.autoconfigure.vector.text;

import java.util.List;

import javax.sql.DataSource;

import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.autoconfigure.vector.RdsVectorProperties;
import io.rdsboot.autoconfigure.vector.TableOwnerDataSource;
import io.rdsboot.autoconfigure.vector.VectorRepositoryProperties;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.reembedding.EmbeddingModelVerifier;
import io.rdsboot.vector.reembedding.Reembedding;
import io.rdsboot.vector.text.TextEmbedder;
import io.rdsboot.vector.text.TextRepository;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Makes the beans of text repositories.
 */
final class TextRepositoryFactory {

	/**
	 * Name of the method that makes a bean, which code that is generated ahead of time
	 * calls.
	 */
	static final String METHOD = "repository";

	private TextRepositoryFactory() {
	}

	/**
	 * Make a repository.
	 * @param name the name of the vector repository
	 * @param properties have its declaration
	 * @param dataSource the application's data source
	 * @param owner has the login that owns the tables
	 * @param beans have the vector repository and the models
	 * @param bridges make embedders of the models of other libraries
	 */
	static TextRepository<?> repository(String name, RdsVectorProperties properties, DataSource dataSource,
			ObjectProvider<TableOwnerDataSource> owner, ConfigurableListableBeanFactory beans,
			ObjectProvider<TextEmbedderBridge<?>> bridges) {
		VectorRepositoryProperties declared = properties.getRepositories().get(name);
		String property = "rds.vector.repositories.%s.text".formatted(name);
		VectorRepository<?> vectors = beans.getBean(name, VectorRepository.class);
		String model = (declared != null) ? declared.getText().getEmbeddingModel() : null;
		TextEmbedder embedder = new TextEmbedders(beans, bridges).find(property + ".enabled",
				property + ".embedding-model", model);
		try {
			Reembedding next = beans.containsBean(name + ReembeddingRegistrar.SUFFIX)
					? beans.getBean(name + ReembeddingRegistrar.SUFFIX, Reembedding.class) : null;
			TextRepository<?> texts = (next != null) ? TextRepository.of(vectors, embedder, next)
					: TextRepository.of(vectors, embedder);
			new EmbeddingModelVerifier(dataSource, TableOwnerDataSource.of(owner)).verify(vectors.table(), embedder);
			return texts;
		}
		catch (IllegalArgumentException ex) {
			throw problem(property + ".enabled", "true", ex, "Correct the declaration, or remove the property.");
		}
		catch (IllegalStateException ex) {
			throw problem(property + ".embedding-model", model, ex,
					"Use the model that the vectors are of, or change the model as the documentation describes.");
		}
	}

	private static InvalidRdsConfigurationException problem(String key, @Nullable String value, RuntimeException cause,
			String action) {
		return new InvalidRdsConfigurationException(
				List.of(new ConfigurationProblem(key, value, String.valueOf(cause.getMessage()), action)));
	}

}
