package io.rdsboot.move.read;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import javax.sql.DataSource;

import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.LogProgress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much of the source's log the target has applied, as the slot of its subscription on
 * the source says ({@code confirmed_flush_lsn}): what was committed below that position
 * is visible on the target, because its apply worker confirms a transaction once the
 * commit is on the target's disk, which is later than it is visible. Holds for the
 * target's writer, not for its readers, and once the initial copy of all tables is
 * complete.
 *
 * <p>
 * A thread of its own polls the source over one connection, and only while somebody has
 * asked within the last ten seconds. Thread-safe.
 */
public final class TargetProgress implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(TargetProgress.class);

	private static final long NEEDED_NANOS = TimeUnit.SECONDS.toNanos(10);

	/**
	 * Whoever asks says so in memory that all threads share, but not each time.
	 */
	private static final long ASKED_STEP_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final SlotPoll poll;

	private final long pollNanos;

	private final LongSupplier nanoTime;

	private final SentPositions written = new SentPositions();

	private final SentPositions flushed = new SentPositions();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Condition needed = this.lock.newCondition();

	private final Thread thread;

	private volatile @Nullable LogProgress progress;

	private volatile long askedAt;

	private volatile boolean closed;

	private boolean failing;

	private TargetProgress(Builder builder) {
		this.nanoTime = builder.nanoTime;
		this.pollNanos = builder.pollInterval.toNanos();
		this.poll = new SlotPoll(builder.source, builder.slot, builder.statementTimeout);
		this.askedAt = this.nanoTime.getAsLong() - 2 * NEEDED_NANOS;
		this.thread = new Thread(this::run, "rds-move-progress");
		this.thread.setDaemon(true);
		this.thread.start();
	}

	/**
	 * Return a builder.
	 * @param source opens connections to the source's writer, by a login that may read
	 * {@code pg_replication_slots}
	 * @param slot name of the slot on the source that the target's subscription reads
	 * @return the builder
	 */
	public static Builder builder(DataSource source, String slot) {
		return new Builder(source, slot);
	}

	/**
	 * Return how far the target was when it was last known, and make sure that it is
	 * looked at. Never waits.
	 * @return the progress, which includes all commits on the source until its
	 * {@code caughtUpTo}, or {@code null} if nothing is known yet or the slot is gone
	 */
	public @Nullable LogProgress current() {
		long now = this.nanoTime.getAsLong();
		if (now - this.askedAt > ASKED_STEP_NANOS) {
			ask(now);
		}
		return this.progress;
	}

	private void ask(long now) {
		boolean idle = now - this.askedAt > NEEDED_NANOS;
		this.askedAt = now;
		if (idle) {
			this.lock.lock();
			try {
				this.needed.signal();
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	/**
	 * Return the time of the clock of this progress, in nanoseconds.
	 * @return the time
	 */
	public long now() {
		return this.nanoTime.getAsLong();
	}

	/**
	 * Return whether the target is known to have all that is in the source's log up to a
	 * position. Never waits.
	 * @param position a position in the source's log
	 * @return whether the target has it
	 */
	public boolean hasConfirmed(LogPosition position) {
		LogProgress current = current();
		return current != null && current.position().includes(position);
	}

	/**
	 * Wait until the target has all that is in the source's log up to a position.
	 * @param position a position in the source's log
	 * @param timeout the longest to wait
	 * @return whether the target has it
	 * @throws InterruptedException if the thread is interrupted meanwhile
	 */
	public boolean awaitConfirmed(LogPosition position, Duration timeout) throws InterruptedException {
		return await(() -> hasConfirmed(position), timeout);
	}

	/**
	 * Wait until the target has all that was committed on the source by a time.
	 * @param time a time of the clock of this progress
	 * @param timeout the longest to wait
	 * @return whether the target has it
	 * @throws InterruptedException if the thread is interrupted meanwhile
	 */
	public boolean awaitCommitsUntil(long time, Duration timeout) throws InterruptedException {
		return await(() -> {
			LogProgress current = current();
			return current != null && current.includesCommitsUntil(time);
		}, timeout);
	}

	private boolean await(BooleanSupplier reached, Duration timeout) throws InterruptedException {
		long left = timeout.toNanos();
		this.lock.lock();
		try {
			while (!reached.getAsBoolean()) {
				if (left <= 0 || this.closed) {
					return false;
				}
				// Asks again while it waits, so that the polls go on.
				long part = Math.min(left, ASKED_STEP_NANOS);
				left -= part - this.changed.awaitNanos(part);
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Another slot of the name may stand elsewhere.
	 */
	private void forget() {
		this.written.clear();
		this.flushed.clear();
	}

	private void run() {
		try {
			while (awaitNeed()) {
				look();
				TimeUnit.NANOSECONDS.sleep(this.pollNanos);
			}
		}
		catch (InterruptedException ex) {
			logger.debug("The progress of the target is not looked at any more", ex);
		}
		finally {
			this.poll.close();
		}
	}

	private boolean awaitNeed() throws InterruptedException {
		this.lock.lock();
		try {
			while (!this.closed && this.nanoTime.getAsLong() - this.askedAt > NEEDED_NANOS) {
				// The connection may be one that keeps a paused source awake.
				this.poll.close();
				forget();
				this.needed.await(NEEDED_NANOS, TimeUnit.NANOSECONDS);
			}
			return !this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void look() {
		try {
			long asked = this.nanoTime.getAsLong();
			SlotPoll.Answer answer = this.poll.ask();
			if (answer == null) {
				forget();
			}
			publish((answer != null) ? progress(answer, asked) : null);
			this.failing = false;
		}
		catch (SQLException | RuntimeException ex) {
			this.poll.close();
			if (!this.failing && !this.closed) {
				logger.warn("How far the target of the move is cannot be asked of the source; reads of sessions that "
						+ "need to know stay at the source: {}", ex.getMessage());
			}
			this.failing = true;
		}
	}

	private LogProgress progress(SlotPoll.Answer answer, long asked) {
		LogPosition confirmed = answer.confirmed();
		Long reached = later(this.written.confirm(answer.written(), asked, confirmed),
				this.flushed.confirm(answer.flushed(), asked - answer.delayNanos(), confirmed));
		return (reached != null)
				? new LogProgress(confirmed, asked, reached, Duration.ofNanos(Math.max(0, asked - reached)))
				: new LogProgress(confirmed, asked, 0, null);
	}

	private static @Nullable Long later(@Nullable Long one, @Nullable Long other) {
		if (one == null || other == null) {
			return (one != null) ? one : other;
		}
		return (one - other > 0) ? one : other;
	}

	private void publish(@Nullable LogProgress progress) {
		this.lock.lock();
		try {
			this.progress = progress;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * End the polls. Ends at once, a poll in flight at its time-out.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.thread.interrupt();
		publish(this.progress);
	}

	/**
	 * Builder of {@link TargetProgress}. Defaults: a poll each 100 milliseconds, which
	 * takes two seconds at most.
	 */
	public static final class Builder {

		private final DataSource source;

		private final String slot;

		private Duration pollInterval = Duration.ofMillis(100);

		private Duration statementTimeout = Duration.ofSeconds(2);

		private LongSupplier nanoTime = System::nanoTime;

		private Builder(DataSource source, String slot) {
			this.source = Objects.requireNonNull(source, "source must not be null");
			if (slot.isBlank()) {
				throw new IllegalArgumentException("name of the replication slot must not be blank");
			}
			this.slot = slot;
		}

		/**
		 * Set the pause between two polls.
		 * @param pollInterval at least a millisecond
		 * @return this builder
		 */
		public Builder pollInterval(Duration pollInterval) {
			this.pollInterval = positive("poll interval", pollInterval);
			return this;
		}

		/**
		 * Set the longest that a poll may take.
		 * @param statementTimeout at least a millisecond
		 * @return this builder
		 */
		public Builder statementTimeout(Duration statementTimeout) {
			this.statementTimeout = positive("statement timeout", statementTimeout);
			return this;
		}

		/**
		 * Set the clock that the sessions of the source's data source are stamped with.
		 * @param nanoTime the time in nanoseconds
		 * @return this builder
		 */
		public Builder nanoTime(LongSupplier nanoTime) {
			this.nanoTime = nanoTime;
			return this;
		}

		private static Duration positive(String name, Duration value) {
			if (value.compareTo(Duration.ofMillis(1)) < 0) {
				throw new IllegalArgumentException(
						"%s of the target's progress must be at least 1 ms, but is %s".formatted(name, value));
			}
			return value;
		}

		/**
		 * Create it. The first poll is made once somebody asks.
		 * @return the progress
		 */
		public TargetProgress build() {
			return new TargetProgress(this);
		}

	}

}
