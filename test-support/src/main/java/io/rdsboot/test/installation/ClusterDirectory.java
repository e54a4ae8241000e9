package io.rdsboot.test.installation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.rdsboot.test.process.LocalRdsException;
import org.jspecify.annotations.Nullable;

/**
 * The temporary directory of one cluster. Its name carries the JVM that owns it (process
 * id and start time), so that it belongs to somebody from the moment it exists, and that
 * JVM holds a lock on a file in it, which holds between containers too. Both together
 * tell the leftovers of a killed JVM from the data of a live one.
 */
public final class ClusterDirectory {

	private static final String PREFIX = "rds-local-";

	/** Short, because the path of a Unix socket may have about 100 characters. */
	private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9a-z]+)-([0-9a-z]+)-[0-9a-z]+");

	private static final int RADIX = Character.MAX_RADIX;

	private static final String LOCK = "owner.lock";

	private final Path path;

	private final FileChannel lock;

	private ClusterDirectory(Path path, FileChannel lock) {
		this.path = path;
		this.lock = lock;
	}

	/**
	 * Makes a directory that belongs to this JVM.
	 * @param parent where to make it
	 * @return the directory
	 */
	public static ClusterDirectory create(Path parent) {
		ProcessHandle self = ProcessHandle.current();
		String suffix = Integer.toString(new Random().nextInt(Integer.MAX_VALUE), RADIX);
		Path path = parent.resolve(PREFIX + Long.toString(self.pid(), RADIX) + "-"
				+ Long.toString(startMillis(self), RADIX) + "-" + suffix);
		try {
			Files.createDirectory(path,
					PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
			FileChannel lock = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE_NEW,
					StandardOpenOption.WRITE);
			lock.lock();
			return new ClusterDirectory(path, lock);
		}
		catch (IOException ex) {
			throw new LocalRdsException(
					"Could not make the directory %s for the local RDS's data: %s".formatted(path, ex), ex);
		}
	}

	/**
	 * Finds the directories of JVMs that are gone.
	 * @param parent where to look
	 * @return directories of this user that nobody owns any more
	 */
	public static List<Path> leftovers(Path parent) {
		try (Stream<Path> children = Files.list(parent)) {
			return children.filter(ClusterDirectory::isLeftover).toList();
		}
		catch (IOException | UncheckedIOException ex) {
			throw new LocalRdsException("Could not list %s".formatted(parent), ex);
		}
	}

	private static boolean isLeftover(Path directory) {
		Matcher name = NAME.matcher(directory.getFileName().toString());
		return name.matches() && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) && isOwn(directory)
				&& !isAlive(Long.parseLong(name.group(1), RADIX), Long.parseLong(name.group(2), RADIX))
				&& !isLocked(directory);
	}

	/** Never another user's: as root, this would kill what somebody else wants killed. */
	static boolean isOwn(Path directory) {
		try {
			String user = System.getProperty("user.name");
			return Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS)
				.equals(directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static boolean isAlive(long pid, long startMillis) {
		return ProcessHandle.of(pid).map((process) -> startMillis(process) == startMillis).orElse(false);
	}

	private static boolean isLocked(Path directory) {
		try (FileChannel channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE);
				FileLock lock = channel.tryLock()) {
			return lock == null;
		}
		catch (NoSuchFileException ex) {
			return false;
		}
		catch (IOException ex) {
			return true;
		}
	}

	private static long startMillis(ProcessHandle process) {
		return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
	}

	public Path path() {
		return this.path;
	}

	/**
	 * Deletes the directory.
	 */
	public void delete() {
		try {
			this.lock.close();
			deleteRecursively(this.path);
		}
		catch (IOException ex) {
			throw new LocalRdsException("Could not delete %s".formatted(this.path), ex);
		}
	}

	/**
	 * Deletes a directory and all in it. Files that vanish meanwhile are no error.
	 * @param directory what to delete
	 * @throws IOException when something stays
	 */
	public static void deleteRecursively(Path directory) throws IOException {
		if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
			return;
		}
		Files.walkFileTree(directory, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				Files.deleteIfExists(file);
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFileFailed(Path file, IOException ex) throws IOException {
				if (ex instanceof NoSuchFileException) {
					return FileVisitResult.CONTINUE;
				}
				throw ex;
			}

			@Override
			public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException ex) throws IOException {
				if (ex != null) {
					throw ex;
				}
				Files.deleteIfExists(visited);
				return FileVisitResult.CONTINUE;
			}

		});
	}

}
