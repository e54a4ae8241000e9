package io.rdsboot.move.schema;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.move.MoveDatabase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL's own programs on this machine, which read a schema from one server and make
 * it on another. Logins are given to them in the environment.
 *
 * @param directory where {@code pg_dump} and {@code psql} are
 * @param version their major version
 */
record SchemaPrograms(Path directory, int version) {

	private static final Logger logger = LoggerFactory.getLogger(SchemaPrograms.class);

	private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");

	/** Where packages of Debian and of the PostgreSQL project put several versions. */
	private static final List<Path> ROOTS = List.of(Path.of("/usr/lib/postgresql"), Path.of("/usr"));

	private static final Duration VERSION_LIMIT = Duration.ofSeconds(10);

	/**
	 * Look for the programs that fit best.
	 * @param directories where they may be
	 * @param source major version of the server to read from, which a program that is
	 * older refuses
	 * @param target major version of the server to write to, whose programs write what it
	 * understands
	 */
	static Optional<SchemaPrograms> find(List<Path> directories, int source, int target) {
		List<SchemaPrograms> found = new ArrayList<>();
		for (Path directory : directories) {
			if (Files.isExecutable(directory.resolve("pg_dump")) && Files.isExecutable(directory.resolve("psql"))) {
				version(directory).ifPresent((version) -> found.add(new SchemaPrograms(directory, version)));
			}
		}
		return found.stream()
			.filter((programs) -> programs.version() >= source)
			.min(Comparator.comparing((programs) -> Math.abs(programs.version() - target)));
	}

	/**
	 * Return the directories of the path, and those where packages put the programs.
	 */
	static List<Path> usualDirectories() {
		List<Path> directories = new ArrayList<>();
		String path = System.getenv("PATH");
		if (path != null) {
			Arrays.stream(path.split(File.pathSeparator))
				.filter((each) -> !each.isBlank())
				.map(Path::of)
				.forEach(directories::add);
		}
		for (Path root : ROOTS) {
			try (Stream<Path> versions = Files.isDirectory(root) ? Files.list(root) : Stream.empty()) {
				versions.map((version) -> version.resolve("bin")).filter(Files::isDirectory).forEach(directories::add);
			}
			catch (IOException ex) {
				logger.debug("No program is looked for in {}", root, ex);
			}
		}
		return directories;
	}

	private static Optional<Integer> version(Path directory) {
		try {
			String answer = run(List.of(directory.resolve("pg_dump").toString(), "--version"), Map.of(), "",
					VERSION_LIMIT);
			Matcher matcher = VERSION.matcher(answer);
			return matcher.find() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.empty();
		}
		catch (IOException ex) {
			return Optional.empty();
		}
	}

	/**
	 * Run {@code pg_dump}.
	 * @return the SQL
	 */
	String dump(MoveDatabase database, List<String> arguments, Duration limit) throws IOException {
		return run(words("pg_dump", arguments), environment(database), "", limit);
	}

	/**
	 * Execute SQL in one transaction by {@code psql}.
	 */
	void execute(MoveDatabase database, String script, Duration limit) throws IOException {
		run(words("psql", List.of("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")),
				environment(database), script, limit);
	}

	private List<String> words(String program, List<String> arguments) {
		return Stream.concat(Stream.of(this.directory.resolve(program).toString()), arguments.stream()).toList();
	}

	private static Map<String, String> environment(MoveDatabase database) {
		DatabaseCredentials login = database.login();
		return Map.of("PGHOST", database.parameter("host"), "PGPORT", database.parameter("port"), "PGDATABASE",
				database.parameter("dbname"), "PGUSER", login.username(), "PGPASSWORD", login.password(), "PGSSLMODE",
				database.parameter("sslmode"), "PGCONNECT_TIMEOUT", database.parameter("connect_timeout"),
				"PGCLIENTENCODING", "UTF8");
	}

	private static String run(List<String> words, Map<String, String> environment, String input, Duration limit)
			throws IOException {
		Path in = Files.createTempFile("rds-move", ".in");
		Path out = Files.createTempFile("rds-move", ".out");
		Path errors = Files.createTempFile("rds-move", ".err");
		try {
			Files.writeString(in, input);
			ProcessBuilder builder = new ProcessBuilder(words).redirectInput(in.toFile())
				.redirectOutput(out.toFile())
				.redirectError(errors.toFile());
			builder.environment().putAll(environment);
			builder.environment().put("LC_ALL", "C");
			Process process = builder.start();
			if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
				process.destroyForcibly();
				throw new IOException("%s did not end within %s s".formatted(words.get(0), limit.toSeconds()));
			}
			if (process.exitValue() != 0) {
				throw new IOException("%s failed: %s".formatted(words.get(0),
						Files.readString(errors, StandardCharsets.UTF_8).strip()));
			}
			return Files.readString(out, StandardCharsets.UTF_8);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("Interrupted while %s ran".formatted(words.get(0)), ex);
		}
		finally {
			for (Path file : List.of(in, out, errors)) {
				Files.deleteIfExists(file);
			}
		}
	}

}
