package io.rdsboot.benchmarks.vector;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Ratios;
import io.rdsboot.benchmarks.vector.contender.Contenders;
import io.rdsboot.benchmarks.vector.contender.Contest;
import io.rdsboot.benchmarks.vector.contender.HybridContender;
import io.rdsboot.benchmarks.vector.data.Search;
import io.rdsboot.benchmarks.vector.data.SearchFunction;

/**
 * Searches for ten rows by vector and text, where many rows have the words.
 */
final class HybridMeasurement implements Measurement {

	private static final List<String> SUBJECTS = List.of(Contenders.LIBRARY_DECLARED, Contenders.LANG_CHAIN,
			Contenders.LANG_CHAIN_BEST);

	private static final int LIMIT = 10;

	private static final int QUERIES = 50;

	private static final int ROUNDS = 5;

	@Override
	public List<Figure> measure(Contest contest) throws Exception {
		contest.index(SUBJECTS);
		List<Search> searches = contest.searches(QUERIES, LIMIT);
		Map<String, SearchFunction> subjects = new LinkedHashMap<>();
		for (String name : SUBJECTS) {
			HybridContender contender = (HybridContender) contest.contenders().get(name);
			subjects.put(name, contender::hybridSearch);
		}
		SearchComparison.Outcome outcome = new SearchComparison(subjects, searches).run(1, ROUNDS);
		return List.of(figure(contest, outcome, Contenders.LANG_CHAIN, Targets.HYBRID_TO_LANG_CHAIN),
				figure(contest, outcome, Contenders.LANG_CHAIN_BEST, Double.POSITIVE_INFINITY));
	}

	private static Figure figure(Contest contest, SearchComparison.Outcome outcome, String reference, double limit) {
		Ratios ratios = outcome.ratios(Contenders.LIBRARY_DECLARED, reference, SearchBlock.Times::p50);
		return new Figure(contest.name("hybrid, p50, ratio to %s".formatted(reference)), ratios.median(), limit,
				"%s; %s; against %s".formatted(ratios, outcome.describe(Contenders.LIBRARY_DECLARED),
						outcome.describe(reference)));
	}

}
