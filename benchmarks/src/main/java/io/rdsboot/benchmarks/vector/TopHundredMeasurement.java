package io.rdsboot.benchmarks.vector;

import java.util.List;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.vector.contender.Contest;

/**
 * Searches for more rows than pgvector looks at by default.
 */
final class TopHundredMeasurement implements Measurement {

	private static final int LIMIT = 100;

	private static final int QUERIES = 200;

	@Override
	public List<Figure> measure(Contest contest) throws Exception {
		contest.index();
		return new Completeness(contest, "top 100").measure(contest.searches(QUERIES, LIMIT),
				contest.contenders().alike());
	}

}
