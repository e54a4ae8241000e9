package io.rdsboot.springai;

import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.VectorColumn;

/**
 * What distances are as scores of documents, 1 for the same vector. With vectors of
 * length 1, as most models make them, the score is the cosine of the angle between them
 * whether the column's distance is {@link Distance#COSINE}, {@link Distance#L2} or
 * {@link Distance#INNER_PRODUCT}, so that a threshold means the same for each: of such
 * vectors the squared Euclidean distance is {@code 2 - 2 * cosine}. Immutable.
 *
 * @param distance measure of the column
 * @param dimensions dimensions of the column
 */
record SimilarityScale(Distance distance, int dimensions) {

	static SimilarityScale of(VectorColumn column) {
		return new SimilarityScale(column.distance(), column.dimensions());
	}

	/**
	 * Return the score of a distance.
	 */
	double score(double value) {
		return (this.distance == Distance.L2) ? 1 - value * value / 2
				: this.distance.toSimilarity(value, this.dimensions);
	}

	/**
	 * Return the distance as Spring AI's store has it in the metadata: of the inner
	 * product, {@code 1 - product}.
	 */
	float shown(double value) {
		return (float) ((this.distance == Distance.INNER_PRODUCT) ? 1 + value : value);
	}

	/**
	 * Return a search for rows with a score of at least a threshold.
	 */
	VectorSearch restrict(VectorSearch search, double threshold) {
		return (this.distance == Distance.L2) ? search.within(greatestDistance(threshold))
				: search.minSimilarity(threshold);
	}

	/**
	 * Rounding makes the inverse formula miss a distance by its last digits.
	 */
	private double greatestDistance(double threshold) {
		double greatest = Math.sqrt(2 * (1 - threshold));
		while (score(greatest) < threshold) {
			greatest = Math.nextDown(greatest);
		}
		while (score(Math.nextUp(greatest)) >= threshold) {
			greatest = Math.nextUp(greatest);
		}
		return greatest;
	}

}
