package io.rdsboot.benchmarks.failover;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a service under load saw of a failover. All times are seconds; one that did not
 * come while it was observed is infinite. Immutable.
 *
 * @param struck nanoseconds when the fault began
 * @param lost nanoseconds when it was certain that the former writer takes no write
 * @param promoted nanoseconds when the promotion had ended
 * @param calls every call of the load
 */
record Outage(long struck, long lost, long promoted, List<WriteCall> calls) {

	private static final double SECOND = Duration.ofSeconds(1).toNanos();

	Outage {
		calls = List.copyOf(calls);
	}

	/**
	 * Returns the time from the promotion's end to the first row that any thread wrote.
	 */
	double firstWrite() {
		return firstWriteOfEach().values().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
	}

	/**
	 * Returns the time from the promotion's end until the last thread had written a row.
	 */
	double lastThread() {
		return firstWriteOfEach().values().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
	}

	private Map<Integer, Double> firstWriteOfEach() {
		return this.calls.stream()
			.collect(Collectors.toMap(WriteCall::thread, this::writtenAfterPromotion, Math::min, TreeMap::new));
	}

	/**
	 * A call that began before the writer was lost, and ended before the promotion did,
	 * was written by the former writer.
	 */
	private double writtenAfterPromotion(WriteCall call) {
		boolean byNewWriter = call.start() - this.lost > 0 || call.end() - this.promoted >= 0;
		return (call.isWritten() && byNewWriter) ? (call.end() - this.promoted) / SECOND : Double.POSITIVE_INFINITY;
	}

	/**
	 * Returns the longest that a thread was blocked in one call. One that never ended
	 * counts as long as it was observed.
	 */
	double longestCall() {
		return sinceStruck().mapToLong(WriteCall::nanos).max().orElse(0) / SECOND;
	}

	/**
	 * Returns how many calls of one thread failed, of the thread with the most.
	 */
	long mostFailuresOfAThread() {
		return most(WriteCall::isFailed, WriteCall::thread);
	}

	/**
	 * Returns how many calls failed.
	 */
	long failures() {
		return sinceStruck().filter(WriteCall::isFailed).count();
	}

	/**
	 * Returns how often one connection was refused to write because its server is a
	 * reader, of the connection with the most.
	 */
	long mostReadOnlyRefusalsOfAConnection() {
		return most(WriteCall::isRefusedAsReadOnly, WriteCall::connection);
	}

	/**
	 * Returns how many calls were refused because the server is a reader, of those that
	 * began later than a time after the promotion.
	 */
	long readOnlyRefusalsAfter(Duration time) {
		return this.calls.stream()
			.filter(WriteCall::isRefusedAsReadOnly)
			.filter((call) -> call.start() - this.promoted > time.toNanos())
			.count();
	}

	private long most(Predicate<WriteCall> condition, Function<WriteCall, Integer> group) {
		return sinceStruck().filter(condition)
			.collect(Collectors.groupingBy(group, Collectors.counting()))
			.values()
			.stream()
			.mapToLong(Long::longValue)
			.max()
			.orElse(0);
	}

	private Stream<WriteCall> sinceStruck() {
		return this.calls.stream().filter((call) -> call.end() - this.struck > 0);
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT,
				"first write %.3f s after the promotion, last thread %.3f s, longest call %.3f s, %d errors %s",
				firstWrite(), lastThread(), longestCall(), failures(), failuresByState());
	}

	private Map<String, Long> failuresByState() {
		return sinceStruck().filter(WriteCall::isFailed)
			.collect(Collectors.groupingBy((call) -> Objects.requireNonNullElse(call.state(), "none"), TreeMap::new,
					Collectors.counting()));
	}

}
