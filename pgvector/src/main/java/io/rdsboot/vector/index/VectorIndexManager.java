package io.rdsboot.vector.index;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.index.catalog.IndexDefinition;
import io.rdsboot.vector.index.catalog.IndexDefinitions;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Builder and keeper of the indexes that vector tables declare. Works in the background
 * on one daemon thread, {@code CONCURRENTLY}, so that the tables stay readable and
 * writable. Of all the sessions of a database that use one, a single one builds at a
 * time; it needs two connections of the {@link DataSource} meanwhile. Thread-safe.
 *
 * <p>
 * An index is judged by its definition. One that is missing is built, an invalid one is
 * dropped and built again, and one with another definition is replaced: dropped some time
 * after the new one is there, so that versions which are being replaced have theirs. Only
 * indexes that were made here are ever dropped. What failed is tried again, at growing
 * intervals.
 *
 * <p>
 * The comment of an index says which applications declare it, and when the last instance
 * of each that does was started. What another application declares is reported once, and
 * kept. Of one application, the instance that was started last decides: earlier ones drop
 * nothing of it, and build nothing again that was there.
 *
 * <p>
 * Besides the indexes of vectors, one for all rows and one for each hot filter, there are
 * those that serve filters and text search: of the typed keys, of the metadata and of the
 * content's words. Only the indexes of typed keys are built while a table is empty. To
 * load first and index then is several times quicker, so the others wait for a first row,
 * and an IVFFlat index, which draws its lists from the rows, for as many as it has lists.
 */
public final class VectorIndexManager implements AutoCloseable {

	private static final Duration DEFAULT_RETRY_INTERVAL = Duration.ofSeconds(30);

	private static final Duration DEFAULT_BUILD_TIMEOUT = Duration.ofHours(24);

	private static final Duration DEFAULT_DROP_DELAY = Duration.ofMinutes(15);

	private static final Duration DEFAULT_PROGRESS_INTERVAL = Duration.ofSeconds(5);

	private static final String DEFAULT_APPLICATION = "application";

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

	private final Duration retryInterval;

	private final IndexMaintenance maintenance;

	private final Map<VectorTable, List<IndexDefinition>> definitions = new LinkedHashMap<>();

	private final IndexStatuses statuses;

	private final IndexPass pass;

	private @Nullable ReconcileLoop loop;

	/**
	 * Create a manager with the builder's defaults.
	 * @param dataSource where the tables are, by a login that may create their indexes
	 * @param tables the tables
	 */
	public VectorIndexManager(DataSource dataSource, Collection<VectorTable> tables) {
		this(builder(dataSource, tables));
	}

	private VectorIndexManager(Builder builder) {
		this.retryInterval = builder.retryInterval;
		this.maintenance = builder.maintenance;
		builder.tables.forEach((table) -> this.definitions.put(table, IndexDefinitions.of(table)));
		this.statuses = new IndexStatuses(this.definitions.values().stream().flatMap(List::stream).toList());
		this.pass = new IndexPass(builder, this.statuses);
	}

	/**
	 * Return a builder.
	 * @param dataSource where the tables are
	 * @param tables the tables
	 * @return the builder
	 */
	public static Builder builder(DataSource dataSource, Collection<VectorTable> tables) {
		return new Builder(dataSource, tables);
	}

	/**
	 * Begin to work in the background. Does nothing if that has begun already, or without
	 * tables.
	 */
	public synchronized void start() {
		if (this.loop == null && !this.definitions.isEmpty()) {
			this.statuses.open();
			this.pass.begin();
			this.loop = new ReconcileLoop(this.definitions, this.pass, this.statuses, this.retryInterval,
					this.maintenance.interval());
			this.loop.start();
		}
	}

	/**
	 * Return how far the manager is with each index of each table.
	 * @return a snapshot
	 */
	public List<VectorIndexStatus> status() {
		return this.statuses.all();
	}

	/**
	 * Look at all indexes soon, and build what is missing, also after failures that are
	 * otherwise tried again later, and what {@link #cancelBuild} has canceled. Returns at
	 * once; does nothing before {@link #start()}.
	 */
	public synchronized void lookNow() {
		if (this.loop != null) {
			this.loop.lookNow();
		}
	}

	/**
	 * Build an index anew soon, as after many deletions. The present one serves until the
	 * new one is ready ({@code REINDEX CONCURRENTLY}). Returns at once; what comes of it,
	 * {@link #status()} says.
	 * @param table one of the manager's tables
	 * @param index name of an index that is ready, as {@link #status()} has it
	 * @throws IllegalArgumentException if there is no such index, or it is not ready
	 * @throws IllegalStateException if the manager was not started, or is closed
	 */
	public synchronized void rebuild(VectorTable table, String index) {
		ReconcileLoop running = this.loop;
		if (running == null) {
			throw new IllegalStateException("The manager of the indexes of vector tables does not work");
		}
		VectorIndexStatus status = status().stream()
			.filter((each) -> each.table().equals(table) && index.equals(each.index()))
			.findFirst()
			.orElseThrow(
					() -> new IllegalArgumentException("Vector table %s has no index '%s'".formatted(table, index)));
		if (status.state() != State.READY) {
			throw new IllegalArgumentException("Index '%s' of vector table %s cannot be rebuilt while it is %s"
				.formatted(index, table, status.state()));
		}
		running.rebuild(status, index);
	}

	/**
	 * Cancel the build of an index that this manager runs, the first one or a rebuild,
	 * and wait until the server has ended it, for ten seconds at most. What was built is
	 * dropped; the index that is being rebuilt stays. It is not built again before
	 * {@link #lookNow()} or the next start, but another instance of the service may build
	 * it.
	 * @param table one of the manager's tables
	 * @param index name of the index, as {@link #status()} has it
	 * @return whether the build has ended
	 * @throws IllegalArgumentException if this manager does not build such an index now
	 * @throws InterruptedException if the thread is interrupted
	 */
	public boolean cancelBuild(VectorTable table, String index) throws InterruptedException {
		ReconcileLoop running = running();
		Boolean ended = (running != null) ? running.cancelBuild(table, index, STOP_TIMEOUT) : null;
		if (ended == null) {
			throw new IllegalArgumentException(
					"Index '%s' of vector table %s is not being built by this instance of the service".formatted(index,
							table));
		}
		return ended;
	}

	private synchronized @Nullable ReconcileLoop running() {
		return this.loop;
	}

	/**
	 * Return what gives each column of a table the index that searches of it can use:
	 * where the column leaves the choice, the one that it has by now. To be given to the
	 * repository of the table.
	 * @param table one of the manager's tables
	 * @return a function of a column, which looks at nothing but memory
	 */
	public UnaryOperator<VectorColumn> actualColumns(VectorTable table) {
		return this.pass.actual(table);
	}

	/**
	 * Wait until every index is ready, as a test does that has loaded rows and looks at
	 * plans. An index that waits for rows is looked at every five seconds.
	 * @param timeout the longest time to wait
	 * @throws IllegalStateException if an index is not ready by then, or the manager does
	 * not work; names each such index and says why
	 * @throws InterruptedException if the thread is interrupted
	 */
	public void awaitReady(Duration timeout) throws InterruptedException {
		this.statuses.awaitReady(timeout);
	}

	/**
	 * Stop to work. A build that is running is canceled; what it leaves is dropped by the
	 * next manager. Returns once all is still, or after ten seconds.
	 */
	@Override
	public void close() {
		ReconcileLoop stopping = takeLoop();
		if (stopping != null) {
			stopping.stop(STOP_TIMEOUT);
		}
	}

	private synchronized @Nullable ReconcileLoop takeLoop() {
		ReconcileLoop running = this.loop;
		this.loop = null;
		this.statuses.close();
		return running;
	}

	/**
	 * Hears of builds of indexes, on the thread that builds; must not block.
	 */
	@FunctionalInterface
	public interface BuildListener {

		/**
		 * Hears of nothing.
		 */
		BuildListener NONE = (table, index, again) -> null;

		/**
		 * Called before an index is built.
		 * @param table the table
		 * @param index name of the index
		 * @param again whether an index is built anew that serves meanwhile
		 * @return what is called on the same thread after that, with the failure or
		 * {@code null}; or {@code null} where nobody wants to know
		 */
		@Nullable Consumer<@Nullable Throwable> building(VectorTable table, String index, boolean again);

	}

	/**
	 * Builder of a manager. By default, the application is called {@code application}, an
	 * index that is not ready is looked at every 30 seconds, a build may take 24 hours,
	 * and what is outdated is dropped after 15 minutes.
	 */
	public static final class Builder {

		final DataSource dataSource;

		private final List<VectorTable> tables;

		@Nullable DataSource ownerDataSource;

		String application = DEFAULT_APPLICATION;

		private Duration retryInterval = DEFAULT_RETRY_INTERVAL;

		Duration buildTimeout = DEFAULT_BUILD_TIMEOUT;

		Duration dropDelay = DEFAULT_DROP_DELAY;

		Duration progressInterval = DEFAULT_PROGRESS_INTERVAL;

		@Nullable DataSize maxBuildMemory;

		@Nullable Integer buildWorkers;

		IndexMaintenance maintenance = IndexMaintenance.DEFAULT;

		BuildListener buildListener = BuildListener.NONE;

		IndexInspector.Limits rebuildLimits = IndexInspector.Limits.DEFAULT;

		private Builder(DataSource dataSource, Collection<VectorTable> tables) {
			this.dataSource = dataSource;
			this.tables = List.copyOf(tables);
		}

		/**
		 * Set where connections of the login come from that owns the tables, for those
		 * whose indexes the other one may not create.
		 * @param ownerDataSource the source, or {@code null} if there is no such login
		 * @return this
		 */
		public Builder ownerDataSource(@Nullable DataSource ownerDataSource) {
			this.ownerDataSource = ownerDataSource;
			return this;
		}

		/**
		 * Set the name of the application, which all its instances and versions share.
		 * @param application the name
		 * @return this
		 */
		public Builder application(String application) {
			this.application = application;
			return this;
		}

		/**
		 * Set the time between two looks at an index that is not ready. It is doubled
		 * with each failure, up to an hour, and is at most five seconds while rows are
		 * waited for.
		 * @param retryInterval the time
		 * @return this
		 */
		public Builder retryInterval(Duration retryInterval) {
			this.retryInterval = retryInterval;
			return this;
		}

		/**
		 * Set the longest time that a build may take.
		 * @param buildTimeout the time
		 * @return this
		 */
		public Builder buildTimeout(Duration buildTimeout) {
			this.buildTimeout = buildTimeout;
			return this;
		}

		/**
		 * Set the most memory that the build of an index on vectors may take. By default
		 * a quarter of the server's {@code effective_cache_size}, which Amazon RDS
		 * derives from the class of the instance, and not less than its
		 * {@code maintenance_work_mem}. A build takes no more than it needs.
		 * @param maxBuildMemory the memory, or {@code null} for the default
		 * @return this
		 */
		public Builder maxBuildMemory(@Nullable DataSize maxBuildMemory) {
			this.maxBuildMemory = maxBuildMemory;
			return this;
		}

		/**
		 * Set how many processes of the server help to build an index on vectors, within
		 * the server's own limits ({@code max_parallel_workers}). By default its
		 * {@code max_parallel_maintenance_workers}.
		 * @param buildWorkers the number, 0 for none, or {@code null} for the default
		 * @return this
		 */
		public Builder buildWorkers(@Nullable Integer buildWorkers) {
			this.buildWorkers = buildWorkers;
			return this;
		}

		/**
		 * Set what is done about indexes on vectors that should be built anew: those that
		 * have become much larger than their rows need, or are full of dead rows, and
		 * IVFFlat indexes whose lists were drawn from far fewer rows. By default that is
		 * reported, and looked at every hour.
		 * @param maintenance what is done
		 * @return this
		 */
		public Builder maintenance(IndexMaintenance maintenance) {
			this.maintenance = maintenance;
			return this;
		}

		/**
		 * Set what is told of each build. A listener that throws an exception fails the
		 * build.
		 * @param buildListener the listener
		 * @return this
		 */
		public Builder buildListener(BuildListener buildListener) {
			this.buildListener = buildListener;
			return this;
		}

		/**
		 * Set from where on an index should be built anew.
		 */
		Builder rebuildLimits(IndexInspector.Limits rebuildLimits) {
			this.rebuildLimits = rebuildLimits;
			return this;
		}

		/**
		 * Set the time between two looks at how far a build is.
		 */
		Builder progressInterval(Duration progressInterval) {
			this.progressInterval = progressInterval;
			return this;
		}

		/**
		 * Set how long an index stays that this application does not declare any more,
		 * once all that it declares instead are there.
		 * @param dropDelay the time
		 * @return this
		 */
		public Builder dropDelay(Duration dropDelay) {
			this.dropDelay = dropDelay;
			return this;
		}

		/**
		 * Create the manager.
		 * @return the manager
		 */
		public VectorIndexManager build() {
			return new VectorIndexManager(this);
		}

	}

}
