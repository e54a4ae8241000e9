package io.rdsboot.vector.reembedding;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import io.rdsboot.vector.index.session.DdlSessions;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.text.NextEmbedding;
import io.rdsboot.vector.text.TextEmbedder;
import io.rdsboot.vector.type.DenseVector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.Assert;

/**
 * Changes the embedding model of a table while it is in use: embeds the texts of its rows
 * by the new model, into a second vector column, and lets searches use that column once
 * every row has a vector in it. Works in the background on one daemon thread.
 * Thread-safe.
 *
 * <p>
 * One instance of the service embeds rows at a time. The comment of the column says when
 * it is complete; all instances find it there within seconds. From the start, a trigger
 * takes the new vector away from a row whose text is changed by somebody who does not
 * know of the column, such as an older version of the service, and the row is embedded
 * again. So both columns can be searched at any time, and the old one remains a way back.
 *
 * <p>
 * An index of the rows without a vector, the trigger and the comment are made by the
 * login that owns the table.
 */
public final class Reembedding implements NextEmbedding, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Reembedding.class);

	private static final Duration DDL_TIMEOUT = Duration.ofHours(2);

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

	private final VectorTable table;

	private final VectorColumn column;

	private final TextEmbedder embedder;

	private final ReembeddingWork work;

	private final Duration interval;

	private @Nullable ScheduledExecutorService executor;

	/**
	 * Open once the work is to end that the executor does.
	 */
	private CountDownLatch stopped = new CountDownLatch(0);

	private Reembedding(Builder builder) {
		this.table = builder.table;
		this.column = builder.column;
		this.embedder = builder.embedder;
		this.interval = builder.interval;
		this.work = new ReembeddingWork(builder, new ReembeddingSchema(builder.table, builder.column,
				new DdlSessions(builder.dataSource, builder.ownerDataSource, DDL_TIMEOUT)));
	}

	/**
	 * Return a builder.
	 * @param dataSource where the table is, for reads and writes
	 * @param table the table
	 * @param column name of the vector column to fill, which is not the main one
	 * @param embedder the new model
	 * @return the builder
	 * @throws IllegalArgumentException if the table has no such column, or no texts, or
	 * the column cannot hold the model's vectors
	 */
	public static Builder builder(DataSource dataSource, VectorTable table, String column, TextEmbedder embedder) {
		return new Builder(dataSource, table, column, embedder);
	}

	@Override
	public String column() {
		return this.column.name();
	}

	@Override
	public TextEmbedder embedder() {
		return this.embedder;
	}

	@Override
	public boolean isComplete() {
		return this.work.isComplete();
	}

	/**
	 * Return how far the change is.
	 * @return a snapshot
	 */
	public ReembeddingStatus status() {
		return this.work.status();
	}

	/**
	 * Begin to work in the background. Does nothing if that has begun already.
	 */
	public synchronized void start() {
		if (this.executor == null) {
			ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor((task) -> {
				Thread thread = new Thread(task, "rds-vector-reembedding");
				thread.setDaemon(true);
				return thread;
			});
			CountDownLatch stopped = new CountDownLatch(1);
			Future<?> unused = executor.scheduleWithFixedDelay(() -> this.work.run(stopped), 0,
					this.interval.toMillis(), TimeUnit.MILLISECONDS);
			this.executor = executor;
			this.stopped = stopped;
		}
	}

	/**
	 * Stop to work, within ten seconds or at once if nothing is being embedded. What is
	 * embedded stays, and the next start goes on from there. Searches use the column that
	 * they use now.
	 */
	@Override
	public void close() {
		ScheduledExecutorService stopping = takeExecutor();
		if (stopping == null) {
			return;
		}
		stopping.shutdownNow();
		try {
			if (!stopping.awaitTermination(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
				logger.debug("A batch of vector table {} is still being embedded", this.table);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private synchronized @Nullable ScheduledExecutorService takeExecutor() {
		ScheduledExecutorService taken = this.executor;
		this.executor = null;
		this.stopped.countDown();
		return taken;
	}

	/**
	 * Builder of a {@link Reembedding}. Not thread-safe.
	 *
	 * <p>
	 * Defaults: 64 rows a batch, and searches change over when no row has come without a
	 * vector for a minute.
	 */
	public static final class Builder {

		final DataSource dataSource;

		final VectorTable table;

		final VectorColumn column;

		final TextEmbedder embedder;

		@Nullable DataSource ownerDataSource;

		int batchSize = 64;

		Duration settleTime = Duration.ofMinutes(1);

		Duration interval = Duration.ofSeconds(5);

		private Builder(DataSource dataSource, VectorTable table, String column, TextEmbedder embedder) {
			this.dataSource = dataSource;
			this.table = table;
			this.column = table.vector(column);
			this.embedder = embedder;
			Assert.isTrue(!this.column.equals(table.embedding()),
					() -> "column %s is the main vector column of vector table %s: declare a second one for the new model"
						.formatted(column, table));
			Assert.isTrue(this.column.type().javaType() == DenseVector.class,
					() -> "column %s of vector table %s is a %s, but models make vectors of floats: declare it as vector or halfvec"
						.formatted(column, table, this.column.type().sqlName()));
			Assert.notNull(table.contentColumn(),
					() -> "vector table %s has no column for texts to embed again: declare its content column"
						.formatted(table));
			embedder.dimensions()
				.ifPresent((dimensions) -> Assert.isTrue(dimensions == this.column.dimensions(),
						() -> "model %s makes vectors of %d dimensions, but column %s of vector table %s holds %d"
							.formatted(embedder.model(), dimensions, column, table, this.column.dimensions())));
		}

		/**
		 * Set where connections of the login come from that owns the table, if the other
		 * one does not.
		 * @param ownerDataSource the source, or {@code null} if there is no such login
		 * @return this builder
		 */
		public Builder ownerDataSource(@Nullable DataSource ownerDataSource) {
			this.ownerDataSource = ownerDataSource;
			return this;
		}

		/**
		 * Set how many texts the model is given at once.
		 * @param batchSize number of texts, from 1 to 2,048
		 * @return this builder
		 */
		public Builder batchSize(int batchSize) {
			Assert.isTrue(batchSize >= 1 && batchSize <= 2048,
					() -> "batch size of a change of the embedding model must be from 1 to 2048, but is %d"
						.formatted(batchSize));
			this.batchSize = batchSize;
			return this;
		}

		/**
		 * Set the time for which no row may come without a vector before searches change
		 * over. Older versions of the service should have written by then, if there are
		 * any.
		 * @param settleTime the time, positive
		 * @return this builder
		 */
		public Builder settleTime(Duration settleTime) {
			Assert.isTrue(settleTime.toMillis() > 0,
					() -> "settle time of a change of the embedding model must be positive, but is %s"
						.formatted(settleTime));
			this.settleTime = settleTime;
			return this;
		}

		/**
		 * Set the time between two looks for what is to be done.
		 */
		Builder interval(Duration interval) {
			this.interval = interval;
			return this;
		}

		/**
		 * Create the change, which {@link Reembedding#start()} begins.
		 * @return the change
		 */
		public Reembedding build() {
			return new Reembedding(this);
		}

	}

}
