package io.rdsboot.benchmarks.bluegreen;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.rdsboot.benchmarks.bluegreen.PairCall.Outcome;
import io.rdsboot.benchmarks.bluegreen.PairCall.Row;

/**
 * What a service under load saw of a switchover, and what it left behind. Immutable.
 *
 * @param closed nanoseconds from when no server took new writes
 * @param opened nanoseconds from when a server took new writes again
 * @param calls every call of the load
 * @param present how often each row is in the database that is green's
 * @param left the rows in the database that was blue's
 */
record SwitchoverOutcome(long closed, long opened, List<PairCall> calls, Map<Row, Long> present, List<Row> left) {

	private static final double SECOND = Duration.ofSeconds(1).toNanos();

	SwitchoverOutcome {
		calls = List.copyOf(calls);
		present = Map.copyOf(present);
		left = List.copyOf(left);
	}

	/**
	 * Returns for each thread by how much its writes paused longer than all servers did:
	 * from the end of the last one that blue wrote to that of the first one that green
	 * wrote. Infinite for a thread that wrote no more.
	 */
	List<Double> pausesBeyond() {
		Map<Integer, List<PairCall>> written = this.calls.stream()
			.filter(PairCall::isWritten)
			.collect(Collectors.groupingBy(PairCall::thread, TreeMap::new, Collectors.toList()));
		return written.values().stream().map(this::pauseBeyond).toList();
	}

	private double pauseBeyond(List<PairCall> written) {
		long before = written.stream()
			.mapToLong(PairCall::end)
			.filter((end) -> end - this.opened < 0)
			.max()
			.orElseThrow();
		return written.stream()
			.mapToLong(PairCall::end)
			.filter((end) -> end - this.opened >= 0)
			.min()
			.stream()
			.mapToDouble((after) -> (after - before - (this.opened - this.closed)) / SECOND)
			.findFirst()
			.orElse(Double.POSITIVE_INFINITY);
	}

	/**
	 * Returns the longest read, in seconds.
	 */
	double longestRead() {
		return this.calls.stream()
			.filter((call) -> !call.write())
			.mapToLong((call) -> call.end() - call.start())
			.max()
			.orElse(0) / SECOND;
	}

	long failures() {
		return this.calls.stream().filter(PairCall::isFailed).count();
	}

	/**
	 * Returns how many calls of one thread failed, of the thread with the most.
	 */
	long mostFailuresOfAThread() {
		return this.calls.stream()
			.filter(PairCall::isFailed)
			.collect(Collectors.groupingBy(PairCall::thread, Collectors.counting()))
			.values()
			.stream()
			.mapToLong(Long::longValue)
			.max()
			.orElse(0);
	}

	/**
	 * Returns how many rows are not there although their commit returned.
	 */
	long lost() {
		return this.calls.stream()
			.filter(PairCall::isWritten)
			.filter((call) -> !this.present.containsKey(call.row()))
			.count();
	}

	/**
	 * Returns how many rows are there more than once.
	 */
	long doubled() {
		return this.present.values().stream().filter((times) -> times > 1).count();
	}

	/**
	 * Returns how many rows were written on blue after green had received everything.
	 */
	long writtenBehindTheFence() {
		return this.left.stream().filter((row) -> !this.present.containsKey(row)).count();
	}

	/**
	 * Returns how many reads did not find what the same session had written.
	 */
	long stale() {
		return this.calls.stream().filter((call) -> call.outcome() == Outcome.STALE).count();
	}

	@Override
	public String toString() {
		Map<String, Long> failures = this.calls.stream()
			.flatMap((call) -> Stream.ofNullable(call.failure()))
			.collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
		return "%d calls, closed for %.3f s, writes paused longer by %.3f s at most, longest read %.3f s, failed %s, lost %d, doubled %d, behind the fence %d, stale %d"
			.formatted(this.calls.size(), (this.opened - this.closed) / SECOND,
					pausesBeyond().stream().mapToDouble(Double::doubleValue).max().orElse(0), longestRead(), failures,
					lost(), doubled(), writtenBehindTheFence(), stale());
	}

}
