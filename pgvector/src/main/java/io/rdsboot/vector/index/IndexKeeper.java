package io.rdsboot.vector.index;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

import io.rdsboot.vector.index.IndexMaintenance.Action;
import io.rdsboot.vector.index.VectorIndexCondition.Defect;
import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.index.catalog.ExistingIndex;
import io.rdsboot.vector.index.catalog.IndexCatalog;
import io.rdsboot.vector.index.catalog.IndexDefinition;
import io.rdsboot.vector.index.session.BuildGuard;
import io.rdsboot.vector.index.session.DdlSession;
import io.rdsboot.vector.index.session.IndexBuilderRole;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the indexes on vectors of one table that are ready, in one pass: tells
 * their condition, and reports or rebuilds those that should be built anew.
 */
final class IndexKeeper {

	private static final Logger logger = LoggerFactory.getLogger(IndexKeeper.class);

	private static final String TOPIC = "defect";

	private final VectorTable table;

	private final List<IndexDefinition> definitions;

	private final DdlSession session;

	private final IndexBuilder builder;

	private final IndexMaintenance maintenance;

	private final IndexInspector.Limits limits;

	private final IndexHistory history;

	private final Consumer<VectorIndexStatus> progress;

	private final IndexCatalog catalog;

	private final IndexInspector inspector;

	IndexKeeper(VectorTable table, List<IndexDefinition> definitions, DdlSession session, IndexBuilder builder,
			IndexMaintenance maintenance, IndexInspector.Limits limits, IndexHistory history,
			Consumer<VectorIndexStatus> progress) {
		this.table = table;
		this.definitions = definitions;
		this.session = session;
		this.builder = builder;
		this.maintenance = maintenance;
		this.limits = limits;
		this.history = history;
		this.progress = progress;
		this.catalog = new IndexCatalog(session.connection());
		this.inspector = new IndexInspector(session.connection(), limits);
	}

	void keep() throws SQLException {
		for (IndexDefinition definition : this.definitions) {
			ExistingIndex index = definition.isOnVectors() ? find(definition) : null;
			VectorIndexCondition condition = (index != null) ? inspect(definition, index) : null;
			if (index == null || condition == null) {
				continue;
			}
			if (condition.defect() == null) {
				this.history.forgetNews(index, TOPIC);
			}
			else if (this.maintenance.action() == Action.REPORT || !mayRebuild()) {
				report(index, condition);
			}
			else if (!this.history.isCanceled(definition) && isDue(index, condition)) {
				rebuild(definition);
			}
		}
	}

	private @Nullable ExistingIndex find(IndexDefinition definition) throws SQLException {
		return this.catalog.indexes(this.table)
			.stream()
			.filter((index) -> index.valid() && definition.isMetBy(index))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Return the condition of an index, and tell it.
	 */
	private @Nullable VectorIndexCondition inspect(IndexDefinition definition, ExistingIndex index)
			throws SQLException {
		VectorIndexCondition condition = this.inspector.inspect(definition, index);
		this.progress.accept(new VectorIndexStatus(this.table, definition.purpose(), State.READY, index.name(), null,
				null, condition));
		return condition;
	}

	private boolean mayRebuild() throws SQLException {
		return new IndexBuilderRole(this.session.connection()).problem(this.table, List.of()) == null;
	}

	private void report(ExistingIndex index, VectorIndexCondition condition) {
		if (this.history.isNews(index, TOPIC)) {
			logger.warn(
					"Index {} of vector table {} should be built anew: {}. Set rds.vector.index-maintenance.action to reindex, or run as the owner of the table: REINDEX INDEX CONCURRENTLY {};",
					index.name(), this.table, condition, index.quotedName());
		}
	}

	/**
	 * Whether an index may be rebuilt now. What comes back within a day is not mended by
	 * building again: an old snapshot may keep dead rows from being vacuumed.
	 */
	private boolean isDue(ExistingIndex index, VectorIndexCondition condition) throws SQLException {
		Instant now = this.catalog.now();
		Instant builtAt = condition.builtAt();
		if (builtAt != null && now.isBefore(builtAt.plus(this.limits.leastAge()))) {
			return false;
		}
		DailyWindow window = this.maintenance.window();
		if (window != null && !window.contains(now)) {
			if (this.history.isNews(index, TOPIC)) {
				logger.info("Index {} of vector table {} will be built anew in the window {} UTC: {}", index.name(),
						this.table, window, condition);
			}
			return false;
		}
		return true;
	}

	/**
	 * Build an index anew, whatever its condition.
	 * @param name its name
	 * @return whether it is there
	 */
	boolean rebuild(String name) throws SQLException {
		for (IndexDefinition definition : this.definitions) {
			ExistingIndex index = find(definition);
			if (index != null && index.name().equals(name)) {
				String obstacle = rebuild(definition, index);
				if (obstacle != null) {
					tell(definition, index, "cannot be built anew: " + obstacle);
				}
				return true;
			}
		}
		return false;
	}

	/**
	 * Return what keeps an index from being built anew, or {@code null} if it was tried.
	 */
	private @Nullable String rebuild(IndexDefinition definition, ExistingIndex index) throws SQLException {
		String problem = new IndexBuilderRole(this.session.connection()).problem(this.table, List.of());
		if (problem != null) {
			return problem;
		}
		try (BuildGuard guard = BuildGuard.tryAcquire(this.session.dataSource())) {
			if (guard == null) {
				return "another session builds vector indexes";
			}
			VectorIndexCondition condition = definition.isOnVectors() ? inspect(definition, index) : null;
			if (this.builder.rebuild(definition, index, condition, "an operator asks for it")) {
				if (definition.isOnVectors()) {
					inspect(definition, index);
				}
				else {
					tell(definition, index, null);
				}
			}
			return null;
		}
	}

	private void tell(IndexDefinition definition, ExistingIndex index, @Nullable String detail) {
		this.progress
			.accept(new VectorIndexStatus(this.table, definition.purpose(), State.READY, index.name(), detail));
	}

	private void rebuild(IndexDefinition definition) throws SQLException {
		try (BuildGuard guard = BuildGuard.tryAcquire(this.session.dataSource())) {
			if (guard != null) {
				rebuildGuarded(definition);
			}
		}
	}

	/**
	 * The statistics may be old, and another instance may have been here before.
	 */
	private void rebuildGuarded(IndexDefinition definition) throws SQLException {
		this.session.execute("ANALYZE " + this.table.quotedName());
		ExistingIndex index = find(definition);
		VectorIndexCondition condition = (index != null) ? inspect(definition, index) : null;
		if (index == null || condition == null || condition.defect() == null || !isDue(index, condition)) {
			return;
		}
		if (!this.builder.rebuild(definition, index, condition, condition.toString())) {
			if (this.builder.wasCanceled()) {
				this.history.addCanceled(definition);
			}
			return;
		}
		if (condition.defect() == Defect.DEAD_ROWS) {
			this.session.execute("VACUUM " + this.table.quotedName());
		}
		ExistingIndex rebuilt = find(definition);
		if (rebuilt != null) {
			inspect(definition, rebuilt);
		}
	}

}
