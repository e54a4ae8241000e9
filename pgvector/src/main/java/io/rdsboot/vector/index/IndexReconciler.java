package io.rdsboot.vector.index;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.index.catalog.ExistingIndex;
import io.rdsboot.vector.index.catalog.IndexCatalog;
import io.rdsboot.vector.index.catalog.IndexDefinition;
import io.rdsboot.vector.index.catalog.TableRows;
import io.rdsboot.vector.index.session.BuildGuard;
import io.rdsboot.vector.index.session.DdlSession;
import io.rdsboot.vector.index.session.IndexBuilderRole;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the indexes of one table what the table declares, in one pass. Leaves alone what
 * other applications declare, and what instances of this one do that were started later.
 */
final class IndexReconciler {

	private static final Logger logger = LoggerFactory.getLogger(IndexReconciler.class);

	private final VectorTable table;

	private final IndexOwnership ownership;

	private final DdlSession session;

	private final IndexBuilder builder;

	private final IndexCatalog catalog;

	private final TableRows rows;

	private final IndexReports reports;

	private final IndexHistory history;

	private final Instant now;

	private final Consumer<VectorIndexStatus> progress;

	IndexReconciler(VectorTable table, List<IndexDefinition> definitions, TableRows rows, DdlSession session,
			IndexBuilder builder, String application, IndexHistory history, Consumer<VectorIndexStatus> progress)
			throws SQLException {
		this.table = table;
		this.session = session;
		this.builder = builder;
		this.catalog = new IndexCatalog(session.connection());
		this.rows = rows;
		this.history = history;
		this.now = this.catalog.now();
		this.ownership = new IndexOwnership(definitions, application, history.start(this.now));
		this.reports = new IndexReports(table, this.ownership, history, session.connection());
		this.progress = progress;
	}

	/**
	 * Return whether there is nothing left to build or to drop but what waits for rows.
	 */
	boolean reconcile() throws SQLException {
		if (!this.catalog.exists(this.table)) {
			this.history.forgetReady();
			report(this.ownership.definitions(), State.FAILED, null, "table %s does not exist".formatted(this.table));
			return false;
		}
		List<ExistingIndex> indexes = this.catalog.indexes(this.table);
		Findings findings = examine(indexes);
		this.reports.report(indexes);
		if (findings.missing().isEmpty()
				&& indexes.stream().noneMatch((index) -> isDue(index, indexes) || this.ownership.isClaimStale(index))) {
			findings.settled().forEach(this.progress);
			return indexes.stream().noneMatch((index) -> this.ownership.isOutdated(index, indexes));
		}
		String problem = problem(findings.missing());
		if (problem != null) {
			findings.settled().forEach(this.progress);
			report(findings.missing(), State.FAILED, null, problem);
			return findings.missing().isEmpty();
		}
		try (BuildGuard guard = BuildGuard.tryAcquire(this.session.dataSource())) {
			if (guard == null) {
				findings.settled().forEach(this.progress);
				report(findings.missing(), State.WAITING_FOR_OTHER, null, "another session builds vector indexes");
				return false;
			}
			return reconcileGuarded();
		}
	}

	/**
	 * Return what keeps indexes from being built, and what mends it, or {@code null} if
	 * nothing does.
	 */
	private @Nullable String problem(List<IndexDefinition> missing) throws SQLException {
		List<String> partitions = this.catalog.partitions(this.table);
		if (partitions == null || missing.isEmpty()) {
			return new IndexBuilderRole(this.session.connection()).problem(this.table, missing);
		}
		return "the table is partitioned, and PostgreSQL cannot build its indexes by one statement while it is in use; run as its owner: "
				+ missing.stream()
					.map((definition) -> definition.createStatements(partitions))
					.collect(Collectors.joining(" "));
	}

	private boolean reconcileGuarded() throws SQLException {
		List<ExistingIndex> before = this.catalog.indexes(this.table);
		List<IndexDefinition> missing = examine(before).missing();
		Optional<ExistingIndex> building = before.stream().filter(ExistingIndex::building).findFirst();
		if (building.isPresent()) {
			report(missing, State.WAITING_FOR_OTHER, building.get().name(), "a session without the guard builds it");
			return false;
		}
		drop(before, (index) -> !index.valid());
		List<IndexDefinition> failed = new ArrayList<>();
		for (IndexDefinition definition : missing) {
			if (!this.builder.build(definition)) {
				failed.add(definition);
				if (this.builder.wasCanceled()) {
					this.history.addCanceled(definition);
				}
			}
		}
		List<ExistingIndex> after = this.catalog.indexes(this.table);
		boolean claimed = claim(after);
		drop(after, (index) -> isDue(index, after));
		this.reports.reportForeign(after);
		Findings findings = examine(after);
		findings.settled().forEach(this.progress);
		report(missing.stream()
			.filter((definition) -> findings.missing().contains(definition) && !failed.contains(definition))
			.toList(), State.FAILED, null, "the index that was built is not valid");
		return claimed && findings.missing().isEmpty()
				&& after.stream().noneMatch((index) -> this.ownership.isOutdated(index, after) && !isDue(index, after));
	}

	/**
	 * Says in the comments of the indexes that this application declares them, and what
	 * it does not declare any more beside others.
	 */
	private boolean claim(List<ExistingIndex> indexes) throws SQLException {
		boolean claimed = true;
		for (ExistingIndex index : indexes) {
			if (this.ownership.isClaimStale(index)) {
				try {
					this.session.comment(index, (claims) -> this.ownership.claimed(index, claims));
				}
				catch (SQLException ex) {
					logger.debug("Could not comment on index {}", index.name(), ex);
					claimed = false;
				}
			}
		}
		return claimed;
	}

	private Findings examine(List<ExistingIndex> indexes) throws SQLException {
		List<VectorIndexStatus> settled = new ArrayList<>();
		List<IndexDefinition> missing = new ArrayList<>();
		for (IndexDefinition definition : this.ownership.definitions()) {
			Optional<ExistingIndex> index = indexes.stream()
				.filter((existing) -> existing.valid() && definition.isMetBy(existing))
				.findFirst();
			if (index.isPresent()) {
				this.history.addReady(definition);
				settled.add(status(definition, State.READY, index.get().name(), null));
			}
			else if (this.history.wasReady(definition) && indexes.stream().noneMatch(definition::isMetBy)) {
				settled.add(status(definition, State.WAITING_FOR_OTHER, null,
						"another session has dropped it since; it is built again by the next start"));
			}
			else if (this.history.isCanceled(definition)) {
				settled.add(status(definition, State.CANCELED, null, IndexBuilder.CANCELED));
			}
			else if (this.rows.suffice(definition)) {
				missing.add(definition);
			}
			else {
				settled.add(status(definition, State.WAITING_FOR_DATA, null,
						"table %s has fewer rows than the index needs (%d)".formatted(this.table,
								definition.requiredRows())));
			}
		}
		return new Findings(settled, missing);
	}

	/**
	 * Whether an index is to be dropped now. Versions that are being replaced may need an
	 * outdated one for some time.
	 */
	private boolean isDue(ExistingIndex index, List<ExistingIndex> all) {
		if (!this.ownership.isOutdated(index, all)) {
			return false;
		}
		boolean due = !index.valid() || this.history.isDroppable(index, this.now);
		if (!due && this.history.isNews(index, "outdated")) {
			logger.info(
					"Index {} of vector table {} is not declared any more; it is dropped in {} s, until when versions that are being replaced may use it",
					index.name(), this.table, this.history.dropDelay().toSeconds());
		}
		return due;
	}

	/**
	 * Drops ours alone: what an administrator made, only an administrator drops.
	 */
	private void drop(List<ExistingIndex> indexes, Predicate<ExistingIndex> condition) throws SQLException {
		for (ExistingIndex index : indexes) {
			if (index.isOurs() && condition.test(index)) {
				logger.info("Dropping {} index {} of vector table {}", index.valid() ? "outdated" : "invalid",
						index.name(), this.table);
				this.session.execute("DROP INDEX CONCURRENTLY IF EXISTS " + index.quotedName());
			}
		}
	}

	private void report(List<IndexDefinition> definitions, State state, @Nullable String index,
			@Nullable String detail) {
		definitions.forEach((definition) -> this.progress.accept(status(definition, state, index, detail)));
	}

	private VectorIndexStatus status(IndexDefinition definition, State state, @Nullable String index,
			@Nullable String detail) {
		return new VectorIndexStatus(this.table, definition.purpose(), state, index, detail);
	}

	/**
	 * What a look at the catalogue and at the rows shows.
	 *
	 * @param settled the indexes that are there, and those that wait for rows
	 * @param missing the indexes that are to be built
	 */
	private record Findings(List<VectorIndexStatus> settled, List<IndexDefinition> missing) {

	}

}
