package io.rdsboot.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the messages that the pages on troubleshooting quote are those of the code,
 * and that none that is logged as a warning or an error is missing.
 */
class TroubleshootingTests {

	private static final Pattern QUOTE = Pattern.compile("^\\| (?:(WARN|ERROR) )?`([^`]+)`", Pattern.MULTILINE);

	private static final Pattern LOGGED = Pattern.compile(
			"(?:logger\\s*\\.(warn|error)\\(|\\.at(Warn|Error)\\(\\)[^;]*?\\.log\\()\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

	private final String sources = Sources.library();

	@Test
	void quotedMessagesAreThoseOfTheCode() {
		List<String> quotes = Stream.concat(quotes("docs/troubleshooting.md"), quotes("docs/log-messages.md"))
			.map((quote) -> quote.replaceFirst("^(WARN|ERROR) ", ""))
			.toList();
		assertThat(quotes).hasSizeGreaterThan(60);
		String text = words(this.sources);
		List<String> unknown = new ArrayList<>();
		for (String quote : quotes) {
			for (String part : quote.split("…")) {
				if (part.chars().filter(Character::isLetter).count() > 3 && !text.contains(words(part))) {
					unknown.add("'" + part + "' of '" + quote + "'");
				}
			}
		}
		assertThat(unknown).isEmpty();
	}

	@Test
	void everyWarningAndErrorIsExplained() {
		List<String> quotes = quotes("docs/log-messages.md").map(TroubleshootingTests::words).toList();
		List<String> logged = LOGGED.matcher(this.sources)
			.results()
			.map((call) -> ((call.group(1) != null) ? call.group(1) : call.group(2)).toUpperCase(Locale.ROOT) + " "
					+ call.group(3))
			.toList();
		assertThat(logged).hasSizeGreaterThan(30);
		assertThat(logged).filteredOn((message) -> quotes.stream().noneMatch(words(message)::startsWith)).isEmpty();
	}

	private static Stream<String> quotes(String page) {
		Matcher quotes = QUOTE.matcher(MarkdownPage.read(ProjectFiles.ROOT.resolve(page)).text());
		return quotes.results().map((quote) -> ((quote.group(1) != null) ? quote.group(1) + " " : "") + quote.group(2));
	}

	/**
	 * Returns the words of a text, without what varies and without punctuation.
	 */
	private static String words(String text) {
		return text.replaceAll("%[sd]|\\\\n", " ").replaceAll("[^\\p{L}\\p{N}_]+", " ").strip();
	}

}
