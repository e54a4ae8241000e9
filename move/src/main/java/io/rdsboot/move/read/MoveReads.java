package io.rdsboot.move.read;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.LogProgress;
import io.rdsboot.move.Side;
import io.rdsboot.routing.consistency.ReadContext;
import io.rdsboot.routing.consistency.SessionHistory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which side serves a read while the target follows the source: the key's side of
 * a {@link ReadShare}, and the source as long as the target is not known to have all that
 * the calling thread's session has written, read at the source, or come with a token for.
 * A decision takes no I/O and next to no memory. Thread-safe.
 *
 * <p>
 * A read without a key is the source's until the share is 100 %: were it shared by
 * chance, one caller would be asked now here, now there, and see time go backwards.
 *
 * <p>
 * Whoever reads at the target does so at its writer, for which {@link TargetProgress}
 * holds, with another {@linkplain io.rdsboot.routing.consistency.ConsistencySession
 * session} bound to the thread: what is read there is older than what the source has, and
 * would keep the session's next read from the target if it counted as read at the source.
 */
public final class MoveReads {

	private static final Logger logger = LoggerFactory.getLogger(MoveReads.class);

	private final TargetProgress progress;

	private final MoveKeyResolver keys;

	private final KeyedReadShare keyedShare;

	private final ReadSideListener listener;

	private final long maxLagNanos;

	private final LongSupplier nanoTime;

	private final AtomicBoolean resolverFailed = new AtomicBoolean();

	private volatile ReadShare share;

	private MoveReads(Builder builder) {
		this.progress = builder.progress;
		this.keys = builder.keys;
		this.keyedShare = builder.keyedShare;
		this.listener = builder.listener;
		this.maxLagNanos = builder.maxLag.toNanos();
		this.nanoTime = builder.nanoTime;
		this.share = builder.share;
	}

	/**
	 * Return a builder.
	 * @param progress how far the target is
	 * @param keys names whom a call is for
	 * @return the builder
	 */
	public static Builder builder(TargetProgress progress, MoveKeyResolver keys) {
		return new Builder(progress, keys);
	}

	/**
	 * Return the share of keys whose reads are the target's.
	 * @return the share
	 */
	public ReadShare share() {
		return this.share;
	}

	/**
	 * Set the share of keys whose reads are the target's, from the next read on. The
	 * reads of keys that come back to the source are never behind what they have seen;
	 * those of keys that go to the target are only held back for what their session has
	 * seen.
	 * @param share the share
	 */
	public void share(ReadShare share) {
		this.share = Objects.requireNonNull(share, "share must not be null");
	}

	/**
	 * Decide on a read of the calling thread, for the key of the present call.
	 * @return the side and the reason
	 */
	public ReadSide decide() {
		return decide(key());
	}

	/**
	 * Decide on a read of the calling thread's session.
	 * @param key whom the read is for, or {@code null} if that is nobody
	 * @return the side and the reason
	 */
	public ReadSide decide(@Nullable String key) {
		ReadSide decision = sideOf(key);
		if (decision == ReadSide.TARGET_SHARE) {
			decision = checkTarget();
		}
		this.listener.decided(decision);
		return decision;
	}

	private @Nullable String key() {
		try {
			return this.keys.key();
		}
		catch (RuntimeException ex) {
			if (this.resolverFailed.compareAndSet(false, true)) {
				logger.warn("{} does not name a key; such reads stay at the source. This is told once", this.keys, ex);
			}
			return null;
		}
	}

	private ReadSide sideOf(@Nullable String key) {
		ReadShare current = this.share;
		if (key == null) {
			return current.equals(ReadShare.ALL) ? ReadSide.TARGET_SHARE : ReadSide.SOURCE_NO_KEY;
		}
		Side side = this.keyedShare.sideOf(key);
		boolean target = (side != null) ? side == Side.TARGET : current.includes(key);
		return target ? ReadSide.TARGET_SHARE : ReadSide.SOURCE_SHARE;
	}

	private ReadSide checkTarget() {
		LogProgress reached = this.progress.current();
		long now = this.nanoTime.getAsLong();
		if (reached == null || reached.lag() == null || now - reached.caughtUpTo() > this.maxLagNanos) {
			return ReadSide.SOURCE_TARGET_BEHIND;
		}
		SessionHistory history = ReadContext.current().history();
		if (history.isIncludedIn(reached, now)) {
			return ReadSide.TARGET_SHARE;
		}
		return history.hasWritten() ? ReadSide.SOURCE_OWN_WRITE : ReadSide.SOURCE_ALREADY_READ;
	}

	/**
	 * Builder of {@link MoveReads}. Defaults: a share of 0 %, a target that lags ten
	 * seconds at most, no flag, no listener.
	 */
	public static final class Builder {

		private final TargetProgress progress;

		private final MoveKeyResolver keys;

		private ReadShare share = ReadShare.NONE;

		private KeyedReadShare keyedShare = (key) -> null;

		private ReadSideListener listener = (decision) -> {
		};

		private Duration maxLag = Duration.ofSeconds(10);

		private LongSupplier nanoTime = System::nanoTime;

		private Builder(TargetProgress progress, MoveKeyResolver keys) {
			this.progress = Objects.requireNonNull(progress, "progress must not be null");
			this.keys = Objects.requireNonNull(keys, "keys must not be null");
		}

		/**
		 * Set the share of keys to begin with.
		 * @param share the share
		 * @return this builder
		 */
		public Builder share(ReadShare share) {
			this.share = share;
			return this;
		}

		/**
		 * Set what decides by key before the share does, such as a feature flag.
		 * @param keyedShare what decides
		 * @return this builder
		 */
		public Builder keyedShare(KeyedReadShare keyedShare) {
			this.keyedShare = keyedShare;
			return this;
		}

		/**
		 * Set who hears of each decision, such as {@link ReadSideMetrics}.
		 * @param listener who hears of them
		 * @return this builder
		 */
		public Builder listener(ReadSideListener listener) {
			this.listener = listener;
			return this;
		}

		/**
		 * Set the largest lag with which the target serves reads of whoever has seen
		 * nothing newer.
		 * @param maxLag the lag, more than the pause between two polls of the progress
		 * @return this builder
		 */
		public Builder maxLag(Duration maxLag) {
			if (maxLag.compareTo(Duration.ofMillis(1)) < 0) {
				throw new IllegalArgumentException(
						"max lag of reads at the target must be at least 1 ms, but is " + maxLag);
			}
			this.maxLag = maxLag;
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

		/**
		 * Create it.
		 * @return the decider
		 */
		public MoveReads build() {
			return new MoveReads(this);
		}

	}

}
