package io.rdsboot.test.installation;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.rdsboot.test.process.Command;
import io.rdsboot.test.process.Executables;
import io.rdsboot.test.process.LocalRdsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL installations of this machine: the one that is named by the system
 * property {@value #PROPERTY} or the environment variable {@value #VARIABLE}, else those
 * that {@code pg_config} and the layouts of Debian, Red Hat and Homebrew show. Remembers
 * what it has found, because asking programs takes long. Thread-safe.
 */
public final class PostgresInstallations {

	static final String PROPERTY = "rds.local.postgres-bin";

	static final String VARIABLE = "RDS_LOCAL_POSTGRES_BIN";

	private static final Logger logger = LoggerFactory.getLogger(PostgresInstallations.class);

	/** Parent directory and name pattern, with the programs in {@code bin}. */
	private static final Map<String, String> LAYOUTS = Map.of("/usr/lib/postgresql", "*", "/usr", "pgsql-*",
			"/opt/homebrew/opt", "postgresql*", "/usr/local/opt", "postgresql*");

	private final UnaryOperator<@Nullable String> properties;

	private final UnaryOperator<@Nullable String> environment;

	private final Path root;

	private final Map<Request, PostgresInstallation> found = new ConcurrentHashMap<>();

	public PostgresInstallations() {
		this(System::getProperty, System::getenv, Path.of("/"));
	}

	/**
	 * Looks elsewhere.
	 * @param properties system properties by name
	 * @param environment environment variables by name
	 * @param root the directory in which the layouts stand
	 */
	public PostgresInstallations(UnaryOperator<@Nullable String> properties,
			UnaryOperator<@Nullable String> environment, Path root) {
		this.properties = properties;
		this.environment = environment;
		this.root = root;
	}

	/**
	 * Finds the installation to use.
	 * @param extension an extension that it must have, unless it was named
	 * @return the installation, or {@code null} when this machine has none
	 * @throws LocalRdsException when one was named that cannot be used
	 */
	public @Nullable PostgresInstallation find(String extension) {
		Request request = new Request(extension, this.properties.apply(PROPERTY), this.environment.apply(VARIABLE));
		PostgresInstallation installation = this.found.get(request);
		if (installation == null) {
			installation = find(request);
			if (installation != null) {
				this.found.put(request, installation);
			}
		}
		return installation;
	}

	private @Nullable PostgresInstallation find(Request request) {
		if (request.property() != null) {
			return named("system property " + PROPERTY, request.property());
		}
		if (request.variable() != null && !request.variable().isEmpty()) {
			return named("environment variable " + VARIABLE, request.variable());
		}
		return installed(candidates()).stream()
			.filter((installation) -> has(installation, request.extension()))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Finds an installation of one major version, whatever is named.
	 * @param extension an extension that it must have
	 * @param version the major version
	 * @return the installation, or nothing when this machine has none
	 */
	public Optional<PostgresInstallation> find(String extension, int version) {
		String cache = this.environment.apply("XDG_CACHE_HOME");
		String home = this.properties.apply("user.home");
		Stream<Path> caches = Stream.concat(Stream.of(this.root.resolve("var/cache")), (cache != null)
				? Stream.of(Path.of(cache)) : (home != null) ? Stream.of(Path.of(home, ".cache")) : Stream.empty());
		Stream<Path> fetched = caches.map((each) -> each
			.resolve("rds-spring-boot/postgresql-%1$d/usr/lib/postgresql/%1$d/bin".formatted(version)));
		return installed(Stream.concat(candidates().stream(), fetched).toList()).stream()
			.filter((installation) -> installation.version() == version && has(installation, extension))
			.findFirst();
	}

	private static PostgresInstallation named(String source, String value) {
		try {
			return PostgresInstallation.at(Path.of(value).toAbsolutePath());
		}
		catch (RuntimeException ex) {
			throw new LocalRdsException(
					"The %s is '%s', which is not the bin directory of a PostgreSQL server: %s. Correct or remove it"
						.formatted(source, value, ex.getMessage()),
					ex);
		}
	}

	private static List<PostgresInstallation> installed(Collection<Path> candidates) {
		List<PostgresInstallation> found = new ArrayList<>();
		for (Path bin : candidates) {
			if (Files.isExecutable(bin.resolve("initdb"))) {
				try {
					found.add(PostgresInstallation.at(bin));
				}
				catch (LocalRdsException ex) {
					logger.debug("Passing over {}: {}", bin, ex.getMessage());
				}
			}
		}
		found.sort(Comparator.comparingInt(PostgresInstallation::version).reversed());
		return found;
	}

	private static boolean has(PostgresInstallation installation, String extension) {
		try {
			return installation.hasExtension(extension);
		}
		catch (LocalRdsException ex) {
			logger.debug("Passing over {}: {}", installation, ex.getMessage());
			return false;
		}
	}

	private Set<Path> candidates() {
		Set<Path> candidates = new LinkedHashSet<>();
		Path config = Executables.onPath(this.environment.apply("PATH"), "pg_config");
		if (config != null) {
			try {
				candidates.add(Path.of(Command.of(Duration.ofSeconds(10), config.toString(), "--bindir").run()));
			}
			catch (LocalRdsException ex) {
				logger.debug("{} does not answer", config, ex);
			}
		}
		LAYOUTS.forEach((parent, pattern) -> addLayout(candidates, this.root.resolve(parent.substring(1)), pattern));
		return candidates;
	}

	private static void addLayout(Set<Path> candidates, Path parent, String pattern) {
		if (!Files.isDirectory(parent)) {
			return;
		}
		try (DirectoryStream<Path> directories = Files.newDirectoryStream(parent, pattern)) {
			directories.forEach((directory) -> candidates.add(directory.resolve("bin")));
		}
		catch (IOException ex) {
			logger.debug("Could not list {}", parent, ex);
		}
	}

	private record Request(String extension, @Nullable String property, @Nullable String variable) {
	}

}
