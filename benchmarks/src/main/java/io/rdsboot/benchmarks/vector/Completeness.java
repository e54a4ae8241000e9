package io.rdsboot.benchmarks.vector;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.vector.contender.Contenders;
import io.rdsboot.benchmarks.vector.contender.Contest;
import io.rdsboot.benchmarks.vector.contender.VectorContender;
import io.rdsboot.benchmarks.vector.data.Quality;
import io.rdsboot.benchmarks.vector.data.Search;
import io.rdsboot.benchmarks.vector.data.SearchFunction;

/**
 * Whether searches find as many rows as there are, and the right ones. What the library
 * misses has a limit; what the others miss is told.
 *
 * @param contest who takes part
 * @param what is searched for
 */
record Completeness(Contest contest, String what) {

	/** Times are told here, not compared. */
	private static final int ROUNDS = 3;

	List<Figure> measure(List<Search> searches, Map<String, VectorContender> contenders) throws Exception {
		Map<String, SearchFunction> subjects = new LinkedHashMap<>();
		contenders.forEach((name, contender) -> subjects.put(name, contender::search));
		Map<String, Quality> quality = Quality.of(subjects, this.contest.truths(searches));
		SearchComparison.Outcome outcome = new SearchComparison(subjects, searches).run(1, ROUNDS);
		List<Figure> figures = new ArrayList<>();
		quality.forEach((name, found) -> {
			boolean own = name.startsWith(Contenders.LIBRARY);
			String remark = "%s; %s".formatted(found, outcome.describe(name));
			figures.add(new Figure(this.contest.name("%s, %s: rows missing".formatted(this.what, name)),
					found.missing(), own ? 0 : Double.POSITIVE_INFINITY, remark));
			if (own) {
				figures
					.add(new Figure(this.contest.name("%s, %s: share of neighbours missed".formatted(this.what, name)),
							1 - found.recall(), Targets.MISSED_NEIGHBOURS, remark));
			}
		});
		return figures;
	}

}
