package io.rdsboot.benchmarks.vector;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Ratios;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.benchmarks.vector.contender.Contenders;
import io.rdsboot.benchmarks.vector.contender.Contest;
import io.rdsboot.benchmarks.vector.contender.PreparedCopy;
import io.rdsboot.benchmarks.vector.contender.SpringAiContender;
import io.rdsboot.benchmarks.vector.contender.VectorContender;
import io.rdsboot.benchmarks.vector.contender.VectorDatabase;
import io.rdsboot.benchmarks.vector.data.DataShape;
import io.rdsboot.benchmarks.vector.data.ExactSearch;
import io.rdsboot.benchmarks.vector.data.Quality;
import io.rdsboot.benchmarks.vector.data.Search;
import io.rdsboot.benchmarks.vector.data.SearchFunction;
import io.rdsboot.benchmarks.vector.data.Selectivity;
import io.rdsboot.benchmarks.vector.data.VectorData;

/**
 * Program that adds documents to this library's store for Spring AI and to Spring AI's
 * own, finds them again, and compares the times with each other, and with those of the
 * repository beneath. Takes some minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-spring-ai
 * </pre>
 */
public final class SpringAiLoad {

	private static final DataShape SHAPE = DataShape.SMALL.withRows(10_000);

	private static final int LIMIT = 10;

	private static final int QUERIES = 200;

	private static final int ROUNDS = 15;

	/** A store that scans the index until it has found all takes long. */
	private static final int EQUAL_QUERIES = 40;

	private static final int EQUAL_ROUNDS = 5;

	private static final double ADD_TO_SPRING_AI = 1 / 8.0;

	private static final double SEARCH_TO_SPRING_AI = 0.8;

	private static final double TO_REPOSITORY = 1.05;

	private SpringAiLoad() {
	}

	/**
	 * Runs.
	 * @param args none
	 * @throws Exception if a contender fails
	 */
	public static void main(String[] args) throws Exception {
		VectorData data = new VectorData(SHAPE);
		List<Figure> figures = new ArrayList<>();
		try (VectorDatabase database = VectorDatabase.start()) {
			try (Contenders contenders = Contenders.ofSpringAi(database, SHAPE.dimensions(), true)) {
				Contest contest = new Contest(database, contenders, data, data.rows().toList());
				figures.addAll(add(contest, Contenders.SPRING_AI));
				figures.addAll(search(contest));
			}
			try (Contenders contenders = Contenders.ofSpringAi(database, SHAPE.dimensions(), false)) {
				figures.addAll(add(new Contest(database, contenders, data, data.rows().toList()),
						Contenders.SPRING_AI_UNCOUNTED));
			}
		}
		new Report("Spring AI, medians over rounds [95 % confidence]", figures).publish();
	}

	private static List<Figure> add(Contest contest, String theirs) throws Exception {
		TimedCalls calls = new TimedCalls(contest);
		for (String name : List.of(Contenders.LIBRARY, theirs)) {
			VectorContender contender = contest.contenders().get(name);
			calls.add(name, contender.table(), () -> {
			}, contender.load(contest.rows()));
		}
		VectorContender repository = contest.contenders().get(Contenders.REPOSITORY);
		calls.add(Contenders.REPOSITORY, repository.table(), () -> {
		}, repository.upsert(List.of(contest.rows())));
		TimedCalls.Outcome outcome;
		try (PreparedCopy copy = new PreparedCopy(contest.database(), repository.table(), contest.rows())) {
			calls.add(TimedCalls.BARE_COPY, repository.table(), () -> {
			}, copy);
			outcome = calls.run();
		}
		boolean counted = theirs.equals(Contenders.SPRING_AI);
		return List.of(outcome.figure("add", theirs, ADD_TO_SPRING_AI),
				outcome.figure("add", Contenders.REPOSITORY, counted ? Double.POSITIVE_INFINITY : TO_REPOSITORY));
	}

	private static List<Figure> search(Contest contest) throws Exception {
		contest.index(List.of(Contenders.LIBRARY, Contenders.SPRING_AI));
		List<Search> all = contest.searches(QUERIES, LIMIT);
		List<Figure> figures = new ArrayList<>(compare(contest, "top 10", all));
		for (Selectivity selectivity : Selectivity.values()) {
			String what = "top 10 of a filter for %s".formatted(selectivity);
			List<Search> filtered = all.stream()
				.map((search) -> new Search(search.query(), LIMIT, selectivity.of(search.query().cell())))
				.toList();
			figures.addAll(compare(contest, what, filtered));
			figures.add(compareAtEqualRecall(contest, what, filtered.subList(0, EQUAL_QUERIES)));
		}
		return figures;
	}

	private static List<Figure> compare(Contest contest, String what, List<Search> searches) throws Exception {
		Map<String, SearchFunction> subjects = new LinkedHashMap<>();
		contest.contenders().all().forEach((name, contender) -> subjects.put(name, contender::search));
		Map<String, Quality> quality = Quality.of(subjects, contest.truths(searches));
		SearchComparison.Outcome outcome = new SearchComparison(subjects, searches).run(1, ROUNDS);
		// With a filter Spring AI's store finds less, so its time says little.
		double limit = (searches.get(0).condition() != null) ? Double.POSITIVE_INFINITY : SEARCH_TO_SPRING_AI;
		return List.of(figure(contest, what, Contenders.SPRING_AI, limit, outcome, quality),
				figure(contest, what, Contenders.REPOSITORY, TO_REPOSITORY, outcome, quality));
	}

	private static Figure compareAtEqualRecall(Contest contest, String what, List<Search> searches) throws Exception {
		List<ExactSearch.Truth> truths = contest.truths(searches);
		VectorContender library = contest.contenders().get(Contenders.LIBRARY);
		try (EqualRecall<SpringAiContender> equal = EqualRecall.find(Quality.of(library::search, truths), truths,
				(efSearch) -> SpringAiContender.iterating(contest.database(), SHAPE.dimensions(), efSearch))) {
			String name = "%s, iterating, ef_search %d".formatted(Contenders.SPRING_AI, equal.efSearch());
			Map<String, SearchFunction> subjects = new LinkedHashMap<>();
			subjects.put(Contenders.LIBRARY, library::search);
			subjects.put(name, equal.contender()::search);
			SearchComparison.Outcome outcome = new SearchComparison(subjects, searches).run(1, EQUAL_ROUNDS);
			return figure(contest, what, name, SEARCH_TO_SPRING_AI, outcome, Quality.of(subjects, truths));
		}
	}

	private static Figure figure(Contest contest, String what, String name, double limit,
			SearchComparison.Outcome outcome, Map<String, Quality> quality) {
		Ratios ratios = outcome.ratios(Contenders.LIBRARY, name, SearchBlock.Times::p50);
		return new Figure(contest.name("%s, p50, ratio to %s".formatted(what, name)), ratios.median(), limit,
				"%s; %s, %s; against %s, %s".formatted(ratios, outcome.describe(Contenders.LIBRARY),
						quality.get(Contenders.LIBRARY), outcome.describe(name), quality.get(name)));
	}

}
