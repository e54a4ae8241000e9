package io.rdsboot.vector.recall;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import io.rdsboot.vector.SearchSettings;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the searches of tables at a recall that is declared: finds the smallest
 * {@code hnsw.ef_search} or {@code ivfflat.probes} that reaches it, which searches then
 * use that set none themselves. Works in the background on one daemon thread.
 * Thread-safe.
 *
 * <p>
 * The recall is measured once there is an index, again after an interval, and when a
 * fifth of the rows has been written since, by one instance of the service at a time and
 * as {@link RecallMeter} does it, for the ten nearest rows. What was found is a line of
 * the index's comment, where all instances find it within a minute. It goes with an index
 * that is replaced.
 */
public final class RecallTuner implements AutoCloseable {

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

	/**
	 * Looks between two attempts to measure after a failure.
	 */
	private static final int LOOKS_AFTER_FAILURE = 30;

	private final Map<String, Map<String, ColumnTuner>> tables = new LinkedHashMap<>();

	private final List<ColumnTuner> columns;

	private final Map<ColumnTuner, Integer> pauses = new LinkedHashMap<>();

	private final Duration refreshInterval;

	private @Nullable ScheduledExecutorService executor;

	private RecallTuner(Builder builder) {
		builder.targets.forEach((table, target) -> {
			Map<String, ColumnTuner> tuners = new LinkedHashMap<>();
			for (VectorColumn column : table.vectors()) {
				if (!(column.index() instanceof VectorIndex.None)) {
					tuners.put(column.name(), new ColumnTuner(table, column, target, builder));
				}
			}
			this.tables.put(table.quotedName(), tuners);
		});
		this.columns = this.tables.values().stream().flatMap((tuners) -> tuners.values().stream()).toList();
		this.refreshInterval = builder.refreshInterval;
	}

	/**
	 * Return a builder.
	 * @param dataSource where the tables are. Read-only transactions should lead to a
	 * reader, if there is one
	 * @return the builder
	 */
	public static Builder builder(DataSource dataSource) {
		return new Builder(dataSource);
	}

	/**
	 * Begin to work in the background. Does nothing if that has begun already, or if
	 * there is nothing to tune.
	 */
	public synchronized void start() {
		if (this.executor == null && !this.columns.isEmpty()) {
			this.columns.forEach(ColumnTuner::open);
			ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor((task) -> {
				Thread thread = new Thread(task, "rds-vector-recall");
				thread.setDaemon(true);
				return thread;
			});
			Future<?> unused = executor.scheduleWithFixedDelay(this::run, 0, this.refreshInterval.toMillis(),
					TimeUnit.MILLISECONDS);
			this.executor = executor;
		}
	}

	/**
	 * Measure all columns soon, also those that are not due yet. Returns at once; does
	 * nothing before {@link #start()}.
	 */
	public synchronized void measureNow() {
		if (this.executor != null) {
			this.columns.forEach(ColumnTuner::demand);
			this.executor.execute(() -> {
				this.pauses.clear();
				run();
			});
		}
	}

	private void run() {
		for (ColumnTuner column : this.columns) {
			int pause = this.pauses.getOrDefault(column, 0);
			boolean done = column.run(pause == 0);
			this.pauses.put(column, done ? Math.max(0, pause - 1) : LOOKS_AFTER_FAILURE);
		}
	}

	/**
	 * Return what a repository of a table is to be given, so that its searches are tuned
	 * and known.
	 * @param table the table
	 * @return the tuning, {@link SearchSettings.Tuning#NONE} for a table without a target
	 */
	public SearchSettings.Tuning tuning(VectorTable table) {
		Map<String, ColumnTuner> tuners = this.tables.get(table.quotedName());
		return (tuners != null) ? new TableTuning(tuners) : SearchSettings.Tuning.NONE;
	}

	/**
	 * Return how far the tuner is with each vector column of each table.
	 * @return a snapshot
	 */
	public List<RecallStatus> status() {
		return this.columns.stream().map(ColumnTuner::status).toList();
	}

	/**
	 * Stop to work. A measurement that is running is canceled. Returns once all is still,
	 * or after ten seconds. Searches stay tuned as they are.
	 */
	@Override
	public void close() {
		ScheduledExecutorService stopping = takeExecutor();
		if (stopping == null) {
			return;
		}
		stopping.shutdownNow();
		long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
		try {
			do {
				this.columns.forEach(ColumnTuner::cancel);
			}
			while (!stopping.awaitTermination(100, TimeUnit.MILLISECONDS) && System.nanoTime() < deadline);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private synchronized @Nullable ScheduledExecutorService takeExecutor() {
		ScheduledExecutorService taken = this.executor;
		this.executor = null;
		return taken;
	}

	/**
	 * What is done if the recall of a tuned column falls below its target.
	 */
	public enum DriftAction {

		/**
		 * It is reported, and the setting stays.
		 */
		REPORT,

		/**
		 * It is reported, and the setting is tuned anew.
		 */
		TUNE

	}

	/**
	 * Tuning of one table.
	 */
	private record TableTuning(Map<String, ColumnTuner> columns) implements SearchSettings.Tuning {

		@Override
		public @Nullable Integer setting(VectorColumn column) {
			ColumnTuner tuner = this.columns.get(column.name());
			return (tuner != null) ? tuner.setting() : null;
		}

		@Override
		public void searched(VectorColumn column, VectorValue vector) {
			ColumnTuner tuner = this.columns.get(column.name());
			if (tuner != null) {
				tuner.searched(vector);
			}
		}

	}

	/**
	 * Builder of a tuner. By default no queries are captured, the recall is measured once
	 * a day, for at most five minutes, and drift is mended.
	 */
	public static final class Builder {

		final DataSource dataSource;

		@Nullable DataSource ownerDataSource;

		boolean captureQueries;

		Duration interval = Duration.ofDays(1);

		Duration timeBudget = Duration.ofMinutes(5);

		DriftAction onDrift = DriftAction.TUNE;

		private final Map<VectorTable, Double> targets = new LinkedHashMap<>();

		private Duration refreshInterval = Duration.ofMinutes(1);

		private Builder(DataSource dataSource) {
			this.dataSource = dataSource;
		}

		/**
		 * Add a table and the recall that searches of its vector columns are to reach.
		 * @param table the table, without tenants
		 * @param target the recall, from 0.5 to 0.999
		 * @return this
		 * @throws IllegalArgumentException if the recall is none of these, or the table
		 * is declared with a tenant, without whom nothing can be measured
		 */
		public Builder target(VectorTable table, double target) {
			if (!(target >= 0.5 && target <= 0.999)) {
				throw new IllegalArgumentException(
						"target recall of vector table %s must be between 0.5 and 0.999, but is %s".formatted(table,
								target));
			}
			if (table.tenantKey() != null) {
				throw new IllegalArgumentException(
						"vector table %s cannot have a target recall, because it is declared with a tenant: without one none of its rows is seen"
							.formatted(table));
			}
			this.targets.put(table, target);
			return this;
		}

		/**
		 * Set where connections of the login come from that owns the tables, for those
		 * whose indexes the other one may not comment on.
		 * @param ownerDataSource the source, or {@code null} if there is no such login
		 * @return this
		 */
		public Builder ownerDataSource(@Nullable DataSource ownerDataSource) {
			this.ownerDataSource = ownerDataSource;
			return this;
		}

		/**
		 * Set whether measurements use vectors that were searched for. Up to a thousand
		 * of each column are kept in memory, and nowhere else.
		 * @param captureQueries whether to keep them
		 * @return this
		 */
		public Builder captureQueries(boolean captureQueries) {
			this.captureQueries = captureQueries;
			return this;
		}

		/**
		 * Set the time after which the recall is measured again.
		 * @param interval the time, at least a minute
		 * @return this
		 */
		public Builder interval(Duration interval) {
			requireLong("interval", interval, Duration.ofMinutes(1));
			this.interval = interval;
			return this;
		}

		/**
		 * Set the longest time that a measurement may take.
		 * @param timeBudget the time, at least a second
		 * @return this
		 */
		public Builder timeBudget(Duration timeBudget) {
			requireLong("timeBudget", timeBudget, Duration.ofSeconds(1));
			this.timeBudget = timeBudget;
			return this;
		}

		/**
		 * Set what is done if the recall falls below its target.
		 * @param onDrift what is done
		 * @return this
		 */
		public Builder onDrift(DriftAction onDrift) {
			this.onDrift = onDrift;
			return this;
		}

		/**
		 * Set the time between two looks at what others have found.
		 */
		Builder refreshInterval(Duration refreshInterval) {
			this.refreshInterval = refreshInterval;
			return this;
		}

		private static void requireLong(String name, Duration value, Duration least) {
			if (value.compareTo(least) < 0) {
				throw new IllegalArgumentException("%s of a recall tuner must be at least %d s, but is %d ms"
					.formatted(name, least.toSeconds(), value.toMillis()));
			}
		}

		/**
		 * Create the tuner.
		 * @return the tuner
		 */
		public RecallTuner build() {
			return new RecallTuner(this);
		}

	}

}
