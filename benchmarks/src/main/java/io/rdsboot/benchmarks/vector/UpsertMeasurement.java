package io.rdsboot.benchmarks.vector;

import java.util.List;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.vector.contender.Batches;
import io.rdsboot.benchmarks.vector.contender.Contenders;
import io.rdsboot.benchmarks.vector.contender.Contest;
import io.rdsboot.benchmarks.vector.data.Row;

/**
 * Writes all rows in batches into a table that has half of them. There is no index of
 * vectors, which would take most of the time on every side.
 */
final class UpsertMeasurement implements Measurement {

	private static final int BATCH_SIZE = 1000;

	@Override
	public List<Figure> measure(Contest contest) throws Exception {
		List<List<Row>> batches = Batches.of(contest.rows(), BATCH_SIZE);
		List<Row> everySecond = contest.rows().stream().filter((row) -> row.number() % 2 == 0).toList();
		TimedCalls calls = new TimedCalls(contest);
		contest.contenders()
			.alike()
			.forEach((name, contender) -> calls.add(name, contender.table(), contender.load(everySecond),
					contender.upsert(batches)));
		TimedCalls.Outcome outcome = calls.run();
		return List.of(outcome.figure("upsert", Contenders.SPRING_AI, Targets.UPSERT_TO_SPRING_AI),
				outcome.figure("upsert", Contenders.SPRING_AI_BEST, Double.POSITIVE_INFINITY),
				outcome.figure("upsert", Contenders.LANG_CHAIN, Double.POSITIVE_INFINITY),
				outcome.figure("upsert", Contenders.LANG_CHAIN_BEST, Targets.UPSERT_TO_LANG_CHAIN_BEST),
				outcome.figure("upsert", Contenders.JDBC, Double.POSITIVE_INFINITY));
	}

}
