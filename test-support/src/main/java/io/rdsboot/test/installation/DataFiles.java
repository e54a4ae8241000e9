package io.rdsboot.test.installation;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The files of a data directory that no server runs on.
 *
 * @param number number of files
 * @param bytes size of all files
 */
record DataFiles(int number, long bytes) {

	/**
	 * Copies a data directory, with owners and permissions.
	 * @param source the directory
	 * @param target the copy, which does not exist yet
	 * @return the files that were copied
	 * @throws IOException when the copy is not complete
	 */
	static DataFiles copy(Path source, Path target) throws IOException {
		return walk(source, (file) -> Files.copy(file, target.resolve(source.relativize(file)),
				StandardCopyOption.COPY_ATTRIBUTES));
	}

	/**
	 * Measures a data directory.
	 * @param directory the directory
	 * @return the files in it
	 * @throws IOException when the directory cannot be read
	 */
	static DataFiles in(Path directory) throws IOException {
		return walk(directory, (file) -> {
		});
	}

	private static DataFiles walk(Path directory, Visit visit) throws IOException {
		int[] number = new int[1];
		long[] bytes = new long[1];
		Files.walkFileTree(directory, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) throws IOException {
				visit.accept(visited);
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				visit.accept(file);
				number[0]++;
				bytes[0] += attributes.size();
				return FileVisitResult.CONTINUE;
			}

		});
		return new DataFiles(number[0], bytes[0]);
	}

	private interface Visit {

		void accept(Path file) throws IOException;

	}

}
