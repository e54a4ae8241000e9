package io.rdsboot.benchmarks.vector;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Ratios;
import io.rdsboot.benchmarks.vector.contender.Contenders;
import io.rdsboot.benchmarks.vector.contender.Contest;
import io.rdsboot.benchmarks.vector.contender.VectorDatabase;
import io.rdsboot.benchmarks.vector.data.Quality;
import io.rdsboot.benchmarks.vector.data.Search;
import io.rdsboot.benchmarks.vector.data.SearchFunction;

/**
 * Searches for ten rows, by one thread and by four.
 */
final class TopTenMeasurement implements Measurement {

	private static final int LIMIT = 10;

	private static final int QUERIES = 400;

	private static final int ROUNDS = 15;

	/** What the data is made for: neither trivial nor hopeless for the index. */
	private static final double CALIBRATED_RECALL = 0.95;

	private static final double CALIBRATION_TOLERANCE = 0.02;

	@Override
	public List<Figure> measure(Contest contest) throws Exception {
		contest.index();
		List<Search> searches = contest.searches(QUERIES, LIMIT);
		Map<String, SearchFunction> subjects = new LinkedHashMap<>();
		contest.contenders().alike().forEach((name, contender) -> subjects.put(name, contender::search));
		Map<String, Quality> quality = Quality.of(subjects, contest.truths(searches));
		List<Figure> figures = new ArrayList<>();
		figures.add(calibration(contest, of(quality, Contenders.JDBC)));
		SearchComparison comparison = new SearchComparison(subjects, searches);
		SearchComparison.Outcome single = comparison.run(1, ROUNDS);
		SearchComparison.Outcome four = comparison.run(VectorDatabase.CONNECTIONS, ROUNDS);
		limits(contest).forEach((name, limit) -> {
			figures.add(figure(contest, "top 10, p50", name, limit,
					single.ratios(Contenders.LIBRARY, name, SearchBlock.Times::p50), single, quality));
			figures.add(figure(contest, "top 10, 4 threads, time of all", name, limit,
					four.ratios(Contenders.LIBRARY, name, SearchBlock.Times::all), four, quality));
		});
		return figures;
	}

	private static Figure calibration(Contest contest, Quality quality) {
		return new Figure(contest.name("distance of hand-written JDBC's recall from 0.95"),
				Math.abs(quality.recall() - CALIBRATED_RECALL), CALIBRATION_TOLERANCE, quality.toString());
	}

	private static Map<String, Double> limits(Contest contest) {
		Map<String, Double> limits = new LinkedHashMap<>();
		limits.put(Contenders.JDBC, Targets.SEARCH_TO_JDBC);
		limits.put(Contenders.SPRING_AI, Targets.of(contest.data().shape()).searchToSpringAi());
		limits.put(Contenders.SPRING_AI_BEST, Double.POSITIVE_INFINITY);
		limits.put(Contenders.LANG_CHAIN, Targets.SEARCH_TO_LANG_CHAIN);
		limits.put(Contenders.LANG_CHAIN_BEST, Double.POSITIVE_INFINITY);
		return limits;
	}

	private static Figure figure(Contest contest, String what, String name, double limit, Ratios ratios,
			SearchComparison.Outcome outcome, Map<String, Quality> quality) {
		return new Figure(contest.name("%s, ratio to %s".formatted(what, name)), ratios.median(), limit,
				"%s; %s, %s; against %s, %s".formatted(ratios, outcome.describe(Contenders.LIBRARY),
						of(quality, Contenders.LIBRARY), outcome.describe(name), of(quality, name)));
	}

	private static Quality of(Map<String, Quality> quality, String name) {
		return Objects.requireNonNull(quality.get(name), () -> "nothing for " + name);
	}

}
