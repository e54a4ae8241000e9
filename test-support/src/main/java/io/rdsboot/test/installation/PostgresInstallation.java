package io.rdsboot.test.installation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.rdsboot.test.process.Command;
import io.rdsboot.test.process.LocalRdsException;

/**
 * A PostgreSQL server installation on this machine.
 *
 * @param bin the directory of its programs
 * @param version its major version
 */
public record PostgresInstallation(Path bin, int version) {

	static final int OLDEST_VERSION = 13;

	private static final List<String> PROGRAMS = List.of("postgres", "initdb", "pg_ctl", "pg_basebackup");

	private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");

	private static final Duration LIMIT = Duration.ofSeconds(10);

	/**
	 * Inspects a directory.
	 * @param bin a directory that may hold a server's programs
	 * @return the installation
	 * @throws LocalRdsException saying what is missing
	 */
	public static PostgresInstallation at(Path bin) {
		for (String program : PROGRAMS) {
			if (!Files.isExecutable(bin.resolve(program))) {
				throw new LocalRdsException("there is no program '%s' in %s".formatted(program, bin));
			}
		}
		String answer = Command.of(LIMIT, bin.resolve("postgres").toString(), "--version").run();
		Matcher matcher = VERSION.matcher(answer);
		if (!matcher.find()) {
			throw new LocalRdsException(
					"%s answers '%s', which is no version".formatted(bin.resolve("postgres"), answer));
		}
		int version = Integer.parseInt(matcher.group(1));
		if (version < OLDEST_VERSION) {
			throw new LocalRdsException(
					"%s holds PostgreSQL %d, and %d or later is needed".formatted(bin, version, OLDEST_VERSION));
		}
		return new PostgresInstallation(bin, version);
	}

	/**
	 * Whether the files of an extension are installed.
	 * @param name the extension's name
	 * @return whether {@code CREATE EXTENSION} would find it
	 */
	boolean hasExtension(String name) {
		return Files.isRegularFile(share().resolve("extension").resolve(name + ".control"));
	}

	private Path share() {
		Path config = this.bin.resolve("pg_config");
		if (Files.isExecutable(config)) {
			return Path.of(Command.of(LIMIT, config.toString(), "--sharedir").run());
		}
		// Red Hat and Debian put pg_config into a package of its own.
		return List
			.of(Path.of("/usr/share/postgresql/" + this.version), this.bin.resolve("../share/postgresql"),
					this.bin.resolve("../share/pgsql"))
			.stream()
			.filter(Files::isDirectory)
			.findFirst()
			.orElse(this.bin.resolve("../share"));
	}

	public Path program(String name) {
		return this.bin.resolve(name);
	}

	@Override
	public String toString() {
		return "PostgreSQL %d in %s".formatted(this.version, this.bin);
	}

}
