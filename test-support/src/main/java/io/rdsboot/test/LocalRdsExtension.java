package io.rdsboot.test;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * JUnit extension behind {@link LocalRds}.
 */
final class LocalRdsExtension implements BeforeAllCallback, TestInstancePostProcessor, ParameterResolver {

	private static final Namespace NAMESPACE = Namespace.create(LocalRdsExtension.class);

	@Override
	public void beforeAll(ExtensionContext context) {
		setFields(context.getRequiredTestClass(), null, cluster(context));
	}

	@Override
	public void postProcessTestInstance(Object testInstance, ExtensionContext context) {
		setFields(testInstance.getClass(), testInstance, cluster(context));
	}

	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
		return parameter.getParameter().getType() == LocalRdsCluster.class && !isSpringParameter(parameter);
	}

	/**
	 * Spring's extension gives the same cluster to these, and two that answer are an
	 * error.
	 */
	private static boolean isSpringParameter(ParameterContext parameter) {
		return Stream.of(parameter.getParameter().getAnnotations(), parameter.getDeclaringExecutable().getAnnotations())
			.flatMap(Stream::of)
			.anyMatch((annotation) -> annotation.annotationType().getName().startsWith("org.springframework.beans."));
	}

	@Override
	public LocalRdsCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
		return cluster(context);
	}

	private static LocalRdsCluster cluster(ExtensionContext context) {
		// The root store is closed at the end of the test plan, and what it holds with
		// it.
		context.getRoot()
			.getStore(NAMESPACE)
			.computeIfAbsent(SharedClusters.class, (key) -> SharedClusters.INSTANCE, SharedClusters.class);
		return SharedClusters.INSTANCE.get(annotation(context));
	}

	private static LocalRds annotation(ExtensionContext context) {
		for (Class<?> type = context.getRequiredTestClass(); type != null; type = type.getEnclosingClass()) {
			Optional<LocalRds> annotation = AnnotationSupport.findAnnotation(type, LocalRds.class);
			if (annotation.isPresent()) {
				return annotation.get();
			}
		}
		throw new ExtensionConfigurationException(
				"%s has no @LocalRds: use the annotation, not its extension".formatted(context.getRequiredTestClass()));
	}

	private static void setFields(Class<?> type, @Nullable Object target, LocalRdsCluster cluster) {
		Predicate<Field> wanted = (field) -> field.getType() == LocalRdsCluster.class
				&& Modifier.isStatic(field.getModifiers()) == (target == null)
				&& !Modifier.isFinal(field.getModifiers());
		for (Field field : ReflectionSupport.findFields(type, wanted, HierarchyTraversalMode.TOP_DOWN)) {
			try {
				field.setAccessible(true);
				if (field.get(target) == null) {
					field.set(target, cluster);
				}
			}
			catch (IllegalAccessException ex) {
				throw new ExtensionConfigurationException("Could not set the field %s".formatted(field), ex);
			}
		}
	}

}
