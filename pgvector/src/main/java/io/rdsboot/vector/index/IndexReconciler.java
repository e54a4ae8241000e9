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
import io.rdsboot.vector.index.catalog.IndexClaims;
import io.rdsboot.vector.index.catalog.IndexDefinition;
import io.rdsboot.vector.index.catalog.TableRows;
import io.rdsboot.vector.schema.UndeclaredColumns;
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

	private final List<IndexDefinition> definitions;

	private final DdlSession session;

	private final IndexBuilder builder;

	private final IndexCatalog catalog;

	private final TableRows rows;

	private final String application;

	private final IndexHistory history;

	private final Instant now;

	private final Instant start;

	private final Consumer<VectorIndexStatus> progress;

	IndexReconciler(VectorTable table, List<IndexDefinition> definitions, DdlSession session, IndexBuilder builder,
			String application, IndexHistory history, Consumer<VectorIndexStatus> progress) throws SQLException {
		this.table = table;
		this.definitions = definitions;
		this.session = session;
		this.builder = builder;
		this.catalog = new IndexCatalog(session.connection());
		this.rows = new TableRows(session.connection());
		this.application = application;
		this.history = history;
		this.now = this.catalog.now();
		this.start = history.start(this.now);
		this.progress = progress;
	}

	/**
	 * Return whether there is nothing left to build or to drop but what waits for rows.
	 */
	boolean reconcile() throws SQLException {
		if (!this.catalog.exists(this.table)) {
			this.history.forgetReady();
			report(this.definitions, State.FAILED, null, "table %s does not exist".formatted(this.table));
			return false;
		}
		List<ExistingIndex> indexes = this.catalog.indexes(this.table);
		Findings findings = examine(indexes);
		reportOthers(indexes);
		reportUndeclared(indexes);
		reportDuplicates(indexes);
		if (findings.missing().isEmpty()
				&& indexes.stream().noneMatch((index) -> isDue(index, indexes) || isClaimStale(index))) {
			findings.settled().forEach(this.progress);
			return indexes.stream().noneMatch((index) -> isOutdated(index, indexes));
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
		after.stream()
			.filter((index) -> isForeign(index) && this.history.isNews(index, "foreign"))
			.forEach((index) -> logger.warn(
					"Index {} of vector table {} is not what is declared; it was not made here and stays", index.name(),
					this.table));
		Findings findings = examine(after);
		findings.settled().forEach(this.progress);
		report(missing.stream()
			.filter((definition) -> findings.missing().contains(definition) && !failed.contains(definition))
			.toList(), State.FAILED, null, "the index that was built is not valid");
		return claimed && findings.missing().isEmpty()
				&& after.stream().noneMatch((index) -> isOutdated(index, after) && !isDue(index, after));
	}

	/**
	 * Says in the comments of the indexes that this application declares them, and what
	 * it does not declare any more beside others.
	 */
	private boolean claim(List<ExistingIndex> indexes) throws SQLException {
		boolean claimed = true;
		for (ExistingIndex index : indexes) {
			if (isClaimStale(index)) {
				boolean declared = isDeclared(index);
				try {
					this.session.comment(index, (claims) -> declared ? claims.with(this.application, this.start)
							: claims.without(this.application));
				}
				catch (SQLException ex) {
					logger.debug("Could not comment on index {}", index.name(), ex);
					claimed = false;
				}
			}
		}
		return claimed;
	}

	private boolean isClaimStale(ExistingIndex index) {
		if (!index.isOurs() || !index.valid()) {
			return false;
		}
		IndexClaims claims = index.claims();
		return isDeclared(index) ? !claims.isHeldSince(this.application, this.start)
				: claims.starts().containsKey(this.application) && !claims.isHeldSince(this.application, this.start)
						&& !claims.others(this.application).isEmpty();
	}

	private boolean isDeclared(ExistingIndex index) {
		return this.definitions.stream().anyMatch((definition) -> definition.isMetBy(index));
	}

	/**
	 * Says once what others declare for the same columns.
	 */
	private void reportOthers(List<ExistingIndex> indexes) {
		for (ExistingIndex index : indexes) {
			List<IndexDefinition> own = this.definitions.stream()
				.filter((definition) -> index.columns().contains(definition.column()))
				.toList();
			if (!index.isOurs() || !index.valid() || own.isEmpty() || isDeclared(index)) {
				continue;
			}
			String others = index.claims().others(this.application);
			if (!others.isEmpty() && this.history.isNews(index, others)) {
				logger.warn(
						"Index {} of vector table {} is declared by application {} ({}), but this application, {}, declares {}: both are kept, and each write pays for both. Declare the same in all, or once no instance of {} needs it: DROP INDEX CONCURRENTLY {};",
						index.name(), this.table, others, index.definition(), this.application,
						own.get(0).createStatement(), others, index.quotedName());
			}
			else if (index.claims().isHeldSince(this.application, this.start) && this.history.isNews(index, "later")) {
				logger.info(
						"Index {} of vector table {} is declared by an instance of {} that was started later: it stays",
						index.name(), this.table, this.application);
			}
		}
	}

	/**
	 * Whether a vector index was made by somebody else for what is declared otherwise.
	 */
	private boolean isForeign(ExistingIndex index) {
		return !index.isOurs() && index.isOnVectors() && !index.partial() && !isDeclared(index);
	}

	private Findings examine(List<ExistingIndex> indexes) throws SQLException {
		List<VectorIndexStatus> settled = new ArrayList<>();
		List<IndexDefinition> missing = new ArrayList<>();
		for (IndexDefinition definition : this.definitions) {
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
		if (!isOutdated(index, all)) {
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
	 * Says once where two indexes do the same, one of which was not made here.
	 */
	private void reportDuplicates(List<ExistingIndex> indexes) {
		for (IndexDefinition definition : this.definitions) {
			List<ExistingIndex> same = indexes.stream()
				.filter((index) -> index.valid() && definition.isMetBy(index))
				.toList();
			if (same.size() > 1 && this.history.isNews(same.get(0), "duplicate")) {
				logger.warn(
						"Vector table {} has indexes that do the same: {}. Each write pays for all of them, and no search needs more than one. Drop the others: DROP INDEX CONCURRENTLY ...;",
						this.table, same.stream().map(ExistingIndex::quotedName).collect(Collectors.joining(", ")));
			}
		}
	}

	/**
	 * Says once where the declaration of a column was removed whose values are nowhere
	 * else. That it was declared here, and nobody else declares it, its index tells.
	 */
	private void reportUndeclared(List<ExistingIndex> indexes) throws SQLException {
		for (ExistingIndex index : indexes) {
			if (!index.valid() || index.isOnVectors() || !isOutdated(index, indexes)) {
				continue;
			}
			for (String column : index.columns()) {
				if (UndeclaredColumns.areLost(this.session.connection(), this.table, column)
						&& this.rows.hasValues(this.table, column) && this.history.isNews(index, "undeclared")) {
					logger.warn(
							"Column {} of vector table {} was declared and is not any more: its values are neither found nor read, and new rows have none. Declare its key again, with what it was formerly if it is stored elsewhere from now on. If nobody needs the values: ALTER TABLE {} DROP COLUMN {};",
							column, this.table, this.table.quotedName(), VectorTable.quote(column));
				}
			}
		}
	}

	/**
	 * Whether an index is invalid or does not serve any more, nor stands in for one that
	 * is not there yet.
	 */
	private boolean isOutdated(ExistingIndex index, List<ExistingIndex> all) {
		if (!index.isOurs() || !index.valid()) {
			return index.isOurs();
		}
		return index.claims().isAbandonedBy(this.application, this.start) && this.definitions.stream()
			.noneMatch((definition) -> definition.isMetBy(index)
					|| (index.columns().contains(definition.column()) && !isMet(definition, all)));
	}

	private static boolean isMet(IndexDefinition definition, List<ExistingIndex> indexes) {
		return indexes.stream().anyMatch((index) -> index.valid() && definition.isMetBy(index));
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
