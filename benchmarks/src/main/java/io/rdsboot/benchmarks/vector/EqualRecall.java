package io.rdsboot.benchmarks.vector;

import java.util.List;
import java.util.function.IntFunction;

import io.rdsboot.benchmarks.vector.contender.VectorContender;
import io.rdsboot.benchmarks.vector.data.ExactSearch;
import io.rdsboot.benchmarks.vector.data.Quality;

/**
 * Contender whose scan of the vector index is as wide as it must be to find what another
 * one finds: the time of a search says little without its recall.
 *
 * @param <C> type of the contender
 * @param contender the contender
 * @param efSearch its {@code hnsw.ef_search}
 */
record EqualRecall<C extends VectorContender>(C contender, int efSearch) implements AutoCloseable {

	private static final int[] LADDER = { 40, 60, 80, 120, 160, 240, 320, 480, 640, 1000 };

	/** What two ways may differ by whose recall is the same. */
	private static final double TOLERANCE = 0.005;

	/**
	 * Finds the contender with the narrowest scan.
	 * @param wanted what it has to find
	 * @param contenders makes a contender with a scan of that width
	 */
	static <C extends VectorContender> EqualRecall<C> find(Quality wanted, List<ExactSearch.Truth> truths,
			IntFunction<C> contenders) throws Exception {
		for (int efSearch : LADDER) {
			C contender = contenders.apply(efSearch);
			if (efSearch == LADDER[LADDER.length - 1]
					|| Quality.of(contender::search, truths).recall() >= wanted.recall() - TOLERANCE) {
				return new EqualRecall<>(contender, efSearch);
			}
			contender.close();
		}
		throw new IllegalStateException("the ladder is empty");
	}

	@Override
	public void close() {
		this.contender.close();
	}

}
