package io.rdsboot.autoconfigure.vector.text;

import java.util.ArrayList;
import java.util.List;

import io.rdsboot.autoconfigure.vector.bean.ModelBeans;
import io.rdsboot.vector.text.TextEmbedder;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.NamedBeanHolder;

/**
 * Finds the embedders of texts among the beans, those that other libraries have included.
 */
final class TextEmbedders {

	private static final String MISSING = "Define a bean of type TextEmbedder, or add the dependency io.rdsboot:rds-spring-ai or io.rdsboot:rds-langchain4j and an EmbeddingModel of that library.";

	private final ConfigurableListableBeanFactory beans;

	private final List<TextEmbedderBridge<?>> bridges;

	/**
	 * Create an instance.
	 * @param bridges make embedders of the models of other libraries
	 */
	TextEmbedders(ConfigurableListableBeanFactory beans, ObjectProvider<TextEmbedderBridge<?>> bridges) {
		this.beans = beans;
		this.bridges = bridges.orderedStream().toList();
	}

	/**
	 * Return the embedder that a property names, or the only one. An embedder of the
	 * application's own comes before the models of other libraries.
	 * @param property the property that asks for it
	 * @param nameProperty the property that names its bean
	 * @param model name of the bean, or {@code null} for the only one, or the primary one
	 * @throws InvalidRdsConfigurationException if there is none, or several
	 */
	TextEmbedder find(String property, String nameProperty, @Nullable String model) {
		ModelBeans models = new ModelBeans(property, nameProperty, "TextRepository", MISSING);
		List<Class<?>> types = new ArrayList<>(List.of(TextEmbedder.class));
		boolean own = model == null && BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beans,
				TextEmbedder.class, true, false).length > 0;
		if (!own) {
			this.bridges.forEach((bridge) -> types.add(bridge.modelType()));
		}
		NamedBeanHolder<?> chosen = models.choose(this.beans, types, model);
		if (chosen.getBeanInstance() instanceof TextEmbedder embedder) {
			return embedder;
		}
		return this.bridges.stream()
			.filter((bridge) -> bridge.modelType().isInstance(chosen.getBeanInstance()))
			.map((bridge) -> embedder(bridge, chosen))
			.findFirst()
			.orElseThrow();
	}

	private static <M> TextEmbedder embedder(TextEmbedderBridge<M> bridge, NamedBeanHolder<?> chosen) {
		return bridge.embedder(chosen.getBeanName(), bridge.modelType().cast(chosen.getBeanInstance()));
	}

}
