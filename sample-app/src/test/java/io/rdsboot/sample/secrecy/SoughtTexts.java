package io.rdsboot.sample.secrecy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Texts that are looked for all at once: in one pass through a line, however many they
 * are. Thread-safe.
 */
final class SoughtTexts {

	/**
	 * As many characters as a {@code long} holds.
	 */
	private static final int START = 4;

	private final Map<Long, List<String>> byStart = new HashMap<>();

	/**
	 * Where few starts of texts are found, and hardly any other.
	 */
	private final boolean[] slots = new boolean[1 << 16];

	/**
	 * Create a set of texts.
	 * @param texts the texts, of four characters or more
	 */
	SoughtTexts(Collection<String> texts) {
		for (String text : texts) {
			if (text.length() < START) {
				throw new IllegalArgumentException("A text of %d characters is too short to look for, which takes %d"
					.formatted(text.length(), START));
			}
			long start = 0;
			for (int i = 0; i < START; i++) {
				start = append(start, text.charAt(i));
			}
			this.slots[slot(start)] = true;
			this.byStart.computeIfAbsent(start, (first) -> new ArrayList<>()).add(text);
		}
	}

	/**
	 * Return whether a line contains one of the texts.
	 */
	boolean areIn(String line) {
		long last = 0;
		for (int i = 0; i < line.length(); i++) {
			last = append(last, line.charAt(i));
			if (i >= START - 1 && this.slots[slot(last)] && isAt(line, i - START + 1, last)) {
				return true;
			}
		}
		return false;
	}

	private boolean isAt(String line, int index, long start) {
		return this.byStart.getOrDefault(start, List.of()).stream().anyMatch((text) -> line.startsWith(text, index));
	}

	private static long append(long characters, char next) {
		return (characters << Character.SIZE) | next;
	}

	private static int slot(long start) {
		return (int) ((start * 0x9E3779B97F4A7C15L) >>> 48);
	}

}
