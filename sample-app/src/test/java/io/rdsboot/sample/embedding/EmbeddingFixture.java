package io.rdsboot.sample.embedding;

import java.util.List;

/**
 * The built-in embedding without a database.
 */
public final class EmbeddingFixture {

	private final TermStatistics statistics;

	private EmbeddingFixture(TermStatistics statistics) {
		this.statistics = statistics;
	}

	public static EmbeddingFixture learned(List<String> corpus) {
		return new EmbeddingFixture(TermStatistics.of(corpus));
	}

	public float[] embed(String text) {
		return FeatureHasher.hash(text, 384, this.statistics);
	}

	public static double cosine(float[] first, float[] second) {
		double sum = 0;
		for (int i = 0; i < first.length; i++) {
			sum += first[i] * second[i];
		}
		return sum;
	}

}
