package io.rdsboot.vector.jdbc.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.table.VectorColumn;

/**
 * Maximal marginal relevance: chooses rows that are near to the vector searched for and
 * far from each other.
 */
final class MarginalRelevance {

	private final VectorColumn column;

	private final double lambda;

	MarginalRelevance(VectorColumn column, double lambda) {
		this.column = column;
		this.lambda = lambda;
	}

	/**
	 * Return rows in the order in which they are chosen.
	 * @param candidates rows with their vectors, nearest first
	 * @param limit most rows to choose
	 * @param embeddingIncluded whether the rows keep their vectors
	 */
	<ID> List<VectorMatch<ID>> choose(List<VectorMatch<ID>> candidates, int limit, boolean embeddingIncluded) {
		boolean[] taken = new boolean[candidates.size()];
		double[] redundancy = new double[candidates.size()];
		Arrays.fill(redundancy, Double.NEGATIVE_INFINITY);
		List<VectorMatch<ID>> chosen = new ArrayList<>();
		while (chosen.size() < Math.min(limit, candidates.size())) {
			int best = -1;
			double bestScore = 0;
			for (int i = 0; i < taken.length; i++) {
				double score = score(candidates.get(i), chosen.isEmpty() ? 0 : redundancy[i]);
				if (!taken[i] && (best < 0 || score > bestScore)) {
					best = i;
					bestScore = score;
				}
			}
			taken[best] = true;
			VectorMatch<ID> match = candidates.get(best);
			chosen.add(Rerankings.ranked(match, chosen.size() + 1, bestScore, embeddingIncluded));
			for (int i = 0; i < taken.length; i++) {
				if (!taken[i]) {
					redundancy[i] = Math.max(redundancy[i], similarity(match, candidates.get(i)));
				}
			}
		}
		return chosen;
	}

	private double score(VectorMatch<?> match, double redundancy) {
		return this.lambda * match.similarity() - (1 - this.lambda) * redundancy;
	}

	private double similarity(VectorMatch<?> match, VectorMatch<?> other) {
		double distance = VectorDistances.distance(this.column.distance(), Objects.requireNonNull(match.embedding()),
				Objects.requireNonNull(other.embedding()));
		return this.column.distance().toSimilarity(distance, this.column.dimensions());
	}

}
