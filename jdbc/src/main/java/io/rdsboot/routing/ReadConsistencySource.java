package io.rdsboot.routing;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
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

	private final Map<MethodClassKey, Optional<Declaration>> declarations = new ConcurrentHashMap<>();

	private volatile StringValueResolver resolver = (value) -> value;

	void resolver(StringValueResolver resolver) {
		this.resolver = resolver;
	}

	/**
	 * Return what the annotation says, or {@code null} if there is none.
	 * @throws IllegalStateException if the annotation makes no sense
	 */
	@Nullable Declaration find(Method method, @Nullable Class<?> targetClass) {
		if (method.getDeclaringClass() == Object.class) {
			return null;
		}
		return this.declarations
			.computeIfAbsent(new MethodClassKey(method, targetClass), (key) -> read(method, targetClass))
			.orElse(null);
	}

	private Optional<Declaration> read(Method method, @Nullable Class<?> targetClass) {
		Class<?> userClass = (targetClass != null) ? ClassUtils.getUserClass(targetClass) : method.getDeclaringClass();
		Method specific = AopUtils.getMostSpecificMethod(method, userClass);
		ReadConsistency annotation = AnnotatedElementUtils.findMergedAnnotation(specific, ReadConsistency.class);
		if (annotation == null) {
			annotation = AnnotatedElementUtils.findMergedAnnotation(userClass, ReadConsistency.class);
		}
		return Optional.ofNullable(annotation)
			.map((found) -> new Declaration(demand(found, specific), group(found, specific)));
	}

	private @Nullable ReadDemand demand(ReadConsistency annotation, Method method) {
		ConsistencyLevel level = level(annotation, method);
		String written = annotation.maxLag();
		if (written.isEmpty()) {
			return (level != null) ? ReadDemand.of(level, null) : null;
		}
		if (level != ConsistencyLevel.BOUNDED && level != ConsistencyLevel.SESSION) {
			throw new IllegalStateException("@ReadConsistency on " + describe(method) + " has maxLag \"" + written
					+ "\", which " + ((level != null) ? "level " + level + " knows nothing of" : "needs a level")
					+ "; leave it out, or choose BOUNDED or SESSION");
		}
		try {
			Duration maxLag = DurationFormatterUtils.detectAndParse(resolve(written));
			return ReadDemand.of(level, maxLag);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalStateException("@ReadConsistency on " + describe(method) + " has maxLag \"" + written
					+ "\", which is no positive duration; write one such as \"500ms\", or a placeholder for one", ex);
		}
	}

	private static @Nullable ConsistencyLevel level(ReadConsistency annotation, Method method) {
		ConsistencyLevel[] levels = annotation.value();
		if (levels.length > 1) {
			throw new IllegalStateException("@ReadConsistency on " + describe(method) + " has the levels "
					+ Arrays.toString(levels) + "; choose one of them");
		}
		return (levels.length == 1) ? levels[0] : null;
	}

	private @Nullable String group(ReadConsistency annotation, Method method) {
		if (annotation.group().isEmpty()) {
			return null;
		}
		String group = resolve(annotation.group());
		if (group.isBlank()) {
			throw new IllegalStateException("@ReadConsistency on " + describe(method) + " has group \""
					+ annotation.group() + "\", which is no name; write that of a group in rds.reader-groups");
		}
		return group;
	}

	private String resolve(String written) {
		String resolved = this.resolver.resolveStringValue(written);
		return (resolved != null) ? resolved : "";
	}

	private static String describe(Method method) {
		return method.getDeclaringClass().getName() + "." + method.getName();
	}

	/**
	 * What an annotation says.
	 *
	 * @param demand how consistent reads have to be, or {@code null} if it says nothing
	 * of that
	 * @param group the group of readers, or {@code null} if it names none
	 */
	record Declaration(@Nullable ReadDemand demand, @Nullable String group) {

	}

}
