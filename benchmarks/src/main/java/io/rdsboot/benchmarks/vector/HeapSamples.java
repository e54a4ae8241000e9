package io.rdsboot.benchmarks.vector;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.List;

/**
 * What of the heap is in use at certain points of a program, after a collection of
 * garbage. Not thread-safe.
 */
final class HeapSamples {

	private final List<Long> used = new ArrayList<>();

	void sample() {
		System.gc();
		this.used.add(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
	}

	/**
	 * Returns the samples, in bytes.
	 */
	List<Long> used() {
		return List.copyOf(this.used);
	}

	/**
	 * Returns by how much the last sample exceeds the first, as a share of it.
	 */
	double growth() {
		long first = this.used.get(0);
		return (double) (this.used.get(this.used.size() - 1) - first) / first;
	}

	/**
	 * Returns the most that all parts of the heap held since the JVM started, garbage
	 * included, in bytes.
	 */
	static long peak() {
		return ManagementFactory.getMemoryPoolMXBeans()
			.stream()
			.filter((pool) -> pool.getType() == MemoryType.HEAP)
			.map(MemoryPoolMXBean::getPeakUsage)
			.mapToLong((usage) -> usage.getUsed())
			.sum();
	}

}
