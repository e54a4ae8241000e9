package io.rdsboot.routing.infrastructure;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import org.springframework.util.ClassUtils;

/**
 * Types whose work is {@linkplain io.rdsboot.routing.Reads#asInfrastructure
 * infrastructure's}: those of libraries that keep their own state in the database, and
 * those that the application names. Immutable.
 *
 * <p>
 * Not among them is what calls the application back, such as a message store, whose
 * callbacks would be taken for infrastructure, too.
 */
final class InfrastructureTypes {

	private static final List<String> OF_LIBRARIES = List.of(
			"org.springframework.session.jdbc.JdbcIndexedSessionRepository",
			"org.springframework.modulith.events.core.EventPublicationRepository",
			"org.springframework.integration.jdbc.lock.LockRepository",
			"org.springframework.integration.jdbc.metadata.JdbcMetadataStore",
			"org.springframework.batch.core.repository.JobRepository", "net.javacrumbs.shedlock.core.LockProvider",
			"net.javacrumbs.shedlock.core.SimpleLock");

	/**
	 * Methods of types that otherwise call the application back.
	 */
	private static final Map<String, Set<String>> METHODS_OF_LIBRARIES = Map.of(
			"org.springframework.modulith.events.core.EventPublicationRegistry",
			Set.of("markProcessing", "markCompleted", "markFailed"));

	private final Set<String> types = new HashSet<>(OF_LIBRARIES);

	private final List<String> packages;

	/**
	 * Create types.
	 * @param names further names, each of a class, an interface or a package
	 */
	InfrastructureTypes(Collection<String> names) {
		this.types.addAll(names);
		this.packages = names.stream().map((name) -> name + ".").toList();
	}

	/**
	 * Return whether a class is one of these types, inherits from one, or is in one of
	 * the packages or below.
	 */
	boolean includes(Class<?> type) {
		String name = ClassUtils.getUserClass(type).getName();
		return this.packages.stream().anyMatch(name::startsWith) || inherits(type, this.types::contains);
	}

	/**
	 * Return whether some methods of a class are infrastructure's, if not all.
	 */
	boolean includesMethodsOf(Class<?> type) {
		return inherits(type, METHODS_OF_LIBRARIES::containsKey);
	}

	/**
	 * Return whether a method of a class is infrastructure's.
	 */
	boolean includes(Method method, Class<?> type) {
		return includes(type) || inherits(type,
				(name) -> METHODS_OF_LIBRARIES.getOrDefault(name, Set.of()).contains(method.getName()));
	}

	private static boolean inherits(Class<?> type, Predicate<String> oneOf) {
		for (Class<?> each = type; each != null; each = each.getSuperclass()) {
			if (oneOf.test(each.getName())) {
				return true;
			}
			for (Class<?> implemented : each.getInterfaces()) {
				if (inherits(implemented, oneOf)) {
					return true;
				}
			}
		}
		return false;
	}

}
