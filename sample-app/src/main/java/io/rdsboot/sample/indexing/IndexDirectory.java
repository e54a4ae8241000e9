package io.rdsboot.sample.indexing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

import io.rdsboot.sample.web.InvalidParameterException;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * The directory that may be indexed, with all below it. Immutable.
 */
@Component
class IndexDirectory {

	private final @Nullable Path root;

	IndexDirectory(IndexProperties properties) throws IOException {
		this.root = root(properties.directory());
	}

	/**
	 * The directory itself, without symbolic links.
	 * @return an absolute path
	 * @throws InvalidParameterException if none is configured, and none was found
	 */
	Path root() {
		if (this.root == null) {
			throw new InvalidParameterException("directory", null,
					"set the property sample.index.directory, " + "as the service was not started in a repository");
		}
		return this.root;
	}

	/**
	 * A directory that a request names.
	 * @param directory a path, relative to the root or absolute; the root if {@code null}
	 * @return an absolute path, at or below the root
	 * @throws InvalidParameterException if there is no such directory below the root
	 */
	Path resolve(@Nullable String directory) {
		Path allowed = root();
		if (directory == null || directory.isBlank()) {
			return allowed;
		}
		// What lies outside gets the same answer, there or not: nothing is told about it
		try {
			Path resolved = allowed.resolve(directory).toRealPath();
			if (resolved.startsWith(allowed) && Files.isDirectory(resolved)) {
				return resolved;
			}
		}
		catch (IOException | InvalidPathException ex) {
			throw notBelow(allowed, directory);
		}
		throw notBelow(allowed, directory);
	}

	private static InvalidParameterException notBelow(Path allowed, String directory) {
		return new InvalidParameterException("directory", directory, "name a directory below " + allowed);
	}

	private static @Nullable Path root(@Nullable Path configured) throws IOException {
		if (configured != null) {
			if (!Files.isDirectory(configured)) {
				throw new IllegalStateException(
						"The property sample.index.directory is '" + configured + "', which is no directory");
			}
			return configured.toRealPath();
		}
		for (Path path = Path.of("").toRealPath(); path != null; path = path.getParent()) {
			if (Files.exists(path.resolve(".git"))) {
				return path;
			}
		}
		return null;
	}

}
