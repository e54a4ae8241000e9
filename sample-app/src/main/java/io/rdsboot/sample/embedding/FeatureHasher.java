package io.rdsboot.sample.embedding;

import java.util.Map;

/**
 * Signed feature hashing: each feature is added to some dimensions, or taken from them.
 * Stateless.
 */
final class FeatureHasher {

	/** More than one, so that two features seldom collide in all of theirs. */
	private static final int DIMENSIONS_OF_FEATURE = 3;

	private FeatureHasher() {
	}

	/**
	 * The vector of a text.
	 * @param text any text
	 * @param dimensions the length of the vector
	 * @param statistics what features weigh
	 * @return a vector of length 1
	 */
	static float[] hash(String text, int dimensions, TermStatistics statistics) {
		double[] sums = new double[dimensions];
		for (Map.Entry<Feature, Integer> entry : Feature.count(text).entrySet()) {
			Feature feature = entry.getKey();
			double weight = feature.kind().weight() * (1 + Math.log(entry.getValue()))
					* statistics.inverseDocumentFrequency(feature);
			long hash = feature.hash();
			for (int i = 0; i < DIMENSIONS_OF_FEATURE; i++) {
				hash = Feature.mix(hash + 1);
				sums[(int) Long.remainderUnsigned(hash >>> 1, dimensions)] += ((hash & 1) == 0) ? weight : -weight;
			}
		}
		return normalize(sums);
	}

	private static float[] normalize(double[] sums) {
		double squares = 0;
		for (double sum : sums) {
			squares += sum * sum;
		}
		float[] vector = new float[sums.length];
		if (squares == 0) {
			// Nothing was hashed, and a zero vector has no direction: an arbitrary one is
			// no worse
			vector[0] = 1;
			return vector;
		}
		double length = Math.sqrt(squares);
		for (int i = 0; i < sums.length; i++) {
			vector[i] = (float) (sums[i] / length);
		}
		return vector;
	}

}
