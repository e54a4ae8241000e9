package io.rdsboot.sample.indexing;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

import io.rdsboot.sample.text.SourceType;

import org.springframework.stereotype.Component;

/**
 * Finder of files to index. Hidden directories, and those that tools fill, are left out;
 * symbolic links are not followed.
 */
@Component
class SourceFileFinder {

	private static final Set<String> LEFT_OUT = Set.of("target", "build", "out", "node_modules");

	private final IndexDirectory directory;

	private final int maxFiles;

	SourceFileFinder(IndexDirectory directory, IndexProperties properties) {
		this.directory = directory;
		this.maxFiles = properties.maxFiles();
	}

	/**
	 * The name of a file or directory.
	 * @param path a path below the root
	 * @return the path relative to the root, with slashes; empty for the root
	 */
	String name(Path path) {
		return this.directory.root().relativize(path).toString().replace('\\', '/');
	}

	/**
	 * Finds files.
	 * @param below a directory, at or below the root
	 * @param progress learns of directories that cannot be read
	 * @return the files, by name
	 * @throws IOException if the directory itself cannot be read
	 */
	List<SourceFile> find(Path below, IndexProgress progress) throws IOException {
		List<SourceFile> files = new ArrayList<>();
		Files.walkFileTree(below, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
				String name = path.getFileName().toString();
				boolean leftOut = !path.equals(below) && (name.startsWith(".") || LEFT_OUT.contains(name));
				return leftOut ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
				if (attributes.isRegularFile()) {
					SourceType.ofFileName(path.getFileName().toString())
						.ifPresent((type) -> files.add(new SourceFile(path, name(path), type)));
				}
				if (files.size() > SourceFileFinder.this.maxFiles) {
					throw new IllegalStateException("More than " + SourceFileFinder.this.maxFiles + " files below "
							+ below + ": name a directory with fewer, or raise sample.index.max-files");
				}
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFileFailed(Path path, IOException ex) throws IOException {
				if (path.equals(below)) {
					throw ex;
				}
				progress.failed(name(path), "cannot be read (" + ex.getClass().getSimpleName() + ")");
				return FileVisitResult.CONTINUE;
			}

		});
		files.sort(Comparator.comparing(SourceFile::name));
		return files;
	}

}
