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
 * Compares a transaction on one data source with the same one on another, in rounds of
 * one block each, in an order that changes by chance. A second data source like the
 * reference is a control: its ratio to the first would be 1 on a machine without noise.
 * Not thread-safe.
 */
final class Comparison {

	private static final double P99_LIMIT = 1.5;

	private final Map<Subject, SmallTransaction> transactions;

	private final double p50Limit;

	private final List<Subject> order = new ArrayList<>(List.of(Subject.values()));

	/** The same order in every run. */
	private final Random random = new Random(1);

	/**
	 * Creates a comparison.
	 * @param transactions the transaction on each of the subjects
	 * @param p50Limit the target of the ratio of the p50
	 * @throws IllegalStateException if they do not find the same server
	 */
	Comparison(Map<Subject, SmallTransaction> transactions, double p50Limit) {
		this.transactions = new EnumMap<>(transactions);
		this.p50Limit = p50Limit;
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
			Histogram reference = of(times, Subject.REFERENCE);
			times.forEach((subject, measured) -> {
				add(p50, subject, measured, reference, 50);
				add(p99, subject, measured, reference, 99);
			});
		}
		return List.of(figure(name + ", p50", p50, this.p50Limit), figure(name + ", p99", p99, P99_LIMIT));
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
		Ratios measured = of(ratios, Subject.MEASURED);
		return new Figure(name, measured.median(), limit,
				"%s, control %s".formatted(measured, of(ratios, Subject.CONTROL)));
	}

	private static <T> T of(Map<Subject, T> map, Subject subject) {
		return Objects.requireNonNull(map.get(subject), () -> "nothing for " + subject);
	}

	/**
	 * What is compared.
	 */
	enum Subject {

		/** What the others are compared with. */
		REFERENCE,

		/** What is to be measured. */
		MEASURED,

		/** The same as the reference once more. */
		CONTROL

	}

}
