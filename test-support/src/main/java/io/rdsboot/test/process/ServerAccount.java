package io.rdsboot.test.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The operating system's user that servers run as: the user of this JVM, or
 * {@value #UNPRIVILEGED} when that is root, as which PostgreSQL refuses to run.
 */
@API(status = API.Status.INTERNAL)
public final class ServerAccount {

	private static final String UNPRIVILEGED = "postgres";

	private static final Duration LIMIT = Duration.ofSeconds(10);

	/** Of the unprivileged user, once it is known. */
	private static volatile @Nullable String group;

	private final @Nullable String user;

	private final List<String> prefix;

	private ServerAccount(@Nullable String user, List<String> prefix) {
		this.user = user;
		this.prefix = prefix;
	}

	/**
	 * Finds the user for servers whose data is in a directory.
	 * @param directory a directory that this JVM has made
	 * @return the account
	 * @throws LocalRdsException when this JVM runs as root and there is no user
	 * {@value #UNPRIVILEGED}
	 */
	public static ServerAccount forServersIn(Path directory) {
		if (!isRoot(directory)) {
			return new ServerAccount(null, List.of());
		}
		String group = unprivilegedGroup();
		Path setpriv = Executables.onPath("setpriv");
		List<String> prefix = (setpriv != null)
				? List.of(setpriv.toString(), "--reuid=" + UNPRIVILEGED, "--regid=" + group, "--init-groups", "--")
				: List.of("su", UNPRIVILEGED, "-s", "/bin/sh", "-c", "exec \"$0\" \"$@\"", "--");
		return new ServerAccount(UNPRIVILEGED, prefix);
	}

	private static boolean isRoot(Path directory) {
		try {
			return Objects.equals(Files.getAttribute(directory, "unix:uid"), 0);
		}
		catch (UnsupportedOperationException | IllegalArgumentException | IOException ex) {
			return false;
		}
	}

	private static String unprivilegedGroup() {
		String known = group;
		if (known != null) {
			return known;
		}
		try {
			known = Command.of(LIMIT, "id", "-g", UNPRIVILEGED).run();
			group = known;
			return known;
		}
		catch (LocalRdsException ex) {
			throw new LocalRdsException(("PostgreSQL does not run as root, and there is no user '%s' to run it as. "
					+ "Create one (useradd --system %s), or run as an ordinary user")
				.formatted(UNPRIVILEGED, UNPRIVILEGED), ex);
		}
	}

	/**
	 * Makes a command run as this user.
	 * @param command the program and its arguments
	 * @return the words to run
	 */
	public List<String> wrap(List<String> command) {
		List<String> words = new ArrayList<>(this.prefix);
		words.addAll(command);
		return words;
	}

	@Override
	public String toString() {
		return (this.user != null) ? this.user : System.getProperty("user.name");
	}

	/**
	 * Gives a file or directory to this user.
	 * @param path what to give away
	 */
	public void own(Path path) {
		if (this.user == null) {
			return;
		}
		try {
			Files.setOwner(path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(this.user));
		}
		catch (IOException ex) {
			throw new LocalRdsException("Could not give %s to the user '%s'".formatted(path, this.user), ex);
		}
	}

}
