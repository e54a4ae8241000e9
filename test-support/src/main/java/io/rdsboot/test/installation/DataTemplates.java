package io.rdsboot.test.installation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.rdsboot.test.process.LocalRdsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Data directories as {@code initdb} makes them, one for each PostgreSQL of this machine,
 * of which new clusters get a copy: most of a cluster's start would be {@code initdb}
 * otherwise. They stay for other JVMs of the same user, one of which removes what nobody
 * has used for {@link #UNUSED_LIMIT}, and nobody else can read them. Thread-safe; several
 * JVMs may copy a template at once, and one at a time makes one.
 */
public final class DataTemplates {

	static final Duration UNUSED_LIMIT = Duration.ofDays(30);

	private static final Logger logger = LoggerFactory.getLogger(DataTemplates.class);

	public static final String PREFIX = "rds-local-templates-";

	private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

	private static final String LOCK = "lock";

	private static final String DATA = "data";

	private static final String PASSWORD = "password";

	/** How much a copy has, because systems clean their temporary directories by file. */
	private static final String SIZE = "size";

	/** A JVM cannot lock a file twice. */
	private static final Object THREADS = new Object();

	private final Path directory;

	private final InstantSource clock;

	/**
	 * Refers to the templates in a directory.
	 * @param parent the directory, which must exist
	 * @param clock tells when a template was used
	 */
	public DataTemplates(Path parent, InstantSource clock) {
		this.directory = parent.resolve(PREFIX + System.getProperty("user.name"));
		this.clock = clock;
	}

	/**
	 * Copies the data that a program makes, and lets it make them where there are none.
	 * @param initdb the program
	 * @param home a directory of the servers' account, in which {@code data} does not
	 * exist yet
	 * @return the superuser's login in the copy
	 * @throws IOException when files cannot be read or written
	 * @throws LocalRdsException when others can change the templates
	 */
	public Login copy(Initdb initdb, Path home) throws IOException {
		Path template = this.directory.resolve(digest(initdb.fingerprint()));
		synchronized (THREADS) {
			createDirectory();
			try (FileChannel channel = FileChannel.open(this.directory.resolve(LOCK), StandardOpenOption.CREATE,
					StandardOpenOption.READ, StandardOpenOption.WRITE)) {
				try (FileLock shared = channel.lock(0, Long.MAX_VALUE, true)) {
					logger.trace("Copying {} under {}", template, shared);
					if (tryCopy(template, home.resolve(DATA))) {
						return login(initdb, template);
					}
				}
				channel.lock();
				// Another JVM may have made it meanwhile.
				if (!tryCopy(template, home.resolve(DATA))) {
					make(template, initdb, home);
					if (!tryCopy(template, home.resolve(DATA))) {
						throw new LocalRdsException(
								"%s is new, and has lost files already: what cleans %s must leave it alone"
									.formatted(template, this.directory.getParent()));
					}
				}
				return login(initdb, template);
			}
		}
	}

	private static Login login(Initdb initdb, Path template) throws IOException {
		return new Login(initdb.username(), Files.readString(template.resolve(PASSWORD)));
	}

	private void createDirectory() throws IOException {
		try {
			Files.createDirectory(this.directory, PosixFilePermissions.asFileAttribute(PRIVATE));
		}
		catch (FileAlreadyExistsException ex) {
			if (!Files.isDirectory(this.directory, LinkOption.NOFOLLOW_LINKS) || !ClusterDirectory.isOwn(this.directory)
					|| !Files.getPosixFilePermissions(this.directory).equals(PRIVATE)) {
				throw new LocalRdsException("%s is not a directory that '%s' alone can read and change: remove it"
					.formatted(this.directory, System.getProperty("user.name")), ex);
			}
		}
	}

	private boolean tryCopy(Path template, Path data) throws IOException {
		try {
			Files.setLastModifiedTime(template, FileTime.from(this.clock.instant()));
			String size = Files.readString(template.resolve(SIZE));
			if (DataFiles.copy(template.resolve(DATA), data).toString().equals(size)) {
				return true;
			}
		}
		catch (NoSuchFileException ex) {
			logger.debug("There is no complete {}", template, ex);
		}
		ClusterDirectory.deleteRecursively(data);
		return false;
	}

	private void make(Path template, Initdb initdb, Path home) throws IOException {
		// In the cluster's directory, which is removed also when this JVM is killed.
		Path made = Files.createDirectory(home.resolve("template"), PosixFilePermissions.asFileAttribute(PRIVATE));
		initdb.account().own(made);
		String password = Login.generate(initdb.username()).password();
		initdb.run(made.resolve(DATA), password);
		Files.writeString(made.resolve(PASSWORD), password);
		Files.writeString(made.resolve(SIZE), DataFiles.in(made.resolve(DATA)).toString());
		ClusterDirectory.deleteRecursively(template);
		Files.move(made, template, StandardCopyOption.ATOMIC_MOVE);
		removeUnused();
	}

	private void removeUnused() throws IOException {
		FileTime oldest = FileTime.from(this.clock.instant().minus(UNUSED_LIMIT));
		for (Path template : list()) {
			if (Files.getLastModifiedTime(template).compareTo(oldest) < 0) {
				logger.info("Removing {}, which nobody has used for {} days", template, UNUSED_LIMIT.toDays());
				ClusterDirectory.deleteRecursively(template);
			}
		}
	}

	private List<Path> list() throws IOException {
		try (Stream<Path> children = Files.list(this.directory)) {
			return children.filter(Files::isDirectory).toList();
		}
		catch (UncheckedIOException ex) {
			throw ex.getCause();
		}
	}

	private static String digest(String text) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest, 0, 8);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
