package io.rdsboot.data;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.BaseStream;

import io.rdsboot.routing.sql.SqlText;

import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.data.repository.core.RepositoryInformation;

/**
 * What is known of the queries that a repository interface declares: derived from the
 * method's name, or given by {@code @Query} or a named query. Thread-safe.
 */
final class DeclaredQueries {

	private static final String JPA_QUERY = "org.springframework.data.jpa.repository.Query";

	private static final String JDBC_QUERY = "org.springframework.data.jdbc.repository.query.Query";

	/**
	 * Annotations of methods that write, lock, or call what may do so.
	 */
	private static final Set<String> NO_READS = Set.of("org.springframework.data.jpa.repository.Modifying",
			"org.springframework.data.jpa.repository.Lock", "org.springframework.data.jpa.repository.query.Procedure",
			"org.springframework.data.jdbc.repository.query.Modifying",
			"org.springframework.data.relational.repository.Lock");

	private static final Pattern DERIVED_DELETE = Pattern.compile("(delete|remove)(\\p{Lu}.*?)??By.*");

	private final RepositoryInformation repository;

	private final Map<Method, Boolean> reads = new ConcurrentHashMap<>();

	DeclaredQueries(RepositoryInformation repository) {
		this.repository = repository;
	}

	/**
	 * Return whether a method is a declared query that only reads, as far as its
	 * declaration tells, and has read everything when it returns.
	 */
	boolean isRead(Method method) {
		return this.reads.computeIfAbsent(method, this::findOut);
	}

	private boolean findOut(Method method) {
		// Whoever gets a stream reads it later, in a transaction of his own.
		if (!this.repository.isQueryMethod(method) || BaseStream.class.isAssignableFrom(method.getReturnType())) {
			return false;
		}
		MergedAnnotations annotations = MergedAnnotations.from(method, MergedAnnotations.SearchStrategy.TYPE_HIERARCHY);
		if (NO_READS.stream().anyMatch(annotations::isPresent)) {
			return false;
		}
		MergedAnnotation<?> jpa = annotations.get(JPA_QUERY);
		MergedAnnotation<?> jdbc = annotations.get(JDBC_QUERY);
		if (jpa.isPresent()) {
			return isRead(jpa);
		}
		if (jdbc.isPresent()) {
			return isReadOrEmpty(jdbc.getString(MergedAnnotation.VALUE));
		}
		return !DERIVED_DELETE.matcher(method.getName()).matches();
	}

	private static boolean isRead(MergedAnnotation<?> query) {
		String value = query.getString(MergedAnnotation.VALUE);
		String count = query.getString("countQuery");
		return query.getBoolean("nativeQuery") ? isReadOrEmpty(value) && isReadOrEmpty(count)
				: !SqlText.mentionsEffect(value) && !SqlText.mentionsEffect(count);
	}

	/**
	 * A query whose text stands elsewhere, under a name, counts as a read.
	 */
	private static boolean isReadOrEmpty(String sql) {
		return sql.isBlank() || SqlText.of(sql).isRead();
	}

}
