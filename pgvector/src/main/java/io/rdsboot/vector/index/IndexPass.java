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
		try {
			boolean complete = work(table, declared);
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
			this.session = null;
		}
	}

	private boolean work(VectorTable table, List<IndexDefinition> declared) throws SQLException {
		try (DdlSession session = this.sessions.open(table)) {
			this.session = session;
			List<IndexDefinition> indexes = IndexChoice.isLeftBy(table) ? this.choice.definitions(table, session)
					: declared;
			tellFaults(session);
			IndexBuilder builder = new IndexBuilder(session, this.limits, this.progressInterval, this.statuses::update,
					this.buildListener);
			IndexHistory history = history(table);
			boolean complete = new IndexReconciler(table, indexes, session, builder, this.application, history,
					this.statuses::update)
				.reconcile();
			this.choice.note(table, session);
			if (complete && isReady(table)) {
				new IndexKeeper(table, indexes, session, builder, this.maintenance, this.rebuildLimits, history,
						this.statuses::update)
					.keep();
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
