package io.rdsboot.vector;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the use of the module without Spring Boot, as its page shows it.
 */
@LocalRds
class WithoutBootTests {

	private static final Path PAGE = Path.of("../docs/vectors-without-boot.md");

	private static final Path PROGRAM = Path.of("src/test/java/io/rdsboot/vector/WithoutBoot.java");

	private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	/**
	 * What the page lists as dependencies, and what these depend on.
	 */
	private static final List<String> LIBRARIES = List.of("spring-jdbc", "spring-tx", "spring-core", "spring-beans",
			"commons-logging", "postgresql", "jackson-databind", "jackson-core", "jackson-annotations", "slf4j-api",
			"jspecify");

	@TempDir
	private Path directory;

	@Test
	void programOfThePageRunsOnAPlainDataSource(LocalRdsCluster cluster) throws Exception {
		try (HikariDataSource database = VectorTestDatabase.create(cluster)) {
			assertThat(run(database, LIBRARIES, "plain")).endsWith("done\n");
			assertThat(new JdbcTemplate(database).queryForObject("SELECT count(*) FROM documents", Integer.class))
				.isEqualTo(999);
		}
	}

	@Test
	void programOfThePageRunsOnAPoolAsAnOrdinaryRole(LocalRdsCluster cluster) throws Exception {
		List<String> libraries = new ArrayList<>(LIBRARIES);
		libraries.add("HikariCP");
		try (HikariDataSource administrator = VectorTestDatabase.createWithExtension(cluster);
				HikariDataSource database = VectorTestDatabase.asOrdinaryRole(cluster, administrator)) {
			assertThat(run(database, libraries, "pool")).endsWith("done\n");
		}
	}

	/**
	 * Run the program, and return what it prints.
	 */
	private String run(HikariDataSource database, List<String> libraries, String argument) throws Exception {
		String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> isWanted(Path.of(entry), libraries))
			.collect(Collectors.joining(File.pathSeparator));
		assertThat(classPath).doesNotContain("spring-boot-").doesNotContain("flyway").doesNotContain("spring-context");
		Path output = this.directory.resolve("output");
		ProcessBuilder command = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath, WithoutBoot.class.getName(), argument);
		command.environment().put("PROGRAM_URL", database.getJdbcUrl());
		command.environment().put("PROGRAM_USERNAME", database.getUsername());
		command.environment().put("PROGRAM_PASSWORD", database.getPassword());
		Process process = command.redirectErrorStream(true).redirectOutput(output.toFile()).start();
		try {
			assertThat(process.waitFor(180, TimeUnit.SECONDS))
				.as(() -> "the program ends, which printed " + read(output))
				.isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		return read(output);
	}

	/**
	 * Directories have the module's classes and the program; a library's file has its
	 * name before its version.
	 */
	private static boolean isWanted(Path entry, List<String> libraries) {
		String name = String.valueOf(entry.getFileName());
		return Files.isDirectory(entry) ? !entry.toString().contains("test-support")
				: libraries.stream().anyMatch((library) -> name.matches(library + "-\\d.*\\.jar"))
						|| name.startsWith("rds-pgvector-");
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			return "nothing that can be read: " + ex.getMessage();
		}
	}

	@Test
	void javaOfThePageStandsInTheProgram() throws IOException {
		String program = inOneLine(Files.readString(PROGRAM));
		List<String> paragraphs = new ArrayList<>();
		Matcher snippets = SNIPPET.matcher(Files.readString(PAGE));
		while (snippets.find()) {
			paragraphs.addAll(List.of(snippets.group(1).split("\n\\s*\n")));
		}
		assertThat(paragraphs).hasSizeGreaterThan(6)
			.allSatisfy((paragraph) -> assertThat(program).contains(inOneLine(paragraph)));
	}

	private static String inOneLine(String text) {
		return text.strip().replaceAll("\\s+", " ");
	}

}
