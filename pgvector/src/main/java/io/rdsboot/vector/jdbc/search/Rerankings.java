package io.rdsboot.vector.jdbc.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

import io.rdsboot.vector.Reranker;
import io.rdsboot.vector.VectorMatch;

/**
 * Orders matches by the scores of a {@link Reranker}.
 */
final class Rerankings {

	private Rerankings() {
	}

	/**
	 * Return the best matches. Those of equal scores keep their order.
	 */
	static <ID> List<VectorMatch<ID>> rank(List<VectorMatch<ID>> candidates, Reranker reranker, int limit) {
		if (candidates.isEmpty()) {
			return candidates;
		}
		double[] scores = reranker.scores(candidates);
		if (scores.length != candidates.size()) {
			throw new IllegalStateException("reranker %s must return %d scores, but returned %d"
				.formatted(reranker.getClass().getName(), candidates.size(), scores.length));
		}
		for (int i = 0; i < scores.length; i++) {
			if (Double.isNaN(scores[i])) {
				throw new IllegalStateException("reranker %s returned NaN as the score of row %s"
					.formatted(reranker.getClass().getName(), candidates.get(i).id()));
			}
		}
		List<Integer> order = IntStream.range(0, scores.length)
			.boxed()
			.sorted(Comparator.comparingDouble((Integer i) -> scores[i]).reversed())
			.limit(limit)
			.toList();
		List<VectorMatch<ID>> ranked = new ArrayList<>();
		for (int i : order) {
			ranked.add(ranked(candidates.get(i), ranked.size() + 1, scores[i], true));
		}
		return ranked;
	}

	/**
	 * Return a match in another place.
	 */
	static <ID> VectorMatch<ID> ranked(VectorMatch<ID> match, int rank, double score, boolean embeddingIncluded) {
		return new VectorMatch<>(match.id(), rank, match.distance(), match.similarity(), score, match.content(),
				match.metadata(), embeddingIncluded ? match.embedding() : null);
	}

}
