package io.rdsboot.sample.embedding;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Hashed property of a text: a word, a pair of neighbouring words, or a few letters
 * within a word. Letters make {@code index} and {@code indexes} alike.
 *
 * @param hash 64 well-mixed bits
 * @param kind what was hashed
 */
record Feature(long hash, Kind kind) {

	private static final int LETTERS = 4;

	/**
	 * Counts the features of a text.
	 * @param text any text
	 * @return how often each feature occurs
	 */
	static Map<Feature, Integer> count(String text) {
		Map<Feature, Integer> counts = new HashMap<>();
		List<String> words = Tokenizer.words(text);
		for (int i = 0; i < words.size(); i++) {
			String word = words.get(i);
			counts.merge(of(word, Kind.WORD), 1, Integer::sum);
			if (i > 0) {
				counts.merge(of(words.get(i - 1) + ' ' + word, Kind.WORD_PAIR), 1, Integer::sum);
			}
			String bounded = '<' + word + '>';
			for (int start = 0; start + LETTERS <= bounded.length(); start++) {
				counts.merge(of(bounded.substring(start, start + LETTERS), Kind.LETTERS), 1, Integer::sum);
			}
		}
		return counts;
	}

	private static Feature of(String value, Kind kind) {
		// FNV-1a: the vectors of all instances of the service must agree, whatever their
		// JVM
		long hash = 0xcbf29ce484222325L ^ kind.seed;
		for (byte next : value.getBytes(StandardCharsets.UTF_8)) {
			hash = (hash ^ (next & 0xff)) * 0x100000001b3L;
		}
		return new Feature(mix(hash), kind);
	}

	/**
	 * MurmurHash3's finalizer.
	 * @param hash any bits
	 * @return bits that depend on all of them
	 */
	static long mix(long hash) {
		long mixed = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
		mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
		return mixed ^ (mixed >>> 33);
	}

	/**
	 * What is hashed, and what it counts for.
	 */
	enum Kind {

		WORD(1, 1), WORD_PAIR(2, 0.3), LETTERS(3, 0.25);

		private final int seed;

		private final double weight;

		Kind(int seed, double weight) {
			this.seed = seed;
			this.weight = weight;
		}

		double weight() {
			return this.weight;
		}

	}

}
