package io.rdsboot.vector.index;

import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.index.catalog.IndexClaims;
import io.rdsboot.vector.index.catalog.IndexDefinition;
import io.rdsboot.vector.index.catalog.TableRows;
import io.rdsboot.vector.index.session.BuildLimits;
import io.rdsboot.vector.index.session.DdlSession;
import io.rdsboot.vector.index.session.DdlSessions;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look at the indexes of a table, and what is to be done about them. Runs on one
 * thread at a time, and is cancelled from others.
 */
final class IndexPass {

	private static final Logger logger = LoggerFactory.getLogger(IndexPass.class);

	private final DdlSessions sessions;

	private final BuildLimits limits;

	private final Duration progressInterval;

	private final IndexMaintenance maintenance;

	private final IndexInspector.Limits rebuildLimits;

	private final String application;

	private final Duration dropDelay;

	private final IndexStatuses statuses;

	private final VectorIndexManager.BuildListener buildListener;

	private final IndexChoice choice;

	private final Map<VectorTable, IndexHistory> histories = new HashMap<>();

	private volatile @Nullable DdlSession session;

	private volatile @Nullable IndexBuilder builder;

	private boolean faultsTold;

	IndexPass(VectorIndexManager.Builder settings, IndexStatuses statuses) {
		this.sessions = new DdlSessions(settings.dataSource, settings.ownerDataSource, settings.buildTimeout);
		this.limits = new BuildLimits(settings.maxBuildMemory, settings.buildWorkers);
		this.progressInterval = settings.progressInterval;
		this.maintenance = settings.maintenance;
		this.rebuildLimits = settings.rebuildLimits;
		this.application = IndexClaims.nameable(settings.application);
		this.dropDelay = settings.dropDelay;
		this.statuses = statuses;
		this.buildListener = settings.buildListener;
		this.choice = new IndexChoice(this.limits, this.rebuildLimits.growth());
	}

	/**
	 * Forget what was seen before the manager was started.
	 */
	synchronized void begin() {
		this.histories.clear();
	}

	/**
	 * Make the indexes of a table what they should be.
	 * @return whether there is nothing left to build or to drop but what waits for rows
	 */
	boolean run(VectorTable table, List<IndexDefinition> declared) {
		return run(table, declared, null);
	}

	/**
	 * Build an index anew that is there.
	 * @param index its name
	 */
	void rebuild(VectorTable table, List<IndexDefinition> declared, String index) {
		run(table, declared, index);
	}

	private boolean run(VectorTable table, List<IndexDefinition> declared, @Nullable String rebuilt) {
		try {
			boolean complete = work(table, declared, rebuilt);
			this.statuses.completed(table);
			return complete;
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("Work on the indexes of vector table {} failed", table, ex);
			if (ex instanceof SQLException failure && DdlSession.isLoss(failure)) {
				this.statuses.interrupted(table, failure);
				return false;
			}
			this.statuses.completed(table);
			// Those that were ready still serve.
			if (!isReady(table)) {
				declared.forEach((index) -> this.statuses
					.update(new VectorIndexStatus(table, index.purpose(), State.FAILED, null, ex.getMessage())));
			}
			return false;
		}
		finally {
			this.builder = null;
			this.session = null;
		}
	}

	private boolean work(VectorTable table, List<IndexDefinition> declared, @Nullable String rebuilt)
			throws SQLException {
		try (DdlSession session = this.sessions.open(table)) {
			this.session = session;
			TableRows rows = new TableRows(session.connection());
			List<IndexDefinition> indexes = IndexChoice.isLeftBy(table) ? this.choice.definitions(table, rows, session)
					: declared;
			tellFaults(session);
			IndexBuilder builder = new IndexBuilder(session, this.limits, this.progressInterval, this.statuses::update,
					this.buildListener);
			this.builder = builder;
			IndexHistory history = history(table);
			IndexKeeper keeper = new IndexKeeper(table, indexes, session, builder, this.maintenance, this.rebuildLimits,
					history, this.statuses::update);
			if (rebuilt != null && keeper.rebuild(rebuilt)) {
				return true;
			}
			boolean complete = new IndexReconciler(table, indexes, rows, session, builder, this.application, history,
					this.statuses::update)
				.reconcile();
			this.choice.note(table, session);
			if (complete && isReady(table)) {
				keeper.keep();
			}
			return complete;
		}
	}

	/**
	 * Return what gives each column of a table the index that it has.
	 */
	UnaryOperator<VectorColumn> actual(VectorTable table) {
		return this.choice.actual(table);
	}

	private void tellFaults(DdlSession session) throws SQLException {
		String faults = this.faultsTold ? null : ExtensionFaults.find(session.connection());
		if (faults != null) {
			logger.info(faults);
		}
		this.faultsTold = true;
	}

	private boolean isReady(VectorTable table) {
		return EnumSet.of(State.READY).containsAll(this.statuses.states(table));
	}

	private synchronized IndexHistory history(VectorTable table) {
		return this.histories.computeIfAbsent(table, (key) -> new IndexHistory(this.dropDelay));
	}

	/**
	 * Build again what an operator did not want to be built.
	 */
	void forgetCanceled(VectorTable table) {
		history(table).forgetCanceled();
	}

	/**
	 * Cancel the build of an index, and wait until it has ended.
	 * @return whether it has ended, or {@code null} if it is not running
	 */
	@Nullable Boolean cancelBuild(VectorTable table, String index, Duration timeout) throws InterruptedException {
		IndexBuilder builder = this.builder;
		try {
			return (builder != null) ? builder.cancel(table, index, timeout) : null;
		}
		catch (SQLException ex) {
			logger.debug("Could not cancel the build of index {}", index, ex);
			return false;
		}
	}

	/**
	 * End the pass that is running. May be called again: what has only just begun is not
	 * hit.
	 */
	void cancel() {
		DdlSession session = this.session;
		if (session != null) {
			try {
				session.cancel();
			}
			catch (SQLException ex) {
				logger.debug("Could not cancel the work on an index", ex);
			}
		}
	}

}
