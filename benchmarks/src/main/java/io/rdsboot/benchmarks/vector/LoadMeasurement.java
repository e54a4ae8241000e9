package io.rdsboot.benchmarks.vector;

import java.util.List;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.vector.contender.Contenders;
import io.rdsboot.benchmarks.vector.contender.Contest;
import io.rdsboot.benchmarks.vector.contender.PreparedCopy;
import io.rdsboot.benchmarks.vector.contender.VectorContender;

/**
 * Writes all rows into an empty table without indexes, by the call that is made for many.
 */
final class LoadMeasurement implements Measurement {

	@Override
	public List<Figure> measure(Contest contest) throws Exception {
		Targets targets = Targets.of(contest.data().shape());
		TimedCalls calls = new TimedCalls(contest);
		contest.contenders().alike().forEach((name, contender) -> calls.add(name, contender.table(), () -> {
		}, contender.load(contest.rows())));
		VectorContender jdbc = contest.contenders().get(Contenders.JDBC);
		try (PreparedCopy copy = new PreparedCopy(contest.database(), jdbc.table(), contest.rows())) {
			calls.add(TimedCalls.BARE_COPY, jdbc.table(), () -> {
			}, copy);
			TimedCalls.Outcome outcome = calls.run();
			return List.of(outcome.figure("load", TimedCalls.BARE_COPY, Targets.LOAD_TO_COPY),
					outcome.figure("load", Contenders.SPRING_AI, targets.loadToSpringAi()),
					outcome.figure("load", Contenders.SPRING_AI_BEST, Double.POSITIVE_INFINITY),
					outcome.figure("load", Contenders.LANG_CHAIN, targets.loadToLangChain()),
					outcome.figure("load", Contenders.LANG_CHAIN_BEST, Double.POSITIVE_INFINITY),
					outcome.figure("load", Contenders.JDBC, Double.POSITIVE_INFINITY));
		}
	}

}
