package io.rdsboot.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The main Java sources of all modules.
 */
final class Sources {

	private Sources() {
	}

	/**
	 * Returns all of them as one text, in which string literals that are concatenated or
	 * stand in text blocks are in one piece.
	 */
	static String all() {
		return files().map(Sources::read).collect(Collectors.joining("\n"));
	}

	private static Stream<Path> files() {
		try (Stream<Path> modules = Files.list(MarkdownPage.ROOT)) {
			List<Path> sources = modules.map((module) -> module.resolve("src/main/java"))
				.filter(Files::isDirectory)
				.toList();
			return sources.stream().flatMap(Sources::javaFiles);
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
