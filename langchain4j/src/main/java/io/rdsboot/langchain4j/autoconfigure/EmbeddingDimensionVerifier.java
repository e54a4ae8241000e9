package io.rdsboot.langchain4j.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

import dev.langchain4j.model.embedding.EmbeddingModel;
import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.autoconfigure.vector.RdsVectorProperties;
import io.rdsboot.langchain4j.LangChain4jTextEmbedder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Compares the dimensions of repositories with those of the embedding model, if there is
 * one and it knows them by itself. Models that would have to embed something to tell are
 * not asked: that may cost money, and the service behind them may be down.
 */
class EmbeddingDimensionVerifier implements SmartInitializingSingleton {

	private final RdsVectorProperties properties;

	private final ObjectProvider<EmbeddingModel> model;

	EmbeddingDimensionVerifier(RdsVectorProperties properties, ObjectProvider<EmbeddingModel> model) {
		this.properties = properties;
		this.model = model;
	}

	@Override
	public void afterSingletonsInstantiated() {
		EmbeddingModel model = this.model.getIfUnique();
		OptionalInt known = (model != null) ? new LangChain4jTextEmbedder(model, "").dimensions() : OptionalInt.empty();
		if (model == null || known.isEmpty()) {
			return;
		}
		int dimensions = known.getAsInt();
		List<ConfigurationProblem> problems = new ArrayList<>();
		this.properties.getRepositories().forEach((name, declared) -> {
			if (declared.isLangchain4j() && !Objects.equals(declared.getDimensions(), dimensions)) {
				problems.add(new ConfigurationProblem("rds.vector.repositories.%s.dimensions".formatted(name),
						String.valueOf(declared.getDimensions()),
						"the embeddings of %s have %d dimensions".formatted(model.getClass().getName(), dimensions),
						"Set it to %d, or use a model of as many dimensions.".formatted(dimensions)));
			}
		});
		if (!problems.isEmpty()) {
			throw new InvalidRdsConfigurationException(problems);
		}
	}

}
