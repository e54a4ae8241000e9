package io.rdsboot.benchmarks.vector;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.benchmarks.vector.contender.Contenders;
import io.rdsboot.benchmarks.vector.contender.Contest;
import io.rdsboot.benchmarks.vector.contender.VectorContender;
import io.rdsboot.benchmarks.vector.contender.VectorDatabase;
import io.rdsboot.benchmarks.vector.data.DataShape;
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
		TimedCalls.Outcome outcome = calls.run();
		boolean counted = theirs.equals(Contenders.SPRING_AI);
		return List.of(outcome.figure("add", theirs, ADD_TO_SPRING_AI),
				outcome.figure("add", Contenders.REPOSITORY, counted ? Double.POSITIVE_INFINITY : TO_REPOSITORY));
	}

	private static List<Figure> search(Contest contest) throws Exception {
		contest.index(List.of(Contenders.LIBRARY, Contenders.SPRING_AI));
		List<Search> all = contest.searches(QUERIES, LIMIT);
		List<Figure> figures = new ArrayList<>(compare(contest, "top 10", all));
		for (Selectivity selectivity : Selectivity.values()) {
			figures.addAll(compare(contest, "top 10 of a filter for %s".formatted(selectivity),
					all.stream()
						.map((search) -> new Search(search.query(), LIMIT, selectivity.of(search.query().cell())))
						.toList()));
		}
		return figures;
	}

	private static List<Figure> compare(Contest contest, String what, List<Search> searches) throws Exception {
		Map<String, SearchFunction> subjects = new LinkedHashMap<>();
		contest.contenders().all().forEach((name, contender) -> subjects.put(name, contender::search));
		Map<String, Quality> quality = Quality.of(subjects, contest.truths(searches));
		SearchComparison.Outcome outcome = new SearchComparison(subjects, searches).run(1, ROUNDS);
		List<Figure> figures = new ArrayList<>();
		Map.of(Contenders.SPRING_AI, SEARCH_TO_SPRING_AI, Contenders.REPOSITORY, TO_REPOSITORY)
			.forEach((name,
					limit) -> figures.add(new Figure(contest.name("%s, p50, ratio to %s".formatted(what, name)),
							outcome.ratios(Contenders.LIBRARY, name, SearchBlock.Times::p50).median(), limit,
							"%s; %s, %s; against %s, %s".formatted(
									outcome.ratios(Contenders.LIBRARY, name, SearchBlock.Times::p50),
									outcome.describe(Contenders.LIBRARY), of(quality, Contenders.LIBRARY),
									outcome.describe(name), of(quality, name)))));
		return figures;
	}

	private static Quality of(Map<String, Quality> quality, String name) {
		return Objects.requireNonNull(quality.get(name), () -> "nothing for " + name);
	}

}
