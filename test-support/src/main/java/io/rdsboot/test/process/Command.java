package io.rdsboot.test.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A program to run to its end, within a limit of time. Its output is kept, and is part of
 * the error when it fails. Secrets belong in the environment, never among the arguments.
 *
 * @param words the program and its arguments
 * @param environment variables that the program gets besides those of this process
 * @param directory where the program runs, or {@code null} for the directory of this
 * process
 * @param limit how long it may take
 */
@API(status = API.Status.INTERNAL)
public record Command(List<String> words, Map<String, String> environment, @Nullable Path directory, Duration limit) {

	private static final int SHOWN_OUTPUT = 4000;

	public Command {
		words = List.copyOf(words);
		environment = Map.copyOf(environment);
	}

	public static Command of(Duration limit, String... words) {
		return new Command(List.of(words), Map.of(), null, limit);
	}

	/**
	 * Runs the program.
	 * @return what it wrote to its standard output and error, stripped
	 * @throws LocalRdsException when it cannot be started, fails, or takes too long
	 */
	public String run() {
		Path output = null;
		try {
			// A file, because a pipe is held open by whatever the program leaves running.
			output = Files.createTempFile("rds-local-output", ".txt");
			return run(output);
		}
		catch (IOException ex) {
			throw new LocalRdsException("Could not run '%s': %s".formatted(this, ex.getMessage()), ex);
		}
		finally {
			delete(output);
		}
	}

	private String run(Path output) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(this.words).redirectErrorStream(true)
			.redirectOutput(output.toFile());
		builder.environment().putAll(this.environment);
		builder.environment().put("LC_ALL", "C");
		if (this.directory != null) {
			builder.directory(this.directory.toFile());
		}
		Process process = builder.start();
		process.getOutputStream().close();
		if (!waitFor(process)) {
			process.descendants().forEach(ProcessHandle::destroyForcibly);
			process.destroyForcibly();
			throw new LocalRdsException("'%s' did not end within %d ms. Its output:%n%s".formatted(this,
					this.limit.toMillis(), tail(output)));
		}
		if (process.exitValue() != 0) {
			throw new LocalRdsException("'%s' failed with exit code %d. Its output:%n%s".formatted(this,
					process.exitValue(), tail(output)));
		}
		return Files.readString(output, StandardCharsets.UTF_8).strip();
	}

	private boolean waitFor(Process process) {
		try {
			return process.waitFor(this.limit.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			process.destroyForcibly();
			throw new LocalRdsException("Interrupted while '%s' ran".formatted(this), ex);
		}
	}

	private static String tail(Path output) throws IOException {
		String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8).strip();
		return (text.length() <= SHOWN_OUTPUT) ? text : "..." + text.substring(text.length() - SHOWN_OUTPUT);
	}

	private static void delete(@Nullable Path file) {
		if (file != null) {
			try {
				Files.deleteIfExists(file);
			}
			catch (IOException ex) {
				file.toFile().deleteOnExit();
			}
		}
	}

	@Override
	public String toString() {
		return String.join(" ", this.words);
	}

}
