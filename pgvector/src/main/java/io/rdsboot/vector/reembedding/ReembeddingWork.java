package io.rdsboot.vector.reembedding;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.rdsboot.vector.index.session.BuildGuard;
import io.rdsboot.vector.index.session.IndexComments;
import io.rdsboot.vector.index.catalog.ActualIndexes;
import io.rdsboot.vector.reembedding.ReembeddingStatus.State;
import io.rdsboot.vector.reembedding.RowEmbedder.Refusal;
import io.rdsboot.vector.reembedding.RowsWithoutVector.Row;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.text.TextEmbedder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work of a {@link Reembedding}, one look after another: learns whether the column is
 * complete, embeds rows that have no vector in it, and completes it. One thread works;
 * any may ask how far it is.
 */
final class ReembeddingWork {

	private static final Logger logger = LoggerFactory.getLogger(Reembedding.class);

	/**
	 * The letters "rdse".
	 */
	private static final int LOCK_KEY = 0x72647365;

	private static final int NAMED_REFUSALS = 5;

	/**
	 * Looks that are left out after failures, at most.
	 */
	private static final int MAX_PAUSE = 12;

	/**
	 * Failures one after another until that is worth a warning: a failover is over soon,
	 * and is told elsewhere.
	 */
	private static final int LASTING_FAILURES = 3;

	private final VectorTable table;

	private final VectorColumn column;

	private final TextEmbedder embedder;

	private final DataSource dataSource;

	private final RowsWithoutVector rows;

	private final RowEmbedder rowEmbedder;

	private final ReembeddingSchema schema;

	private final int batchSize;

	private final Duration settleTime;

	private final Duration interval;

	private volatile boolean complete;

	private volatile ReembeddingStatus status;

	private boolean created;

	private int failures;

	/**
	 * Looks that are still to be left out.
	 */
	private int pause;

	/**
	 * Rows that cannot be embedded, as the log was told, or {@code null} if there were
	 * none at the last look.
	 */
	private @Nullable String toldRefusals;

	private long embedded;

	private @Nullable Long remaining;

	ReembeddingWork(Reembedding.Builder settings, ReembeddingSchema schema) {
		this.table = settings.table;
		this.column = settings.column;
		this.embedder = settings.embedder;
		this.dataSource = settings.dataSource;
		this.rows = new RowsWithoutVector(settings.dataSource, settings.table, settings.column);
		this.rowEmbedder = new RowEmbedder(settings.embedder, settings.column);
		this.schema = schema;
		this.batchSize = settings.batchSize;
		this.settleTime = settings.settleTime;
		this.interval = settings.interval;
		this.status = status(State.PENDING, null);
	}

	boolean isComplete() {
		return this.complete;
	}

	ReembeddingStatus status() {
		return this.status;
	}

	/**
	 * Do what is to be done now.
	 * @param stopped open once the work is to end
	 */
	void run(CountDownLatch stopped) {
		try {
			readState();
			if (this.pause > 0) {
				this.pause--;
				return;
			}
			work(stopped);
			this.failures = 0;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (SQLException | RuntimeException ex) {
			if (!isOpen(stopped)) {
				failed(ex);
			}
		}
	}

	private static boolean isOpen(CountDownLatch latch) {
		return latch.getCount() == 0;
	}

	private void failed(Exception failure) {
		this.pause = Math.min(this.failures, MAX_PAUSE);
		this.failures++;
		this.status = status(State.FAILED, failure.getMessage());
		if (this.failures == LASTING_FAILURES) {
			logger.warn(
					"Rows of vector table {} could not be embedded by {} into column {}: {}. It is tried again; searches use column {} meanwhile",
					this.table, this.embedder.model(), this.column.name(), failure.getMessage(), searched());
			logger.debug("Failure of vector table {}", this.table, failure);
		}
	}

	private String searched() {
		return (this.complete ? this.column : this.table.embedding()).name();
	}

	/**
	 * Learn from the column's comment whether it is complete.
	 */
	private void readState() throws SQLException {
		ColumnModel model;
		try (Connection connection = this.dataSource.getConnection()) {
			model = ColumnModel.read(connection, this.table, this.column);
		}
		if (model != null && !model.model().equals(this.embedder.model())) {
			this.complete = false;
			throw new IllegalStateException(
					"column %s of vector table %s holds vectors of model '%s', not of '%s': use that model, or another column, or set the column to NULL in all rows and remove its comment"
						.formatted(this.column.name(), this.table, model.model(), this.embedder.model()));
		}
		boolean complete = model != null && model.completeSince() != null;
		if (complete && !this.complete) {
			logger.info("Searches of vector table {} use column {} of model {} from now on", this.table,
					this.column.name(), this.embedder.model());
		}
		else if (!complete && this.complete) {
			logger.warn(
					"Searches of vector table {} use column {} again, because the comment of column {} no longer says that it is complete",
					this.table, this.table.embedding().name(), this.column.name());
		}
		this.complete = complete;
		if (complete) {
			this.status = status(State.COMPLETE, null);
		}
	}

	private void work(CountDownLatch stopped) throws SQLException, InterruptedException {
		try (BuildGuard guard = BuildGuard.tryAcquire(this.dataSource, LOCK_KEY ^ this.table.quotedName().hashCode())) {
			if (guard == null) {
				if (!this.complete) {
					this.status = status(State.WAITING_FOR_OTHER, null);
				}
				return;
			}
			if (!this.created) {
				create();
			}
			List<Refusal> refused = embedAll(stopped);
			if (!refused.isEmpty()) {
				report(refused);
				return;
			}
			this.toldRefusals = null;
			if (!this.complete && !isOpen(stopped)) {
				settle(stopped);
			}
		}
	}

	private void create() throws SQLException {
		if (this.rows.areHidden()) {
			throw new IllegalStateException(
					"row-level security hides rows of vector table %s, which would be left without a vector: give the service a login with BYPASSRLS for the time of the change, or embed the rows of each tenant by a program of your own"
						.formatted(this.table));
		}
		this.schema.create(this.embedder.model());
		this.created = true;
	}

	/**
	 * Embed the rows that have no vector, in the order of their ids, until none is left.
	 * @return those that cannot be embedded
	 */
	private List<Refusal> embedAll(CountDownLatch stopped) {
		List<Refusal> refused = new ArrayList<>();
		ReembeddingProgress progress = null;
		String last = null;
		while (!isOpen(stopped)) {
			List<Row> batch = this.rows.next(last, this.batchSize);
			if (batch.isEmpty()) {
				break;
			}
			if (progress == null && !this.complete) {
				this.remaining = this.rows.count();
				progress = new ReembeddingProgress(this.table, this.remaining);
				if (this.toldRefusals == null) {
					logger.info("Embedding {} rows of vector table {} by {} into column {}", this.remaining, this.table,
							this.embedder.model(), this.column.name());
				}
				this.status = status(State.EMBEDDING, null);
			}
			RowEmbedder.Result result = this.rowEmbedder.embed(batch);
			if (!result.embedded().isEmpty()) {
				this.rows.store(result.embedded(), result.vectors());
			}
			refused.addAll(result.refused());
			last = batch.get(batch.size() - 1).id();
			this.embedded += result.embedded().size();
			if (progress != null) {
				this.remaining = progress.add(batch.size());
				this.status = status(State.EMBEDDING, null);
			}
		}
		return refused;
	}

	private void report(List<Refusal> refused) {
		String detail = refused.stream()
			.limit(NAMED_REFUSALS)
			.map((refusal) -> "'%s' (%s)".formatted(refusal.row().id(), refusal.reason()))
			.collect(Collectors.joining(", ", "%d rows cannot be embedded: ".formatted(refused.size()),
					(refused.size() > NAMED_REFUSALS) ? ", ..." : ""));
		if (!detail.equals(this.toldRefusals)) {
			this.toldRefusals = detail;
			logger.warn(
					"Column {} of vector table {} stays incomplete, and searches use column {}: {}. Give these rows a text that model {} takes, or delete them",
					this.column.name(), this.table, searched(), detail, this.embedder.model());
		}
		this.remaining = (long) refused.size();
		this.status = status(State.INCOMPLETE, detail);
		this.pause = MAX_PAUSE;
	}

	/**
	 * Let searches change over if no row comes without a vector for a while: as long as
	 * an older version of the service writes such rows, searches by the column would miss
	 * each of them for some seconds.
	 */
	private void settle(CountDownLatch stopped) throws SQLException, InterruptedException {
		this.remaining = 0L;
		if (isWithoutIndex()) {
			this.status = status(State.SETTLING, "waits for the index of the column");
			return;
		}
		this.status = status(State.SETTLING, null);
		long deadline = System.nanoTime() + this.settleTime.toNanos();
		while (System.nanoTime() - deadline < 0) {
			long pause = Math.min(this.interval.toMillis(), this.settleTime.toMillis());
			if (stopped.await(pause, TimeUnit.MILLISECONDS) || !this.rows.next(null, 1).isEmpty()) {
				return;
			}
		}
		this.schema.markComplete(this.embedder.model());
		readState();
	}

	/**
	 * Whether searches by the column would read all rows, while those by the main one do
	 * not.
	 */
	private boolean isWithoutIndex() throws SQLException {
		if (this.column.index() instanceof VectorIndex.None) {
			return false;
		}
		try (Connection connection = this.dataSource.getConnection()) {
			return hasIndex(connection, this.table.embedding()) && !hasIndex(connection, this.column);
		}
	}

	private boolean hasIndex(Connection connection, VectorColumn declared) throws SQLException {
		VectorColumn actual = ActualIndexes.resolve(connection, this.table, declared);
		return IndexComments.find(connection, this.table, actual) != null;
	}

	private ReembeddingStatus status(State state, @Nullable String detail) {
		return new ReembeddingStatus(this.table, this.column.name(), this.embedder.model(), state, this.embedded,
				this.remaining, detail);
	}

}
