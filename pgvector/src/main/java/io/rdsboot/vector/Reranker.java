package io.rdsboot.vector;

import java.util.List;

/**
 * Judge of how well rows answer a question, such as a cross-encoder. Runs on the caller's
 * thread, outside any transaction but the caller's. Implementations that are shared are
 * thread-safe.
 */
@FunctionalInterface
public interface Reranker {

	/**
	 * Return a score for each row. The result is ordered by it, the greatest first, and
	 * {@link VectorMatch#score()} tells it.
	 * @param candidates the rows, nearest first
	 * @return as many scores in the same order, none of them NaN
	 */
	double[] scores(List<? extends VectorMatch<?>> candidates);

}
