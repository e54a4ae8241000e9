package io.rdsboot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the page on log messages has every warning and error of topology, pools and
 * credentials, in the words of the code.
 */
class LogMessagesTests {

	private static final Path SOURCES = Path.of("src/main/java/io/rdsboot");

	private static final Pattern CALL = Pattern
		.compile("logger\\s*\\.(?<level>warn|error)\\(\\s*\"(?<message>(?:[^\"\\\\]|\\\\.|\"\\s*\\+\\s*\")*)\"");

	@Test
	void everyWarningAndErrorIsOnThePage() throws IOException {
		String page = Files.readString(Path.of("../docs/log-messages.md"));
		List<String> messages = Stream.of("cluster", "pool", "credentials")
			.flatMap(LogMessagesTests::messages)
			.toList();
		assertThat(messages).hasSizeGreaterThan(15).allSatisfy((message) -> assertThat(page).contains(message));
	}

	private static Stream<String> messages(String directory) {
		try (Stream<Path> files = Files.walk(SOURCES.resolve(directory))) {
			return files.filter((file) -> file.toString().endsWith(".java"))
				.flatMap((file) -> messages(file))
				.toList()
				.stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Stream<String> messages(Path file) {
		try {
			Matcher calls = CALL.matcher(Files.readString(file));
			return calls.results()
				.map((call) -> call.group(1).toUpperCase(java.util.Locale.ROOT) + " `"
						+ call.group(2)
							.replaceAll("\"\\s*\\+\\s*\"", "")
							.replace("{} {} to", "{} to")
							.replace("{}", "…"))
				.map((message) -> message.split(": …\\. ", -1)[0])
				.toList()
				.stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
