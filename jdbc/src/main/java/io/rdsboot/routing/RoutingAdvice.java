package io.rdsboot.routing;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.routing.selection.RoutingListener;
import io.rdsboot.routing.selection.RoutingReason;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log line for a service whose readers stand idle for a reason that may be a mistake:
 * nearly all of its read-only transactions are served by the writer, although there are
 * readers, or nearly all of its reads are no transactions. Looks at one window of time
 * after the other, and says the same not more than once a day. Thread-safe.
 *
 * <p>
 * Silent in a window with few reads, so that a test or a short run is told nothing, and
 * in a cluster without readers.
 */
@API(status = API.Status.INTERNAL)
public final class RoutingAdvice implements RoutingListener {

	private static final Logger logger = LoggerFactory.getLogger(RoutingAdvice.class);

	static final Duration WINDOW = Duration.ofMinutes(10);

	static final Duration SILENCE = Duration.ofDays(1);

	/**
	 * Fewest reads in a window that say anything.
	 */
	static final long ENOUGH = 1000;

	private final LongSupplier nanoTime;

	private final BooleanSupplier readers;

	private final Map<RoutingReason, LongAdder> counts = new EnumMap<>(RoutingReason.class);

	private final AtomicLong windowBegin;

	private final AtomicReference<@Nullable Said> said = new AtomicReference<>();

	/**
	 * Create advice, whose first window begins now.
	 * @param nanoTime the clock, in nanoseconds
	 * @param readers whether the cluster has readers now
	 */
	public RoutingAdvice(LongSupplier nanoTime, BooleanSupplier readers) {
		this.nanoTime = nanoTime;
		this.readers = readers;
		this.windowBegin = new AtomicLong(nanoTime.getAsLong());
		for (RoutingReason reason : RoutingReason.values()) {
			this.counts.put(reason, new LongAdder());
		}
	}

	@Override
	public void routed(RoutingDecision decision) {
		count(decision.reason()).increment();
		long now = this.nanoTime.getAsLong();
		long begin = this.windowBegin.get();
		if (now - begin >= WINDOW.toNanos() && this.windowBegin.compareAndSet(begin, now)) {
			endWindow(Duration.ofNanos(now - begin), now);
		}
	}

	private void endWindow(Duration window, long now) {
		long lag = taken(RoutingReason.READER_LAG);
		long ownWrites = taken(RoutingReason.READ_YOUR_WRITES);
		long reads = takenByReaders() + taken(RoutingReason.READER_FALLBACK) + lag + ownWrites;
		long outside = taken(RoutingReason.READ_OUTSIDE_TRANSACTION);
		long others = taken(RoutingReason.WRITE) + taken(RoutingReason.INFRASTRUCTURE)
				+ taken(RoutingReason.READ_FROM_WRITER) + taken(RoutingReason.SERIALIZABLE);
		if (reads + outside < ENOUGH) {
			return;
		}
		if (isNearlyAll(outside, reads + outside)) {
			// Of a service that hardly reads, readers could take nothing.
			if (outside >= reads + others && this.readers.getAsBoolean()) {
				say(RoutingReason.READ_OUTSIDE_TRANSACTION, outside, reads + outside, window, now);
			}
		}
		else if (reads < ENOUGH) {
			return;
		}
		else if (isNearlyAll(lag, reads)) {
			say(RoutingReason.READER_LAG, lag, reads, window, now);
		}
		else if (isNearlyAll(ownWrites, reads)) {
			say(RoutingReason.READ_YOUR_WRITES, ownWrites, reads, window, now);
		}
		else {
			this.said.set(null);
		}
	}

	private long takenByReaders() {
		long taken = 0;
		for (RoutingReason reason : RoutingReason.values()) {
			if (reason.role() == InstanceRole.READER) {
				taken += taken(reason);
			}
		}
		return taken;
	}

	private long taken(RoutingReason reason) {
		return count(reason).sumThenReset();
	}

	private LongAdder count(RoutingReason reason) {
		return Objects.requireNonNull(this.counts.get(reason));
	}

	private static boolean isNearlyAll(long some, long all) {
		return some * 10 >= all * 9;
	}

	private void say(RoutingReason reason, long served, long reads, Duration window, long now) {
		Said last = this.said.get();
		if (last != null && last.reason() == reason && now - last.time() < SILENCE.toNanos()) {
			return;
		}
		this.said.set(new Said(reason, now));
		if (reason == RoutingReason.READER_LAG) {
			logger
				.warn("The writer served {} of {} read-only transactions of the last {} minutes, because no reader was "
						+ "within the maximum lag. Raise rds.routing.max-lag above the lag that the readers usually have "
						+ "(meter rds.instance.lag), or find out why they are behind", served, reads,
						window.toMinutes());
		}
		else if (reason == RoutingReason.READ_OUTSIDE_TRANSACTION) {
			logger.info("The writer served {} of {} reads of the last {} minutes, because they are no transactions: a "
					+ "statement by itself goes to the writer, as it may write. Where it only reads, "
					+ "@Transactional(readOnly = true) on the method that reads, or a ReadOnlyDataSource, takes it to "
					+ "the readers", served, reads, window.toMinutes());
		}
		else {
			logger
				.info("The writer served {} of {} read-only transactions of the last {} minutes, because their sessions "
						+ "had written shortly before and no reader had caught up. If a library writes that keeps its own "
						+ "state, name it in rds.routing.infrastructure; if these reads may miss the writes, say so by "
						+ "@ReadConsistency or rds.routing.consistency", served, reads, window.toMinutes());
		}
	}

	/**
	 * What was said last.
	 *
	 * @param reason why the writer served
	 * @param time when it was said
	 */
	private record Said(RoutingReason reason, long time) {

	}

}
