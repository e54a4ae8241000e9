package io.rdsboot.autoconfigure.vector.bean;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.NamedBeanHolder;

/**
 * Chooses the bean of an embedding model: the one that a property names, or the only one.
 * Immutable.
 *
 * @param property the property that asks for what needs the model
 * @param nameProperty the property that names the bean of the model
 * @param user what needs the model
 * @param missing what to do if there is no model, as a sentence
 */
public record ModelBeans(String property, String nameProperty, String user, String missing) {

	/**
	 * Return the bean.
	 * @param types types of models, of which one will do
	 * @param name name of the bean, or {@code null} for the only one, or the primary one
	 * @throws InvalidRdsConfigurationException if there is no such bean, or several
	 */
	public NamedBeanHolder<?> choose(ConfigurableListableBeanFactory beans, List<? extends Class<?>> types,
			@Nullable String name) {
		List<String> names = new ArrayList<>();
		List<Class<?>> present = new ArrayList<>();
		for (Class<?> type : types) {
			List<String> ofType = List
				.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, type, true, false));
			names.addAll(ofType);
			if (!ofType.isEmpty()) {
				present.add(type);
			}
			if (name != null && ofType.contains(name)) {
				return new NamedBeanHolder<>(name, beans.getBean(name, type));
			}
		}
		String ofTypes = "of type "
				+ types.stream().map(Class::getSimpleName).distinct().collect(Collectors.joining(" or "));
		if (name != null) {
			throw problem(this.nameProperty, name, "there is no such bean " + ofTypes + there(names),
					"Correct the name of the bean.");
		}
		if (present.isEmpty()) {
			throw problem(this.property, "true",
					"there is no bean %s, which the %s needs".formatted(ofTypes, this.user), this.missing);
		}
		NamedBeanHolder<?> model = (present.size() == 1) ? unique(beans, present.get(0)) : null;
		if (model == null) {
			throw problem(this.property, "true", "there are several beans " + ofTypes + there(names),
					"Set %s to the name of one, or make one of them @Primary.".formatted(this.nameProperty));
		}
		return model;
	}

	private static @Nullable NamedBeanHolder<?> unique(ConfigurableListableBeanFactory beans, Class<?> type) {
		try {
			return beans.resolveNamedBean(type);
		}
		catch (NoUniqueBeanDefinitionException ex) {
			return null;
		}
	}

	private static String there(List<String> names) {
		return names.isEmpty() ? "" : ": " + String.join(", ", names);
	}

	private static InvalidRdsConfigurationException problem(String key, String value, String description,
			String action) {
		return new InvalidRdsConfigurationException(List.of(new ConfigurationProblem(key, value, description, action)));
	}

}
