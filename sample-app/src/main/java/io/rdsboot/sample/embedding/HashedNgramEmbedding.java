package io.rdsboot.sample.embedding;

import java.util.List;

import org.springframework.context.annotation.Fallback;
import org.springframework.stereotype.Component;

/**
 * Embedding by hashed words, word pairs and letters, weighed by how rare they are in what
 * is indexed. It is no language model: it finds passages that share words, or parts of
 * words, with the query, and knows nothing of meaning. It needs neither a download nor a
 * network. Any other bean of type {@link Embedding} takes its place.
 */
@Component
@Fallback
class HashedNgramEmbedding implements Embedding {

	private static final int DIMENSIONS = 384;

	private final TermStatisticsStore store;

	HashedNgramEmbedding(TermStatisticsStore store) {
		this.store = store;
	}

	@Override
	public int dimensions() {
		return DIMENSIONS;
	}

	@Override
	public List<float[]> embed(List<String> texts) {
		TermStatistics statistics = this.store.current();
		return texts.stream().map((text) -> FeatureHasher.hash(text, DIMENSIONS, statistics)).toList();
	}

	@Override
	public void learn(Iterable<String> corpus) {
		this.store.replace(TermStatistics.of(corpus));
	}

}
