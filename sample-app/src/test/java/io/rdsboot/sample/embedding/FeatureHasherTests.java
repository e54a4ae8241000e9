package io.rdsboot.sample.embedding;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class FeatureHasherTests {

	private static final int DIMENSIONS = 384;

	@Test
	void hashIsOfLengthOne() {
		float[] vector = hash("a connection is borrowed from the pool", TermStatistics.NONE);
		assertThat(vector).hasSize(DIMENSIONS);
		assertThat(cosine(vector, vector)).isCloseTo(1, within(1e-5));
	}

	@Test
	void hashIsTheSameInEveryJvm() {
		float[] vector = hash("pool", TermStatistics.NONE);
		// Measured once: stored vectors are worthless when these change
		assertThat(List.of(first(vector, true), first(vector, false))).isEqualTo(List.of(24, 37));
	}

	@Test
	void hashWhenWordsAreAlikeIsNear() {
		String[] words = { "index", "pool", "migrate", "replica", "connect", "transact" };
		double alike = 0;
		double unlike = 0;
		for (int i = 0; i < words.length; i++) {
			float[] word = hash(words[i], TermStatistics.NONE);
			alike += cosine(word, hash(words[i] + "ions", TermStatistics.NONE)) / words.length;
			unlike += cosine(word, hash(words[(i + 1) % words.length] + "ions", TermStatistics.NONE)) / words.length;
		}
		assertThat(alike).isGreaterThan(unlike + 0.05);
	}

	@Test
	void hashWhenWordIsRareCountsForMore() {
		TermStatistics statistics = TermStatistics
			.of(List.of("the pool", "the lag", "the token", "the index", "the writer", "the reader"));
		float[] text = hash("the lag", statistics);
		assertThat(cosine(text, hash("lag", statistics))).isGreaterThan(cosine(text, hash("the", statistics)) + 0.3);
	}

	@Test
	void hashWhenThereIsNoWordStillHasDirection() {
		float[] vector = hash("?!", TermStatistics.NONE);
		assertThat(cosine(vector, vector)).isEqualTo(1);
	}

	private static float[] hash(String text, TermStatistics statistics) {
		return FeatureHasher.hash(text, DIMENSIONS, statistics);
	}

	private static int first(float[] vector, boolean positive) {
		for (int i = 0; i < vector.length; i++) {
			if (positive ? vector[i] > 0 : vector[i] < 0) {
				return i;
			}
		}
		return -1;
	}

	private static double cosine(float[] first, float[] second) {
		double sum = 0;
		for (int i = 0; i < first.length; i++) {
			sum += first[i] * second[i];
		}
		return sum;
	}

}
