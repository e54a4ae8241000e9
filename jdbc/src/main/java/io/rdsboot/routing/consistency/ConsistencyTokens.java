package io.rdsboot.routing.consistency;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.WriterLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes {@linkplain ConsistencyToken tokens} of sessions and sessions of tokens, and
 * turns tokens into text that may pass through other hands. Thread-safe.
 *
 * <p>
 * With a signing key the text is signed, and any other is ignored. Without one everybody
 * can make a token, and those that are decoded are not
 * {@linkplain ConsistencyToken#verified() verified}.
 *
 * <pre class="code">
 * queue.send(message, tokens.encode(tokens.capture()));                       // one service
 * tokens.resume(tokens.decode(received), () -&gt; handle(message));              // another one
 * </pre>
 */
public final class ConsistencyTokens {

	private static final Logger logger = LoggerFactory.getLogger(ConsistencyTokens.class);

	/**
	 * By how much the clocks of two instances of a service may differ. Only a token
	 * without a position depends on it, or one whose position was lost in a failover.
	 */
	private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(30);

	/**
	 * For how long nobody waits for the writer's position after the last who did waited
	 * in vain.
	 */
	private static final Duration CAPTURE_PAUSE = Duration.ofSeconds(1);

	private final TokenCodec codec;

	private final @Nullable WriterLog writerLog;

	private final Duration captureTimeout;

	private final Duration lifetime;

	private final LongSupplier nanoTime;

	private final InstantSource clock;

	private volatile @Nullable Long captureFailedAt;

	private ConsistencyTokens(Builder builder) {
		this.codec = new TokenCodec(builder.signingKey, builder.cluster);
		this.writerLog = builder.writerLog;
		this.captureTimeout = builder.captureTimeout;
		this.lifetime = builder.lifetime;
		this.nanoTime = builder.nanoTime;
		this.clock = builder.clock;
	}

	/**
	 * Start to build.
	 * @param cluster what all services call the cluster whose positions the tokens hold;
	 * tokens of another one are ignored
	 */
	public static Builder builder(String cluster) {
		return new Builder(cluster);
	}

	/**
	 * Return what tells the tokens of this cluster from those of another, short and made
	 * of letters, digits, '-' and '_'.
	 */
	public String cluster() {
		return this.codec.cluster();
	}

	/**
	 * Return a token for all that the calling thread's session has written and read. Asks
	 * for the writer's position in the log, and waits a limited time for it.
	 *
	 * <p>
	 * Within a transaction of Spring's that may write, the token stands for a commit that
	 * is still to come and has no position yet: for whoever {@linkplain #apply takes it
	 * over}, the commit counts as one of that moment.
	 */
	public ConsistencyToken capture() {
		if (PendingTransaction.exists()) {
			return new ConsistencyToken(null, this.clock.instant());
		}
		return capture(ConsistencySession.current());
	}

	/**
	 * Return a token for all that a session has written and read. Asks for the writer's
	 * position in the log, and waits a limited time for it.
	 */
	public ConsistencyToken capture(ConsistencySession session) {
		if (session.history().isEmpty()) {
			return ConsistencyToken.EMPTY;
		}
		Long horizon = session.history()
			.horizon(this.nanoTime.getAsLong(), (this.writerLog != null) ? this.writerLog.logSince() : null);
		LogPosition position = (horizon != null) ? positionAt(horizon) : session.history().position();
		return new ConsistencyToken(position, this.clock.instant());
	}

	private @Nullable LogPosition positionAt(long time) {
		if (this.writerLog == null) {
			return null;
		}
		Duration timeout = isCapturePaused() ? Duration.ZERO : this.captureTimeout;
		LogPosition position = this.writerLog.positionAt(time, timeout).orElse(null);
		if (position == null && !timeout.isZero()) {
			this.captureFailedAt = this.nanoTime.getAsLong();
		}
		return position;
	}

	private boolean isCapturePaused() {
		Long failedAt = this.captureFailedAt;
		return failedAt != null && this.nanoTime.getAsLong() - failedAt < CAPTURE_PAUSE.toNanos();
	}

	/**
	 * Make a session include what a token stands for. A token that has outlived its
	 * lifetime is ignored.
	 */
	public void apply(ConsistencyToken token, ConsistencySession session) {
		Instant issuedAt = token.issuedAt();
		if (issuedAt != null) {
			Duration age = Duration.between(issuedAt, this.clock.instant());
			if (isExpired(age)) {
				logger.debug("A consistency token of {} is ignored: it is older than {}", issuedAt, this.lifetime);
				return;
			}
			long now = this.nanoTime.getAsLong();
			session.history()
				.resume(token, now - nanos(age.minus(CLOCK_TOLERANCE)), now - nanos(age),
						now - nanos(age.plus(CLOCK_TOLERANCE)));
		}
	}

	private static long nanos(Duration age) {
		return age.isNegative() ? 0 : age.toNanos();
	}

	/**
	 * Return whether an age is beyond the lifetime. One so far in the future was made by
	 * a clock that is wrong.
	 */
	private boolean isExpired(Duration age) {
		return age.abs().compareTo(this.lifetime) > 0;
	}

	/**
	 * Run work as a unit of its own whose reads include what a token stands for.
	 * @param token the token
	 * @param work what to do
	 * @return what the work returns
	 */
	public <T extends @Nullable Object> T resume(ConsistencyToken token, Supplier<T> work) {
		ConsistencySession session = ConsistencySession.open();
		apply(token, session);
		ConsistencySession.Binding binding = session.bind();
		try {
			return work.get();
		}
		finally {
			binding.close();
		}
	}

	/**
	 * Run work as a unit of its own whose reads include what a token stands for.
	 * @param token the token
	 * @param work what to do
	 */
	public void resume(ConsistencyToken token, Runnable work) {
		this.<@Nullable Void>resume(token, () -> {
			work.run();
			return null;
		});
	}

	/**
	 * Return a token as text, signed if there is a key, and safe in headers and cookies;
	 * empty for an empty token.
	 */
	public String encode(ConsistencyToken token) {
		Instant issuedAt = token.issuedAt();
		return (issuedAt != null) ? this.codec.encode(token.position(), issuedAt) : "";
	}

	/**
	 * Return the token that a text stands for. One that is forged, garbled, expired or of
	 * another cluster counts as an empty one, because its sender may be anybody.
	 * @param text what {@link #encode} has returned somewhere, or {@code null}
	 */
	public ConsistencyToken decode(@Nullable String text) {
		if (text == null || text.isEmpty()) {
			return ConsistencyToken.EMPTY;
		}
		try {
			ConsistencyToken token = this.codec.decode(text);
			if (isExpired(Duration.between(Objects.requireNonNull(token.issuedAt()), this.clock.instant()))) {
				throw new TokenCodec.InvalidTokenException("it is older than " + this.lifetime);
			}
			return token;
		}
		catch (TokenCodec.InvalidTokenException ex) {
			logger.debug("A consistency token is ignored: {}", ex.getMessage());
			return ConsistencyToken.EMPTY;
		}
	}

	/**
	 * Builds {@link ConsistencyTokens}. Defaults: no key, no writer's log (tokens then
	 * hold no position), 200 milliseconds to capture, a lifetime of an hour.
	 */
	public static final class Builder {

		private final String cluster;

		private byte @Nullable [] signingKey;

		private @Nullable WriterLog writerLog;

		private Duration captureTimeout = Duration.ofMillis(200);

		private Duration lifetime = Duration.ofHours(1);

		private LongSupplier nanoTime = System::nanoTime;

		private InstantSource clock = InstantSource.system();

		private Builder(String cluster) {
			this.cluster = cluster;
		}

		/**
		 * Set the key that tokens are signed with, the same in all services that exchange
		 * them. Tokens that are not signed with it are ignored from then on.
		 * @param signingKey at least 32 bytes
		 */
		public Builder signingKey(byte[] signingKey) {
			this.signingKey = signingKey.clone();
			return this;
		}

		/**
		 * Set what knows the writer's position in the log.
		 */
		public Builder writerLog(WriterLog writerLog) {
			this.writerLog = writerLog;
			return this;
		}

		/**
		 * Set the longest that capturing waits for the writer's position.
		 */
		public Builder captureTimeout(Duration captureTimeout) {
			this.captureTimeout = captureTimeout;
			return this;
		}

		/**
		 * Set the age beyond which tokens are ignored; by then all readers should have
		 * what they stand for.
		 */
		public Builder lifetime(Duration lifetime) {
			this.lifetime = lifetime;
			return this;
		}

		/**
		 * Set the clock of the data source, in nanoseconds.
		 */
		public Builder nanoTime(LongSupplier nanoTime) {
			this.nanoTime = nanoTime;
			return this;
		}

		/**
		 * Set the clock that the age of tokens is measured by.
		 */
		public Builder clock(InstantSource clock) {
			this.clock = clock;
			return this;
		}

		/**
		 * Build.
		 * @throws IllegalArgumentException if the key is too short
		 */
		public ConsistencyTokens build() {
			return new ConsistencyTokens(this);
		}

	}

}
