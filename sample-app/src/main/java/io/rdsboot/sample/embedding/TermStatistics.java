package io.rdsboot.sample.embedding;

import java.nio.ByteBuffer;

/**
 * In how many texts of a corpus each feature occurs, which tells rare and telling
 * features from common ones. Counts are kept by hash: two features may share one.
 * Immutable.
 */
final class TermStatistics {

	/** Statistics of no text: all features weigh the same. */
	static final TermStatistics NONE = new TermStatistics(0, new int[0]);

	/**
	 * What is nowhere in the corpus is mostly noise in a query, but may be in a text that
	 * was added since: it weighs as if it stood in this share of the texts.
	 */
	private static final double SHARE_OF_UNKNOWN = 0.3;

	private static final int BUCKETS = 1 << 17;

	private final int texts;

	private final int[] frequencies;

	private TermStatistics(int texts, int[] frequencies) {
		this.texts = texts;
		this.frequencies = frequencies;
	}

	static TermStatistics of(Iterable<String> corpus) {
		int texts = 0;
		int[] frequencies = new int[BUCKETS];
		for (String text : corpus) {
			texts++;
			Feature.count(text)
				.keySet()
				.stream()
				.mapToInt(TermStatistics::bucket)
				.distinct()
				.forEach((bucket) -> frequencies[bucket]++);
		}
		return (texts > 0) ? new TermStatistics(texts, frequencies) : NONE;
	}

	static TermStatistics ofBytes(int texts, byte[] bytes) {
		int[] frequencies = new int[bytes.length / Integer.BYTES];
		ByteBuffer.wrap(bytes).asIntBuffer().get(frequencies);
		return new TermStatistics(texts, frequencies);
	}

	byte[] toBytes() {
		ByteBuffer buffer = ByteBuffer.allocate(this.frequencies.length * Integer.BYTES);
		buffer.asIntBuffer().put(this.frequencies);
		return buffer.array();
	}

	int texts() {
		return this.texts;
	}

	/**
	 * Inverse document frequency, as BM25 has it: near 0 for what stands everywhere.
	 * @param feature a feature
	 * @return its weight, above 0
	 */
	double inverseDocumentFrequency(Feature feature) {
		if (this.texts == 0) {
			return 1;
		}
		int counted = this.frequencies[bucket(feature)];
		double frequency = (counted > 0) ? counted : this.texts * SHARE_OF_UNKNOWN;
		return Math.log1p((this.texts - frequency + 0.5) / (frequency + 0.5));
	}

	private static int bucket(Feature feature) {
		return (int) (feature.hash() >>> 40) & (BUCKETS - 1);
	}

}
