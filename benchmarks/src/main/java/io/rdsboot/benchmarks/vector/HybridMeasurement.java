package io.rdsboot.benchmarks.vector;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.rdsboot.benchmarks.Figure;
import io.rdsboot.benchmarks.Ratios;

/**
 * Searches for ten rows by vector and text, where many rows have the words.
 */
final class HybridMeasurement implements Measurement {

	private static final int LIMIT = 10;

	private static final int QUERIES = 50;

	@Override
	public List<Figure> measure(Contest contest) throws Exception {
		contest.index();
		List<Search> searches = contest.searches(QUERIES, LIMIT);
		Map<String, SearchFunction> subjects = new LinkedHashMap<>();
		contest.contenders().all().forEach((name, contender) -> {
			if (contender instanceof HybridContender hybrid) {
				subjects.put(name, hybrid::hybridSearch);
			}
		});
		SearchComparison.Outcome outcome = new SearchComparison(subjects, searches).run(1);
		List<Figure> figures = new ArrayList<>();
		for (Map.Entry<String, Double> limit : Map
			.of(Contenders.LANG_CHAIN, Targets.HYBRID_TO_LANG_CHAIN, Contenders.LANG_CHAIN_BEST,
					Double.POSITIVE_INFINITY)
			.entrySet()) {
			Ratios ratios = outcome.ratios(Contenders.LIBRARY, limit.getKey(), SearchBlock.Times::p50);
			figures.add(new Figure(contest.name("hybrid, p50, ratio to %s".formatted(limit.getKey())), ratios.median(),
					limit.getValue(), "%s; %s; against %s".formatted(ratios, outcome.describe(Contenders.LIBRARY),
							outcome.describe(limit.getKey()))));
		}
		return figures;
	}

}
