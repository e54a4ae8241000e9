package io.rdsboot.benchmarks.switchover;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.rdsboot.benchmarks.switchover.PairCall.Outcome;
import io.rdsboot.benchmarks.switchover.PairCall.Row;

/**
 * What a service under load saw of a switchover, and what it left behind. Immutable.
 *
 * @param closed nanoseconds from when no server took new writes
 * @param opened nanoseconds from when a server took new writes again
 * @param calls every call of the load
 * @param present how often each row is in the database that is written to now
 * @param left the rows on the server that was written to before
 */
public record SwitchoverOutcome(long closed, long opened, List<PairCall> calls, Map<Row, Long> present,
		List<Row> left) {

	private static final double SECOND = Duration.ofSeconds(1).toNanos();

	public SwitchoverOutcome {
		calls = List.copyOf(calls);
		present = Map.copyOf(present);
		left = List.copyOf(left);
	}

	/**
	 * Returns for each thread by how much its writes paused longer than all servers did:
	 * from the end of the last one that the former writer took to that of the first one
	 * that the new writer took. Infinite for a thread that wrote no more.
	 */
	public List<Double> pausesBeyond() {
		Map<Integer, List<PairCall>> written = this.calls.stream()
			.filter(PairCall::isWritten)
			.collect(Collectors.groupingBy(PairCall::thread, TreeMap::new, Collectors.toList()));
		return written.values().stream().map(this::pauseBeyond).toList();
	}

	/**
	 * Both times are some milliseconds inexact, so that what ended in the first half of
	 * the servers' pause was taken before it, and the rest after it.
	 */
	private double pauseBeyond(List<PairCall> written) {
		long middle = this.closed + (this.opened - this.closed) / 2;
		long before = written.stream().mapToLong(PairCall::end).filter((end) -> end - middle < 0).max().orElseThrow();
		return written.stream()
			.mapToLong(PairCall::end)
			.filter((end) -> end - middle >= 0)
			.min()
			.stream()
			.mapToDouble((after) -> (after - before - (this.opened - this.closed)) / SECOND)
			.findFirst()
			.orElse(Double.POSITIVE_INFINITY);
	}

	/**
	 * Returns the longest read, in seconds.
	 */
	public double longestRead() {
		return this.calls.stream()
			.filter((call) -> !call.write())
			.mapToLong((call) -> call.end() - call.start())
			.max()
			.orElse(0) / SECOND;
	}

	public long failures() {
		return this.calls.stream().filter(PairCall::isFailed).count();
	}

	/**
	 * Returns how many calls of one thread failed, of the thread with the most.
	 */
	public long mostFailuresOfAThread() {
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
	public long lost() {
		return this.calls.stream()
			.filter(PairCall::isWritten)
			.filter((call) -> !this.present.containsKey(call.row()))
			.count();
	}

	/**
	 * Returns how many rows are there more than once.
	 */
	public long doubled() {
		return this.present.values().stream().filter((times) -> times > 1).count();
	}

	/**
	 * Returns how many rows the former writer took after the new one had received
	 * everything.
	 */
	public long writtenBehindTheFence() {
		return this.left.stream().filter((row) -> !this.present.containsKey(row)).count();
	}

	/**
	 * Returns how many reads did not find what the same session had written.
	 */
	public long stale() {
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
