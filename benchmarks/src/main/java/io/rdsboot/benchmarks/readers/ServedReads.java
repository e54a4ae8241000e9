package io.rdsboot.benchmarks.readers;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.routing.selection.RoutingListener;

/**
 * Remembers which instance served each read, and when. Thread-safe.
 */
final class ServedReads implements RoutingListener {

	private final Queue<Served> reads = new ConcurrentLinkedQueue<>();

	@Override
	public void routed(RoutingDecision decision) {
		boolean byReader = decision.reason().role() == InstanceRole.READER;
		this.reads.add(new Served(decision.instance().name(), byReader, System.nanoTime()));
	}

	/**
	 * Returns when an instance served its first read, or empty if it has not.
	 */
	OptionalLong firstOf(String instance) {
		return this.reads.stream()
			.filter((read) -> read.instance().equals(instance))
			.mapToLong(Served::time)
			.findFirst();
	}

	/**
	 * Returns how many reads each reader served within a time.
	 */
	Shares within(long start, Duration time) {
		Map<String, Long> counts = this.reads.stream()
			.filter((read) -> read.byReader() && read.time() - start >= 0 && read.time() - start < time.toNanos())
			.collect(Collectors.groupingBy(Served::instance, TreeMap::new, Collectors.counting()));
		return new Shares(counts);
	}

	/**
	 * Returns how many reads the writer had to serve.
	 */
	long byWriter() {
		return this.reads.stream().filter((read) -> !read.byReader()).count();
	}

	private record Served(String instance, boolean byReader, long time) {

	}

}
