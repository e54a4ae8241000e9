package io.rdsboot.sample.embedding;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Splitter of text into words. The parts of a {@code camelCase} name are words, and so is
 * the whole name.
 */
final class Tokenizer {

	private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");

	private static final Pattern CAMEL_CASE = Pattern.compile("(?<=\\p{Ll})(?=\\p{Lu})|(?<=\\p{Lu})(?=\\p{Lu}\\p{Ll})");

	private static final int MAX_LENGTH = 40;

	private Tokenizer() {
	}

	static List<String> words(String text) {
		List<String> words = new ArrayList<>();
		NO_WORD.splitAsStream(Normalizer.normalize(text, Normalizer.Form.NFKC)).forEach((token) -> {
			List<String> parts = CAMEL_CASE.splitAsStream(token).toList();
			parts.forEach((part) -> add(words, part));
			if (parts.size() > 1) {
				add(words, token);
			}
		});
		return words;
	}

	private static void add(List<String> words, String word) {
		if (word.length() > 1 && word.length() <= MAX_LENGTH) {
			words.add(word.toLowerCase(Locale.ROOT));
		}
	}

}
