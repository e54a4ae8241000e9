package io.rdsboot.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The files of this repository, without what builds and tools make.
 */
final class ProjectFiles {

	/**
	 * Root of the repository: tests run in the directory of their module.
	 */
	static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private ProjectFiles() {
	}

	/**
	 * Returns the files that a filter accepts, by their paths below the root and in their
	 * order. Directories that other tests may write to meanwhile are not entered.
	 */
	static List<Path> find(Predicate<Path> filter) {
		List<Path> found = new ArrayList<>();
		try {
			Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {

				@Override
				public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
					String name = directory.getFileName().toString();
					boolean generated = name.equals("target") || name.startsWith(".");
					return generated ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
				}

				@Override
				public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
					if (filter.test(ROOT.relativize(file))) {
						found.add(file);
					}
					return FileVisitResult.CONTINUE;
				}

			});
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return found.stream().sorted().toList();
	}

	static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
