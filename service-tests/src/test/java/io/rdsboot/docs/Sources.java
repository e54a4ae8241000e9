package io.rdsboot.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
		return text(Set.of("jdbc", "pgvector", "autoconfigure")::contains);
	}

	/**
	 * Returns sources as one text, in which string literals that are concatenated, or go
	 * on in the next line of a text block, are in one piece.
	 */
	private static String text(Predicate<String> modules) {
		try (Stream<Path> directories = Files.list(MarkdownPage.ROOT)) {
			return directories.filter((directory) -> modules.test(directory.getFileName().toString()))
				.map((directory) -> directory.resolve("src/main/java"))
				.filter(Files::isDirectory)
				.flatMap(Sources::javaFiles)
				.map(Sources::read)
				.collect(Collectors.joining("\n"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Stream<Path> javaFiles(Path directory) {
		try (Stream<Path> files = Files.walk(directory)) {
			return files.filter((file) -> file.toString().endsWith(".java")).toList().stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file).replaceAll("\"\\s*\\+\\s*\"", "").replaceAll("\\\\\n\\s*", "");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
