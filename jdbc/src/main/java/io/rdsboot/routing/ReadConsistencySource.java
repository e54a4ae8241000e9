package io.rdsboot.routing;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import io.rdsboot.routing.consistency.ConsistencyLevel;
import io.rdsboot.routing.consistency.ReadDemand;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringValueResolver;

/**
 * Finds what {@link ReadConsistency} demands of a method: on the method itself, on its
 * class, or on what these override. Thread-safe once the resolver is set.
 */
final class ReadConsistencySource {

	private final Map<MethodClassKey, Optional<ReadDemand>> demands = new ConcurrentHashMap<>();

	private volatile StringValueResolver resolver = (value) -> value;

	void resolver(StringValueResolver resolver) {
		this.resolver = resolver;
	}

	/**
	 * Return the demand, or {@code null} if there is no annotation.
	 * @throws IllegalStateException if the annotation makes no sense
	 */
	@Nullable ReadDemand demand(Method method, @Nullable Class<?> targetClass) {
		if (method.getDeclaringClass() == Object.class) {
			return null;
		}
		return this.demands.computeIfAbsent(new MethodClassKey(method, targetClass), (key) -> find(method, targetClass))
			.orElse(null);
	}

	private Optional<ReadDemand> find(Method method, @Nullable Class<?> targetClass) {
		Class<?> userClass = (targetClass != null) ? ClassUtils.getUserClass(targetClass) : method.getDeclaringClass();
		Method specific = AopUtils.getMostSpecificMethod(method, userClass);
		ReadConsistency annotation = AnnotatedElementUtils.findMergedAnnotation(specific, ReadConsistency.class);
		if (annotation == null) {
			annotation = AnnotatedElementUtils.findMergedAnnotation(userClass, ReadConsistency.class);
		}
		return Optional.ofNullable(annotation).map((found) -> demand(found, specific));
	}

	private ReadDemand demand(ReadConsistency annotation, Method method) {
		ConsistencyLevel level = annotation.value();
		String written = annotation.maxLag();
		if (written.isEmpty()) {
			return ReadDemand.of(level, null);
		}
		if (level != ConsistencyLevel.BOUNDED && level != ConsistencyLevel.SESSION) {
			throw new IllegalStateException("@ReadConsistency on " + describe(method) + " has maxLag \"" + written
					+ "\", which level " + level + " knows nothing of; leave it out, or choose BOUNDED or SESSION");
		}
		try {
			String resolved = this.resolver.resolveStringValue(written);
			Duration maxLag = DurationFormatterUtils.detectAndParse((resolved != null) ? resolved : "");
			return ReadDemand.of(level, maxLag);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalStateException("@ReadConsistency on " + describe(method) + " has maxLag \"" + written
					+ "\", which is no positive duration; write one such as \"500ms\", or a placeholder for one", ex);
		}
	}

	private static String describe(Method method) {
		return method.getDeclaringClass().getName() + "." + method.getName();
	}

}
