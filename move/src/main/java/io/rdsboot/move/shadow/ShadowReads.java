package io.rdsboot.move.shadow;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.rdsboot.move.Side;
import io.rdsboot.move.read.ReadShare;
import io.rdsboot.move.read.TargetProgress;
import net.ttddyy.dsproxy.ConnectionInfo;
import net.ttddyy.dsproxy.proxy.JdbcProxyFactory;
import net.ttddyy.dsproxy.proxy.ProxyConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a share of the application's reads of both databases of a move once more, and
 * compares the answers and their times. The application has its answer by then: its
 * thread only notes the statement, and threads and connections of this class ask. If they
 * do not keep up, reads are dropped. Thread-safe.
 *
 * <p>
 * Both sides are asked with the login of their data sources here, and not with the
 * application's session: its search path, its role, and settings that policies of
 * row-level security compare are not taken over. What its transaction has written and not
 * committed is seen by neither side.
 */
public final class ShadowReads implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ShadowReads.class);

	private static final long KEEP_ALIVE_SECONDS = 10;

	private static final long CLOSE_SECONDS = 5;

	private static final int BUCKETS = ReadShare.ALL.buckets();

	private final ShadowSide source;

	private final ShadowSide target;

	private final TargetProgress progress;

	private final ShadowListener listener;

	private final DifferenceLog differences;

	private final StatementClassifier classifier = new StatementClassifier();

	private final ThreadPoolExecutor executor;

	private final ProxyConfig noting;

	private volatile ReadShare share;

	private volatile ShadowLimits limits;

	private volatile boolean closed;

	private ShadowReads(Builder builder) {
		this.progress = builder.progress;
		this.listener = builder.listener;
		this.share = builder.share;
		this.limits = new ShadowLimits(builder.statementTimeout, builder.lagTimeout, builder.tolerance);
		this.differences = new DifferenceLog(builder.showData, InstantSource.system());
		this.source = new ShadowSide(Side.SOURCE, builder.source, builder.threads, builder.maxRows,
				builder.maxCharacters);
		this.target = new ShadowSide(Side.TARGET, builder.target, builder.threads, builder.maxRows,
				builder.maxCharacters);
		AtomicInteger number = new AtomicInteger();
		this.executor = new ThreadPoolExecutor(builder.threads, builder.threads, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS,
				new ArrayBlockingQueue<>(builder.queueSize), (task) -> {
					Thread thread = new Thread(task, "rds-move-shadow-" + number.incrementAndGet());
					thread.setDaemon(true);
					return thread;
				});
		this.executor.allowCoreThreadTimeOut(true);
		this.noting = ProxyConfig.Builder.create()
			.jdbcProxyFactory(JdbcProxyFactory.DEFAULT)
			.queryListener(new StatementNotes(this::offer, this.classifier, this.listener))
			.build();
	}

	/**
	 * Return a builder.
	 * @param source opens connections to the source's writer, by a login that may read
	 * what the application reads
	 * @param target opens connections to the target's writer, likewise
	 * @param progress how far the target is; it is not closed with this
	 * @return the builder
	 */
	public static Builder builder(DataSource source, DataSource target, TargetProgress progress) {
		return new Builder(source, target, progress);
	}

	/**
	 * Note the reads of a connection, if it is one of the share. Its statements and
	 * {@code unwrap} work as before.
	 * @param connection a connection that the application is about to use
	 * @return the connection, or one that notes its reads
	 */
	public Connection observe(Connection connection) {
		int sampled = this.share.buckets();
		if (sampled == 0 || this.closed
				|| (sampled < BUCKETS && ThreadLocalRandom.current().nextInt(BUCKETS) >= sampled)) {
			return connection;
		}
		return JdbcProxyFactory.DEFAULT.createConnection(connection, new ConnectionInfo(), this.noting);
	}

	/**
	 * Return the share of connections whose reads are asked of both sides.
	 * @return the share
	 */
	public ReadShare share() {
		return this.share;
	}

	/**
	 * Set the share of connections whose reads are asked of both sides, chosen by chance,
	 * from the next connection on.
	 * @param share the share
	 */
	public void share(ReadShare share) {
		this.share = Objects.requireNonNull(share, "share must not be null");
	}

	/**
	 * Set the longest that a side may take to answer, from the next read on.
	 * @param statementTimeout at least a millisecond, at most an hour
	 */
	public void statementTimeout(Duration statementTimeout) {
		ShadowLimits current = this.limits;
		this.limits = new ShadowLimits(statementTimeout, current.lagTimeout(), current.tolerance());
	}

	/**
	 * Set the longest to wait for the target to catch up before answers that differ are
	 * given up as undecided, from the next read on.
	 * @param lagTimeout at least a millisecond, at most an hour
	 */
	public void lagTimeout(Duration lagTimeout) {
		ShadowLimits current = this.limits;
		this.limits = new ShadowLimits(current.statementTimeout(), lagTimeout, current.tolerance());
	}

	/**
	 * Return the statements that were answered differently, 50 at most, the one that was
	 * seen last at the end.
	 * @return the differences
	 */
	public List<ShadowDifference> differences() {
		return this.differences.all();
	}

	private void offer(NotedStatement statement) {
		try {
			this.executor.execute(() -> ask(statement));
		}
		catch (RejectedExecutionException ex) {
			this.listener.ended(ShadowOutcome.DROPPED);
		}
	}

	private void ask(NotedStatement statement) {
		ShadowOutcome outcome = ShadowOutcome.FAILED;
		try {
			ShadowLimits limits = this.limits;
			StatementPlan plan = this.classifier.plan(statement.sql(), this.source,
					limits.statementTimeout().toMillis());
			outcome = (plan == null) ? ShadowOutcome.SKIPPED : new ShadowRun(this.source, this.target, this.progress,
					this.differences, this.listener, statement, plan, limits)
				.run();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (Exception ex) {
			// Without the message, which may have data of the statement.
			logger.debug("A shadow read failed: {} {}", ex.getClass().getName(),
					(ex instanceof SQLException failure) ? failure.getSQLState() : "");
		}
		this.listener.ended(outcome);
	}

	/**
	 * End all shadow reads, also those under way, and close their connections.
	 * Connections that {@link #observe} has returned go on without being noted. Takes
	 * some seconds at most, and half a minute if a server does not answer.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.executor.shutdownNow();
		this.source.close();
		this.target.close();
		try {
			if (!this.executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
				logger.debug("A shadow read goes on until its time-out");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Builder of {@link ShadowReads}. Defaults: a share of 0 %, two threads and as many
	 * connections to each side, a queue of 100 reads, two seconds for a statement, ten
	 * for the target to catch up, answers of up to 1,000 rows and a million characters, a
	 * tolerance of 1e-5, no data in differences, no listener.
	 */
	public static final class Builder {

		private final DataSource source;

		private final DataSource target;

		private final TargetProgress progress;

		private ReadShare share = ReadShare.NONE;

		private int threads = 2;

		private int queueSize = 100;

		private Duration statementTimeout = Duration.ofSeconds(2);

		private Duration lagTimeout = Duration.ofSeconds(10);

		private int maxRows = 1_000;

		private final long maxCharacters = 1_000_000;

		private double tolerance = 1e-5;

		private boolean showData;

		private ShadowListener listener = new ShadowListener() {
		};

		private Builder(DataSource source, DataSource target, TargetProgress progress) {
			this.source = Objects.requireNonNull(source, "source must not be null");
			this.target = Objects.requireNonNull(target, "target must not be null");
			this.progress = Objects.requireNonNull(progress, "progress must not be null");
		}

		/**
		 * Set the share of connections whose reads are asked, to begin with.
		 * @param share the share
		 * @return this builder
		 */
		public Builder share(ReadShare share) {
			this.share = share;
			return this;
		}

		/**
		 * Set how many reads are asked at once, each over one connection at a time.
		 * @param threads 1 to 32
		 * @return this builder
		 */
		public Builder threads(int threads) {
			this.threads = within("threads", threads, 32);
			return this;
		}

		/**
		 * Set how many reads wait to be asked, before others are dropped.
		 * @param queueSize 1 to 100,000
		 * @return this builder
		 */
		public Builder queueSize(int queueSize) {
			this.queueSize = within("queue size", queueSize, 100_000);
			return this;
		}

		/**
		 * Set the longest that a side may take to answer.
		 * @param statementTimeout at least a millisecond, at most an hour
		 * @return this builder
		 */
		public Builder statementTimeout(Duration statementTimeout) {
			this.statementTimeout = statementTimeout;
			return this;
		}

		/**
		 * Set the longest to wait for the target to catch up before answers that differ
		 * are given up as undecided.
		 * @param lagTimeout at least a millisecond, at most an hour
		 * @return this builder
		 */
		public Builder lagTimeout(Duration lagTimeout) {
			this.lagTimeout = lagTimeout;
			return this;
		}

		/**
		 * Set how many rows of an answer are compared; one with more is undecided.
		 * @param maxRows 1 to 1,000,000
		 * @return this builder
		 */
		public Builder maxRows(int maxRows) {
			this.maxRows = within("max rows", maxRows, 1_000_000);
			return this;
		}

		/**
		 * Set by how much floating-point numbers may differ, also those in arrays and
		 * vectors.
		 * @param tolerance relative to the larger number, at least 0 and less than 1
		 * @return this builder
		 */
		public Builder tolerance(double tolerance) {
			this.tolerance = tolerance;
			return this;
		}

		/**
		 * Set whether {@linkplain ShadowReads#differences() differences} have literals,
		 * parameters and rows.
		 * @param showData whether they do
		 * @return this builder
		 */
		public Builder showData(boolean showData) {
			this.showData = showData;
			return this;
		}

		/**
		 * Set who hears of outcomes and times, such as {@link ShadowMetrics}.
		 * @param listener who hears of them
		 * @return this builder
		 */
		public Builder listener(ShadowListener listener) {
			this.listener = listener;
			return this;
		}

		private static int within(String name, int value, int most) {
			if (value < 1 || value > most) {
				throw new IllegalArgumentException(
						"%s of shadow reads must be from 1 to %,d, but is %,d".formatted(name, most, value));
			}
			return value;
		}

		/**
		 * Create it. Connections are opened once there is something to ask.
		 * @return the shadow reads
		 * @throws IllegalArgumentException if a time-out or the tolerance makes no sense
		 */
		public ShadowReads build() {
			return new ShadowReads(this);
		}

	}

}
