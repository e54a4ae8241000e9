package io.rdsboot.docs;

import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The main Java sources of the modules.
 */
final class Sources {

	private Sources() {
	}

	/**
	 * Returns the sources of all modules.
	 */
	static String all() {
		return text((module) -> true);
	}

	/**
	 * Returns the sources of what a service has on its class path.
	 */
	static String library() {
		return text(Set.of("jdbc", "pgvector", "spring-ai", "autoconfigure", "move")::contains);
	}

	/**
	 * Returns sources as one text, in which string literals that are concatenated, or go
	 * on in the next line of a text block, are in one piece.
	 */
	private static String text(Predicate<String> modules) {
		return ProjectFiles
			.find((file) -> file.toString().endsWith(".java") && file.toString().contains("/src/main/java/")
					&& modules.test(file.getName(0).toString()))
			.stream()
			.map(ProjectFiles::read)
			.map((source) -> source.replaceAll("\"\\s*\\+\\s*\"", "").replaceAll("\\\\\n\\s*", ""))
			.collect(Collectors.joining("\n"));
	}

}
