package io.rdsboot.benchmarks.vector;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.vector.contender.Contenders;
import io.rdsboot.benchmarks.vector.contender.Contest;
import io.rdsboot.benchmarks.vector.contender.VectorContender;
import io.rdsboot.benchmarks.vector.data.Condition;
import io.rdsboot.benchmarks.vector.data.Query;
import io.rdsboot.benchmarks.vector.data.Search;
import io.rdsboot.benchmarks.vector.data.Selectivity;

/**
 * Searches for ten rows that fulfil a condition: one that rows near to the query fulfil,
 * and one that none of them does.
 */
final class FilterMeasurement implements Measurement {

	private static final int LIMIT = 10;

	private static final int QUERIES = 100;

	@Override
	public List<Figure> measure(Contest contest) throws Exception {
		contest.index();
		Map<String, VectorContender> contenders = new LinkedHashMap<>(contest.contenders().all());
		contenders.remove(Contenders.JDBC);
		List<Figure> figures = new ArrayList<>();
		for (Selectivity selectivity : Selectivity.values()) {
			figures.addAll(new Completeness(contest, "filter of %s, correlated".formatted(selectivity))
				.measure(searches(contest, (query) -> selectivity.of(query.cell())), contenders));
			figures.addAll(new Completeness(contest, "filter of %s, anti-correlated".formatted(selectivity))
				.measure(searches(contest, (query) -> selectivity.of(query.cell().elsewhere())), contenders));
		}
		return figures;
	}

	private static List<Search> searches(Contest contest, Function<Query, Condition> condition) {
		return contest.data()
			.queries(QUERIES)
			.stream()
			.map((query) -> new Search(query, LIMIT, condition.apply(query)))
			.toList();
	}

}
