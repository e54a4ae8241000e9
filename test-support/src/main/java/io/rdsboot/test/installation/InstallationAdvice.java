package io.rdsboot.test.installation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * What to do on a machine that has no PostgreSQL with pgvector.
 */
public final class InstallationAdvice {

	/**
	 * PostgreSQL's version in the releases, by code name, that have no package of
	 * pgvector.
	 */
	private static final Map<String, String> OLD_RELEASES = Map.of("bookworm", "15", "bullseye", "13", "jammy", "14");

	private static final String ALTERNATIVES = """

			or start a Docker engine, or name the bin directory of a PostgreSQL that has pgvector by the system property \
			%s or the environment variable %s"""
		.formatted(PostgresInstallations.PROPERTY, PostgresInstallations.VARIABLE);

	private InstallationAdvice() {
	}

	public static String forThisSystem() {
		return forSystem(System.getProperty("os.name"), osRelease());
	}

	private static String osRelease() {
		try {
			return Files.readString(Path.of("/etc/os-release"));
		}
		catch (IOException ex) {
			return "";
		}
	}

	/**
	 * Says what to do on a system.
	 * @param osName the JVM's name of the operating system
	 * @param osRelease text of {@code /etc/os-release}, or an empty text where there is
	 * none
	 * @return a sentence with the commands to run
	 */
	public static String forSystem(String osName, String osRelease) {
		return "Run%n    %s".formatted(command(osName, osRelease)) + ALTERNATIVES;
	}

	private static String command(String osName, String osRelease) {
		String system = osName.toLowerCase(Locale.ROOT);
		String family = family(osRelease);
		if (system.startsWith("mac")) {
			return "brew install postgresql@17 pgvector";
		}
		if (system.startsWith("windows")) {
			return "winget install Docker.DockerDesktop";
		}
		if (family.contains("debian") || family.contains("ubuntu")) {
			return debianCommand(osRelease);
		}
		if (family.contains("rhel")) {
			return "sudo dnf install postgresql17-server postgresql17-contrib pgvector_17    "
					+ "(from PostgreSQL's own repository)";
		}
		if (family.contains("fedora")) {
			return "sudo dnf install postgresql-server postgresql-contrib pgvector";
		}
		if (family.startsWith("arch")) {
			return "sudo pacman -S postgresql pgvector";
		}
		return "your system's package manager to install PostgreSQL %d or later and pgvector"
			.formatted(PostgresInstallation.OLDEST_VERSION);
	}

	private static String debianCommand(String osRelease) {
		String version = OLD_RELEASES.get(value(osRelease, "VERSION_CODENAME"));
		if (version == null) {
			return "sudo apt-get install postgresql && sudo apt-get install "
					+ "\"postgresql-$(ls /usr/lib/postgresql | sort -V | tail -n 1)-pgvector\"";
		}
		return ("sudo apt-get install postgresql-%s postgresql-server-dev-%s build-essential git"
				+ " && git clone --depth 1 --branch v0.8.2 https://github.com/pgvector/pgvector"
				+ " && make -C pgvector OPTFLAGS=\"\" && sudo make -C pgvector install")
			.formatted(version, version);
	}

	private static String family(String osRelease) {
		return value(osRelease, "ID") + " " + value(osRelease, "ID_LIKE");
	}

	private static String value(String osRelease, String key) {
		return osRelease.lines()
			.filter((line) -> line.startsWith(key + "="))
			.map((line) -> line.substring(key.length() + 1).replace("\"", ""))
			.findFirst()
			.orElse("");
	}

}
