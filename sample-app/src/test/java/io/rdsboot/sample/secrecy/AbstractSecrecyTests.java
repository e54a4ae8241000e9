package io.rdsboot.sample.secrecy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Searches all that the service shows and logs, at level TRACE and also when it fails,
 * for passwords, tokens and keys, however encoded. One class for each kind of login,
 * because each takes long and they can run side by side.
 */
abstract class AbstractSecrecyTests {

	private static final long LIMIT_MINUTES = 5;

	private static final int SHOWN_LINES = 200;

	private static final int SHOWN_LENGTH = 300;

	/**
	 * What the output has if it is that of the whole program, and as talkative as it is
	 * meant to be.
	 */
	private static final List<String> PARTS = List.of("TRACE", "o.postgresql.core.v3.QueryExecutorImpl", "HikariConfig",
			"bean rdsInstancePools = ", "endpoint env = {", "endpoint configprops = {", "mbean com.zaxxer.hikari:type=",
			"APPLICATION FAILED TO START", "The talkative sample has ended");

	private final LoginKind kind;

	@TempDir
	private Path directory;

	AbstractSecrecyTests(LoginKind kind) {
		this.kind = kind;
	}

	@Test
	void outputOfTheServiceHasNoSecret() throws Exception {
		Path output = run();
		KnownSecrets secrets = KnownSecrets.read(this.directory.resolve("secrets"));
		assertThat(secrets.size()).isPositive();
		SoughtTexts sought = new SoughtTexts(secrets.forms());
		Set<String> missing = new HashSet<>(PARTS);
		// In one pass, because the output is long.
		try (Stream<String> lines = Files.lines(output, StandardCharsets.UTF_8)) {
			assertThat(lines.peek((line) -> missing.removeIf(line::contains)).filter(sought::areIn).limit(20))
				.isEmpty();
		}
		assertThat(missing).isEmpty();
	}

	/**
	 * Runs the service in a JVM of its own.
	 * @return all that it has printed
	 */
	private Path run() throws IOException, InterruptedException {
		Path output = this.directory.resolve("output");
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
						System.getProperty("java.class.path")));
		command.addAll(TalkativeProgram.command(this.kind, this.directory));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
		try {
			assertThat(process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)).as("ended in time").isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		assertThat(process.exitValue())
			.as(() -> "exit code of the service, which ended with%n%s".formatted(end(output)))
			.isZero();
		return output;
	}

	/**
	 * Returns what the service printed at last, besides what is talkative.
	 */
	private static String end(Path output) {
		try {
			List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8)
				.stream()
				.filter((line) -> !line.contains(" TRACE ") && !line.contains(" DEBUG "))
				.toList();
			return lines.stream()
				.skip(Math.max(0, lines.size() - SHOWN_LINES))
				.map((line) -> line.substring(0, Math.min(line.length(), SHOWN_LENGTH)))
				.collect(Collectors.joining("\n"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
