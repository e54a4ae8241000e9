package io.rdsboot.benchmarks.transactions;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Ratios;
import org.HdrHistogram.Histogram;

/**
 * Compares a transaction through the routing data source with the same one on bare
 * HikariCP, in rounds of one block each, in an order that changes by chance. A second
 * bare pool is a control: its ratio to the first would be 1 on a machine without noise.
 * Not thread-safe.
 */
final class Comparison {

	private static final double P50_LIMIT = 1.05;

	private static final double P99_LIMIT = 1.5;

	private final Map<Subject, SmallTransaction> transactions;

	private final List<Subject> order = new ArrayList<>(List.of(Subject.values()));

	/** The same order in every run. */
	private final Random random = new Random(1);

	/**
	 * Creates a comparison.
	 * @param transactions the transaction on each of the subjects
	 * @throws IllegalStateException if they do not find the same server
	 */
	Comparison(Map<Subject, SmallTransaction> transactions) {
		this.transactions = new EnumMap<>(transactions);
		requireSameServer();
	}

	private void requireSameServer() {
		Map<Subject, Integer> ports = new EnumMap<>(Subject.class);
		this.transactions.forEach((subject, transaction) -> ports.put(subject, transaction.serverPort()));
		if (Set.copyOf(ports.values()).size() > 1) {
			throw new IllegalStateException("Different servers cannot be compared; these ports answered: " + ports);
		}
	}

	/**
	 * Measures.
	 * @param name of the figures
	 * @param rounds how often each subject has its turn
	 * @param block how one turn looks
	 * @return p50 and p99, medians of their ratios over the rounds
	 */
	List<Figure> measure(String name, int rounds, TransactionBlock block)
			throws InterruptedException, ExecutionException {
		Map<Subject, Ratios> p50 = new EnumMap<>(Subject.class);
		Map<Subject, Ratios> p99 = new EnumMap<>(Subject.class);
		for (int round = 0; round < rounds; round++) {
			Map<Subject, Histogram> times = round(block);
			Histogram reference = of(times, Subject.BARE);
			times.forEach((subject, measured) -> {
				add(p50, subject, measured, reference, 50);
				add(p99, subject, measured, reference, 99);
			});
		}
		return List.of(figure(name + ", p50", p50, P50_LIMIT), figure(name + ", p99", p99, P99_LIMIT));
	}

	private Map<Subject, Histogram> round(TransactionBlock block) throws InterruptedException, ExecutionException {
		Collections.shuffle(this.order, this.random);
		Map<Subject, Histogram> times = new EnumMap<>(Subject.class);
		for (Subject subject : this.order) {
			times.put(subject, block.run(of(this.transactions, subject)));
		}
		return times;
	}

	private static void add(Map<Subject, Ratios> ratios, Subject subject, Histogram measured, Histogram reference,
			double percentile) {
		ratios.computeIfAbsent(subject, (first) -> new Ratios())
			.add(measured.getValueAtPercentile(percentile), reference.getValueAtPercentile(percentile));
	}

	private static Figure figure(String name, Map<Subject, Ratios> ratios, double limit) {
		Ratios routing = of(ratios, Subject.ROUTING);
		return new Figure(name, routing.median(), limit,
				"%s, control %s".formatted(routing, of(ratios, Subject.CONTROL)));
	}

	private static <T> T of(Map<Subject, T> map, Subject subject) {
		return Objects.requireNonNull(map.get(subject), () -> "nothing for " + subject);
	}

	/**
	 * What is compared.
	 */
	enum Subject {

		/** HikariCP alone, which the others are compared with. */
		BARE,

		/** The routing data source. */
		ROUTING,

		/** HikariCP alone once more. */
		CONTROL

	}

}
