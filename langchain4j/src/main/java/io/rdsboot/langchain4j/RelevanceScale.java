package io.rdsboot.langchain4j;

import dev.langchain4j.store.embedding.RelevanceScore;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.DenseVector;

/**
 * Relevance scores of a column's distances, from 0 (not relevant) to 1. Of vectors of
 * length 1 the score is LangChain4j's, {@code (cosine + 1) / 2}, by cosine distance,
 * inner product and L2 distance alike: the squared L2 distance of such vectors is
 * {@code 2 - 2 * cosine}. Immutable.
 */
final class RelevanceScale {

	/**
	 * By how much a distance may be off that was computed from a score.
	 */
	private static final double ROUNDING = 1e-12;

	private final Distance distance;

	/**
	 * Create the scale of a table's main column.
	 * @throws IllegalArgumentException if the column cannot hold LangChain4j's embeddings
	 */
	RelevanceScale(VectorTable table) {
		VectorColumn column = table.embedding();
		if (column.type().javaType() != DenseVector.class) {
			throw new IllegalArgumentException(
					"column %s of vector table %s is of type %s, but LangChain4j's embeddings are floats: declare type vector or halfvec"
						.formatted(column.name(), table, column.type().sqlName()));
		}
		this.distance = column.distance();
	}

	double score(double value) {
		double score = switch (this.distance) {
			case COSINE -> RelevanceScore.fromCosineSimilarity(1 - value);
			case INNER_PRODUCT -> RelevanceScore.fromCosineSimilarity(-value);
			case L2 -> RelevanceScore.fromCosineSimilarity(1 - value * value / 2);
			default -> 1 / (1 + value);
		};
		return Math.max(0, Math.min(1, score));
	}

	/**
	 * Return a search for all rows whose score is at least this. It may find a few others
	 * too, whose score is less by no more than rounding.
	 */
	VectorSearch restrict(VectorSearch search, double minScore) {
		double greatest = switch (this.distance) {
			case COSINE -> 2 * (1 - minScore);
			case INNER_PRODUCT -> 1 - 2 * minScore;
			case L2 -> 2 * Math.sqrt(1 - minScore);
			default -> 1 / minScore - 1;
		};
		return search.within(greatest + ROUNDING * Math.max(1, Math.abs(greatest)));
	}

}
