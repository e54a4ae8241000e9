package io.rdsboot.datasource;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the use of the module without Spring Boot, as its page shows it.
 */
class WithoutBootTests {

	private static final Path PAGE = Path.of("../docs/routing-without-boot.md");

	private static final Path PROGRAM = Path.of("src/test/java/io/rdsboot/datasource/WithoutBoot.java");

	private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	/**
	 * What the page lists as dependencies, and what these depend on.
	 */
	private static final List<String> LIBRARIES = List.of("spring-jdbc", "spring-tx", "spring-core", "spring-beans",
			"commons-logging", "HikariCP", "postgresql", "slf4j-api", "jspecify");

	private static final List<String> MICROMETER = List.of("micrometer-core", "micrometer-commons",
			"micrometer-observation", "HdrHistogram", "LatencyUtils");

	@TempDir
	private Path directory;

	@Test
	void javaOfThePageStandsInTheProgram() throws IOException {
		String program = withoutSpace(Files.readString(PROGRAM));
		List<String> paragraphs = new ArrayList<>();
		Matcher snippets = SNIPPET.matcher(Files.readString(PAGE));
		while (snippets.find()) {
			paragraphs.addAll(List.of(snippets.group(1).split("\n\\s*\n")));
		}
		assertThat(paragraphs).hasSizeGreaterThan(8)
			.allSatisfy((paragraph) -> assertThat(program).contains(withoutSpace(paragraph)));
	}

	/**
	 * Lines are broken in different ways in the page and in the program.
	 */
	private static String withoutSpace(String text) {
		return text.replaceAll("\\s+", "");
	}

	@Nested
	@LocalRds(secretsManager = true)
	class WithSecret {

		@Test
		void programOfThePageRoutesWithAPassword(LocalRdsCluster cluster) throws Exception {
			Map<String, String> environment = addresses(cluster.writer().host(), cluster.writer().port(),
					cluster.readers().get(0).port());
			environment.put("PROGRAM_USERNAME", cluster.username());
			environment.put("PROGRAM_PASSWORD", cluster.password());
			assertThat(run("password", environment, false)).endsWith("done\n");
		}

		@Test
		void programOfThePageLogsInBySecret(LocalRdsCluster cluster) throws Exception {
			Map<String, String> environment = addresses(cluster.writer().host(), cluster.writer().port(),
					cluster.readers().get(0).port());
			environment.put("PROGRAM_SECRET", cluster.secret().id());
			environment.put("AWS_ENDPOINT_URL_SECRETS_MANAGER", cluster.aws().endpoint().toString());
			environment.putAll(aws(cluster));
			assertThat(run("secret", environment, true)).endsWith("done\n");
		}

	}

	@Nested
	@LocalRds(iam = true)
	class WithIam {

		@Test
		void programOfThePageLogsInByToken(LocalRdsCluster cluster) throws Exception {
			Path authorities = Files.writeString(WithoutBootTests.this.directory.resolve("authorities.pem"),
					cluster.certificateAuthority());
			Map<String, String> environment = addresses(cluster.writerAddress().host(), cluster.writerAddress().port(),
					cluster.readerAddress().port());
			environment.put("PROGRAM_USERNAME", cluster.username());
			environment.put("PROGRAM_AUTHORITIES", authorities.toString());
			environment.putAll(aws(cluster));
			assertThat(run("iam", environment, true)).endsWith("done\n");
		}

	}

	private static Map<String, String> addresses(String host, int writer, int reader) {
		Map<String, String> environment = new HashMap<>();
		environment.put("PROGRAM_WRITER", host + ":" + writer);
		environment.put("PROGRAM_READER", host + ":" + reader);
		return environment;
	}

	private static Map<String, String> aws(LocalRdsCluster cluster) {
		return Map.of("AWS_ACCESS_KEY_ID", cluster.aws().accessKeyId(), "AWS_SECRET_ACCESS_KEY",
				cluster.aws().secretAccessKey(), "AWS_REGION", cluster.aws().region());
	}

	/**
	 * Run the program, and return what it prints.
	 */
	private String run(String argument, Map<String, String> environment, boolean aws) throws Exception {
		String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> isWanted(Path.of(entry), aws))
			.collect(Collectors.joining(File.pathSeparator));
		assertThat(classPath).doesNotContain("spring-boot-").doesNotContain("spring-context");
		Path output = this.directory.resolve("output");
		ProcessBuilder command = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath, WithoutBoot.class.getName(), argument);
		command.environment().put("PROGRAM_AUTHORITIES", "none");
		command.environment().putAll(environment);
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
	private static boolean isWanted(Path entry, boolean aws) {
		String name = String.valueOf(entry.getFileName());
		if (Files.isDirectory(entry)) {
			return !entry.toString().contains("test-support");
		}
		return Stream.concat(LIBRARIES.stream(), MICROMETER.stream())
			.anyMatch((library) -> name.matches(library + "-\\d.*\\.jar")) || name.startsWith("rds-jdbc-")
				|| (aws && isOfAws(entry.toString(), name));
	}

	/**
	 * Return whether a file is of the AWS SDK, whose other HTTP client needs libraries
	 * that are not there, or of Jackson, which reads secrets.
	 */
	private static boolean isOfAws(String path, String name) {
		return (path.replace(File.separatorChar, '/').contains("/software/amazon/") && !name.startsWith("apache"))
				|| name.startsWith("reactive-streams-") || name.startsWith("jackson-");
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			return "nothing that can be read: " + ex.getMessage();
		}
	}

}
