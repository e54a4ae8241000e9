package io.rdsboot.autoconfigure.vector.text;

import java.util.ArrayList;
import java.util.List;

import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.autoconfigure.vector.RdsVectorProperties;
import io.rdsboot.autoconfigure.vector.VectorRepositoryProperties;
import io.rdsboot.autoconfigure.vector.bean.ModelBeans;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.text.TextEmbedder;
import io.rdsboot.vector.text.TextRepository;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.NamedBeanHolder;

/**
 * Makes the beans of text repositories.
 */
final class TextRepositoryFactory {

	/**
	 * Name of the method that makes a bean, which code that is generated ahead of time
	 * calls.
	 */
	static final String METHOD = "repository";

	private static final String MISSING = "Define a bean of type TextEmbedder, or add the dependency io.rdsboot:rds-spring-ai or io.rdsboot:rds-langchain4j and an EmbeddingModel of that library.";

	private TextRepositoryFactory() {
	}

	/**
	 * Make a repository.
	 * @param name the name of the vector repository
	 * @param properties have its declaration
	 * @param beans have the vector repository and the models
	 * @param bridges make embedders of the models of other libraries
	 */
	static TextRepository<?> repository(String name, RdsVectorProperties properties,
			ConfigurableListableBeanFactory beans, ObjectProvider<TextEmbedderBridge<?>> bridges) {
		VectorRepositoryProperties declared = properties.getRepositories().get(name);
		String property = "rds.vector.repositories.%s.text".formatted(name);
		VectorRepository<?> vectors = beans.getBean(name, VectorRepository.class);
		TextEmbedder embedder = embedder(property, (declared != null) ? declared.getText().getEmbeddingModel() : null,
				beans, bridges.orderedStream().toList());
		try {
			return TextRepository.of(vectors, embedder);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidRdsConfigurationException(List.of(new ConfigurationProblem(property + ".enabled", "true",
					String.valueOf(ex.getMessage()), "Correct the declaration, or remove the property.")));
		}
	}

	/**
	 * An embedder of the application's own comes before the models of other libraries.
	 */
	private static TextEmbedder embedder(String property, @Nullable String model, ConfigurableListableBeanFactory beans,
			List<TextEmbedderBridge<?>> bridges) {
		ModelBeans models = new ModelBeans(property + ".enabled", property + ".embedding-model", "TextRepository",
				MISSING);
		List<Class<?>> types = new ArrayList<>(List.of(TextEmbedder.class));
		boolean own = model == null && BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, TextEmbedder.class,
				true, false).length > 0;
		if (!own) {
			bridges.forEach((bridge) -> types.add(bridge.modelType()));
		}
		NamedBeanHolder<?> chosen = models.choose(beans, types, model);
		if (chosen.getBeanInstance() instanceof TextEmbedder embedder) {
			return embedder;
		}
		return bridges.stream()
			.filter((bridge) -> bridge.modelType().isInstance(chosen.getBeanInstance()))
			.map((bridge) -> embedder(bridge, chosen))
			.findFirst()
			.orElseThrow();
	}

	private static <M> TextEmbedder embedder(TextEmbedderBridge<M> bridge, NamedBeanHolder<?> chosen) {
		return bridge.embedder(chosen.getBeanName(), bridge.modelType().cast(chosen.getBeanInstance()));
	}

}
