package io.rdsboot.vector.index;

import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;

import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.index.catalog.BuildRecord;
import io.rdsboot.vector.index.catalog.ExistingIndex;
import io.rdsboot.vector.index.catalog.IndexCatalog;
import io.rdsboot.vector.index.catalog.IndexDefinition;
import io.rdsboot.vector.index.session.BuildLimits;
import io.rdsboot.vector.index.session.DdlSession;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Builds the indexes of one session, one after the other, and reports how far each build
 * is and how it ended.
 */
final class IndexBuilder {

	private static final Logger logger = LoggerFactory.getLogger(IndexBuilder.class);

	private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

	/**
	 * What is told of an index whose build was canceled.
	 */
	static final String CANCELED = "an operator has canceled its build; it is built when somebody asks for it, or by the next start";

	private final DdlSession session;

	private final Duration progressInterval;

	private final Consumer<VectorIndexStatus> listener;

	private final VectorIndexManager.BuildListener buildListener;

	private final BuildCancellation cancellation;

	private final BuildExecutor executor;

	private long lastLogged;

	/**
	 * Create a builder.
	 * @param progressInterval time between two looks at how far a build is
	 * @param listener what is told
	 * @param buildListener told of begin and end of each build
	 */
	IndexBuilder(DdlSession session, BuildLimits limits, Duration progressInterval,
			Consumer<VectorIndexStatus> listener, VectorIndexManager.BuildListener buildListener) {
		this.session = session;
		this.progressInterval = progressInterval;
		this.listener = listener;
		this.buildListener = buildListener;
		this.cancellation = new BuildCancellation(session);
		this.executor = new BuildExecutor(session, limits, this.cancellation);
	}

	/**
	 * Build an index, and tell about it.
	 * @return whether that worked
	 * @throws SQLException if the connection was lost
	 */
	boolean build(IndexDefinition index) throws SQLException {
		logger.info("Building index {} of vector table {}: {}", index.name(), index.table(), index.createStatement());
		if (index.remark() != null) {
			logger.info("Index {} of vector table {}: {}", index.name(), index.table(), index.remark());
		}
		return execute(new IndexBuild(index, index.name(), index.createStatement(), false, null));
	}

	/**
	 * Build an index anew that serves until the new one is ready, and tell about it.
	 * @param condition its condition, or {@code null} if it has none
	 * @param reason why it is built anew
	 * @return whether that worked
	 * @throws SQLException if the connection was lost
	 */
	boolean rebuild(IndexDefinition index, ExistingIndex existing, @Nullable VectorIndexCondition condition,
			String reason) throws SQLException {
		String statement = "REINDEX INDEX CONCURRENTLY " + existing.quotedName();
		logger.info("Rebuilding index {} of vector table {}, because {}: {}", existing.name(), index.table(), reason,
				statement);
		return execute(new IndexBuild(index, existing.name(), statement, true, condition));
	}

	/**
	 * Cancel the build of an index, if it is the one that is running, and wait until it
	 * has ended. May be called from another thread.
	 * @param timeout the longest time to wait
	 * @return whether it has ended, or {@code null} if it is not running
	 */
	@Nullable Boolean cancel(VectorTable table, String name, Duration timeout) throws SQLException, InterruptedException {
		return this.cancellation.cancel(table, name, timeout);
	}

	/**
	 * Return whether the last build was canceled.
	 */
	boolean wasCanceled() {
		return this.cancellation.isCanceled();
	}

	private boolean execute(IndexBuild build) throws SQLException {
		tell(build, build.state(), null, null);
		Consumer<@Nullable Throwable> end = this.buildListener.building(build.table(), build.name(), build.again());
		long start = System.nanoTime();
		SQLException failure = null;
		try {
			failure = attempt(build);
			if (failure == null) {
				succeed(build, Duration.ofNanos(System.nanoTime() - start));
				return true;
			}
			logger.debug("Building index {} of vector table {} failed", build.name(), build.table(), failure);
			if (wasCanceled()) {
				abandon(build);
				return false;
			}
			fail(build, failure);
			if (DdlSession.isLoss(failure)) {
				throw failure;
			}
			return false;
		}
		finally {
			if (end != null) {
				end.accept(failure);
			}
		}
	}

	/**
	 * Build the index, watched and cancelable.
	 * @return why that failed, or {@code null} if it did not
	 */
	private @Nullable SQLException attempt(IndexBuild build) {
		this.lastLogged = System.nanoTime();
		BuildWatch watch = BuildWatch.start(this.session.dataSource(), build.table(), this.progressInterval,
				(progress) -> advanced(build, progress));
		SQLException failure = null;
		this.cancellation.begin(build);
		try {
			this.executor.execute(build);
		}
		catch (SQLException ex) {
			failure = ex;
		}
		finally {
			this.cancellation.end(failure);
			watch.close();
		}
		return failure;
	}

	private void succeed(IndexBuild build, Duration time) {
		about(logger.atInfo(), build).addKeyValue("rds.build_ms", time.toMillis())
			.log("Built index {} of vector table {} in {} s", build.name(), build.table(), time.toSeconds());
		record(build);
	}

	/**
	 * Write into the comment of an index on vectors when it was built.
	 */
	private void record(IndexBuild build) {
		if (!build.index().isOnVectors()) {
			return;
		}
		IndexCatalog catalog = new IndexCatalog(this.session.connection());
		try {
			for (ExistingIndex existing : catalog.indexes(build.table())) {
				if (existing.name().equals(build.name()) && existing.valid()) {
					BuildRecord built = new BuildRecord(catalog.now(), catalog.rows(existing));
					this.session.comment(existing, (claims) -> claims.withBuilt(built));
				}
			}
		}
		catch (SQLException ex) {
			logger.debug("Could not comment on index {}", build.name(), ex);
		}
	}

	/**
	 * Leave nothing of a build that was canceled. What cannot be dropped now is dropped
	 * by a later look.
	 */
	private void abandon(IndexBuild build) {
		logger.info("Building index {} of vector table {} was canceled by an operator", build.name(), build.table());
		tell(build, build.again() ? State.READY : State.CANCELED,
				build.again() ? "an operator has canceled its rebuild" : CANCELED, null);
		try {
			this.executor.dropRemains(build);
		}
		catch (SQLException ex) {
			logger.debug("Could not drop what the build of index {} has left", build.name(), ex);
		}
	}

	private void fail(IndexBuild build, SQLException failure) {
		if (!build.again()) {
			if (DdlSession.isLoss(failure)) {
				logger.info("Building index {} of vector table {} was interrupted, and is tried again: {}",
						build.name(), build.table(), failure.getMessage());
			}
			else {
				tell(build, State.FAILED, failure.getMessage(), null);
			}
			return;
		}
		tell(build, State.READY, "could not be built anew: " + failure.getMessage(), null);
		about(logger.atWarn(), build).addKeyValue("rds.cause", failure.getMessage())
			.log("Index {} of vector table {} could not be built anew, and serves as before: {}", build.name(),
					build.table(), failure.getMessage());
	}

	private static LoggingEventBuilder about(LoggingEventBuilder event, IndexBuild build) {
		return event.addKeyValue("rds.vector.table", build.table().toString())
			.addKeyValue("rds.vector.index", build.name());
	}

	private void advanced(IndexBuild build, IndexBuildProgress progress) {
		tell(build, build.state(), null, progress);
		long now = System.nanoTime();
		if (now - this.lastLogged >= LOG_INTERVAL.toNanos()) {
			this.lastLogged = now;
			logger.info("Building index {} of vector table {}: {}", build.name(), build.table(), progress);
		}
	}

	private void tell(IndexBuild build, State state, @Nullable String detail, @Nullable IndexBuildProgress progress) {
		this.listener.accept(new VectorIndexStatus(build.table(), build.index().purpose(), state,
				(state != State.FAILED && state != State.CANCELED) ? build.name() : null, detail, progress,
				build.condition()));
	}

}
