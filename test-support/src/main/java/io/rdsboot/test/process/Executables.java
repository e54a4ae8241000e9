package io.rdsboot.test.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Lookup of programs.
 */
@API(status = API.Status.INTERNAL)
public final class Executables {

	private Executables() {
	}

	/**
	 * Finds a program on the {@code PATH}.
	 * @param name the program's name
	 * @return its path, or {@code null} when there is none
	 */
	public static @Nullable Path onPath(String name) {
		return onPath(System.getenv("PATH"), name);
	}

	public static @Nullable Path onPath(@Nullable String path, String name) {
		if (path == null) {
			return null;
		}
		for (String directory : path.split(File.pathSeparator, -1)) {
			Path candidate = Path.of(directory, name);
			if (!directory.isEmpty() && Files.isExecutable(candidate) && Files.isRegularFile(candidate)) {
				return candidate;
			}
		}
		return null;
	}

}
