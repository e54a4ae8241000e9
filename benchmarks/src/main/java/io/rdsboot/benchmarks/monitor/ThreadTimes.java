package io.rdsboot.benchmarks.monitor;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Processor time that some threads have used until a moment. Immutable.
 *
 * @param nanos the time of each thread, by its name
 */
record ThreadTimes(Map<String, Long> nanos) {

	ThreadTimes {
		nanos = Map.copyOf(nanos);
	}

	/**
	 * Takes the times of the live threads whose names fulfil a condition. Threads of the
	 * same name count together.
	 */
	static ThreadTimes now(Predicate<String> name) {
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		Map<String, Long> nanos = new TreeMap<>();
		for (long id : threads.getAllThreadIds()) {
			ThreadInfo thread = threads.getThreadInfo(id);
			long used = threads.getThreadCpuTime(id);
			if (thread != null && used >= 0 && name.test(thread.getThreadName())) {
				nanos.merge(thread.getThreadName(), used, Long::sum);
			}
		}
		return new ThreadTimes(nanos);
	}

	/**
	 * Returns what the threads have used since an earlier moment, as a share of one core.
	 * @throws IllegalStateException if there are none, or others than there were
	 */
	double shareSince(ThreadTimes earlier, Duration time) {
		if (this.nanos.isEmpty() || !this.nanos.keySet().equals(earlier.nanos.keySet())) {
			throw new IllegalStateException(
					"The threads were %s, and are %s".formatted(earlier.nanos.keySet(), this.nanos.keySet()));
		}
		return (double) (total() - earlier.total()) / time.toNanos();
	}

	private long total() {
		return this.nanos.values().stream().mapToLong(Long::longValue).sum();
	}

}
