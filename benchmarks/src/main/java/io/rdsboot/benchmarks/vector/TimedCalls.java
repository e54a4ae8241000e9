package io.rdsboot.benchmarks.vector;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Ratios;
import io.rdsboot.benchmarks.vector.contender.Contenders;
import io.rdsboot.benchmarks.vector.contender.Contest;
import io.rdsboot.benchmarks.vector.contender.StoredTable;
import io.rdsboot.benchmarks.vector.contender.VectorContender;

/**
 * Calls that write the same rows, each into a table of its own, measured by turns. Not
 * thread-safe.
 */
final class TimedCalls {

	/**
	 * Name of the {@code COPY} whose bytes were made before: what the server alone takes
	 * for the rows, and the least that any way of writing them can.
	 */
	static final String BARE_COPY = "COPY of bytes made before";

	private static final int WARM_UP_ROUNDS = 3;

	private static final int ROUNDS = 5;

	private final Contest contest;

	private final Map<String, Subject> subjects = new LinkedHashMap<>();

	private final Turns turns = new Turns();

	TimedCalls(Contest contest) {
		this.contest = contest;
	}

	/**
	 * Adds a call.
	 * @param name of who makes it
	 * @param table that it writes into
	 * @param before what the table is given before each call, which is not measured
	 * @param call the call, after which the table holds all of the rows
	 */
	void add(String name, StoredTable table, VectorContender.Call before, VectorContender.Call call) {
		this.subjects.put(name, new Subject(table, before, call));
	}

	Outcome run() throws Exception {
		this.turns.take(this.subjects.keySet(), WARM_UP_ROUNDS, this::time);
		return new Outcome(this.contest, this.turns.take(this.subjects.keySet(), ROUNDS, this::time));
	}

	private long time(String name) throws Exception {
		Subject subject = Objects.requireNonNull(this.subjects.get(name));
		subject.table().empty(this.contest.database());
		subject.before().run();
		// Neither of the two shall fall into the time of whose turn it happens to be.
		this.contest.database().execute("CHECKPOINT");
		System.gc();
		long start = System.nanoTime();
		subject.call().run();
		long time = System.nanoTime() - start;
		long rows = subject.table().count(this.contest.database());
		if (rows != this.contest.rows().size()) {
			throw new IllegalStateException(
					"%s has written %d rows of %d".formatted(name, rows, this.contest.rows().size()));
		}
		return time;
	}

	private record Subject(StoredTable table, VectorContender.Call before, VectorContender.Call call) {

	}

	/**
	 * Times of all calls.
	 *
	 * @param contest what was written
	 * @param rounds nanoseconds by name, for each round
	 */
	record Outcome(Contest contest, List<Map<String, Long>> rounds) {

		/**
		 * Compares the library with another.
		 * @param what was measured
		 * @param reference the other's name
		 * @param limit most that the library's time may be as a share of the other's
		 */
		Figure figure(String what, String reference, double limit) {
			Ratios ratios = ratios(Contenders.LIBRARY, reference);
			boolean floored = !reference.equals(BARE_COPY) && this.rounds.get(0).containsKey(BARE_COPY);
			return new Figure(this.contest.name("%s, time, ratio to %s".formatted(what, reference)), ratios.median(),
					limit, "%s; rows a second: %s, %s".formatted(ratios, speed(Contenders.LIBRARY), speed(reference))
							+ (floored ? "; %s: %s".formatted(BARE_COPY, ratios(BARE_COPY, reference)) : ""));
		}

		private Ratios ratios(String measured, String reference) {
			Ratios ratios = new Ratios();
			this.rounds.forEach((round) -> ratios.add(of(round, measured), of(round, reference)));
			return ratios;
		}

		private String speed(String name) {
			double nanos = this.rounds.stream()
				.mapToLong((round) -> of(round, name))
				.sorted()
				.skip(ROUNDS / 2)
				.findFirst()
				.orElseThrow();
			return String.format(Locale.ROOT, "%,.0f", this.contest.rows().size() * 1e9 / nanos);
		}

		private static long of(Map<String, Long> round, String name) {
			return Objects.requireNonNull(round.get(name), () -> "nothing for " + name);
		}

	}

}
