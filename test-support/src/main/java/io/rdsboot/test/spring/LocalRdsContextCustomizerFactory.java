package io.rdsboot.test.spring;

import java.util.List;

import io.rdsboot.test.LocalRds;
import org.jspecify.annotations.Nullable;

import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Brings the cluster of a test class with {@link LocalRds} into its application context.
 */
final class LocalRdsContextCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		LocalRds annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass, LocalRds.class);
		return (annotation != null) ? new LocalRdsContextCustomizer(annotation) : null;
	}

}
