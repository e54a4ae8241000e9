package io.rdsboot.vector.index;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

import javax.sql.DataSource;

import io.rdsboot.vector.VectorTable;
import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.schema.IndexNames;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the indexes of one table what the table declares, in one pass.
 */
final class IndexReconciler {

	private static final Logger logger = LoggerFactory.getLogger(IndexReconciler.class);

	private final DataSource dataSource;

	private final VectorTable table;

	private final List<IndexDefinition> definitions;

	private final DdlSession session;

	private final IndexCatalog catalog;

	private final TableRows rows;

	private final Consumer<VectorIndexStatus> progress;

	IndexReconciler(DataSource dataSource, VectorTable table, List<IndexDefinition> definitions, DdlSession session,
			Consumer<VectorIndexStatus> progress) {
		this.dataSource = dataSource;
		this.table = table;
		this.definitions = definitions;
		this.session = session;
		this.catalog = new IndexCatalog(session.connection());
		this.rows = new TableRows(session.connection());
		this.progress = progress;
	}

	/**
	 * Return whether there is nothing left to build or to drop but what waits for rows.
	 */
	boolean reconcile() throws SQLException {
		if (!this.catalog.exists(this.table)) {
			report(this.definitions, State.FAILED, null, "table %s does not exist".formatted(this.table));
			return false;
		}
		List<ExistingIndex> indexes = this.catalog.indexes(this.table);
		Findings findings = examine(indexes);
		if (findings.missing().isEmpty() && indexes.stream().noneMatch((index) -> isOutdated(index, indexes))) {
			findings.settled().forEach(this.progress);
			return true;
		}
		try (BuildGuard guard = BuildGuard.tryAcquire(this.dataSource)) {
			if (guard == null) {
				findings.settled().forEach(this.progress);
				report(findings.missing(), State.WAITING_FOR_OTHER, null, "another session builds vector indexes");
				return false;
			}
			return reconcileGuarded();
		}
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
			if (!build(definition)) {
				failed.add(definition);
			}
		}
		List<ExistingIndex> after = this.catalog.indexes(this.table);
		drop(after, (index) -> isOutdated(index, after));
		after.stream()
			.filter(this::isForeign)
			.forEach((index) -> logger.warn(
					"Index {} of vector table {} is not what is declared; it was not made here and stays", index.name(),
					this.table));
		Findings findings = examine(after);
		findings.settled().forEach(this.progress);
		report(missing.stream()
			.filter((definition) -> findings.missing().contains(definition) && !failed.contains(definition))
			.toList(), State.FAILED, null, "the index that was built is not valid");
		return findings.missing().isEmpty();
	}

	/**
	 * Whether a vector index was made by somebody else for what is declared otherwise.
	 */
	private boolean isForeign(ExistingIndex index) {
		return !IndexNames.isOurs(index.name()) && index.isOnVectors() && !index.partial()
				&& this.definitions.stream().noneMatch((definition) -> definition.isMetBy(index));
	}

	private Findings examine(List<ExistingIndex> indexes) throws SQLException {
		List<VectorIndexStatus> settled = new ArrayList<>();
		List<IndexDefinition> missing = new ArrayList<>();
		for (IndexDefinition definition : this.definitions) {
			Optional<ExistingIndex> index = indexes.stream()
				.filter((existing) -> existing.valid() && definition.isMetBy(existing))
				.findFirst();
			if (index.isPresent()) {
				settled.add(status(definition, State.READY, index.get().name(), null));
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
	 * Whether an index is invalid or does not serve any more, nor stands in for one that
	 * is not there yet.
	 */
	private boolean isOutdated(ExistingIndex index, List<ExistingIndex> all) {
		if (!IndexNames.isOurs(index.name()) || !index.valid()) {
			return IndexNames.isOurs(index.name());
		}
		return this.definitions.stream()
			.noneMatch((definition) -> definition.isMetBy(index)
					|| (index.columns().contains(definition.column()) && !isMet(definition, all)));
	}

	private static boolean isMet(IndexDefinition definition, List<ExistingIndex> indexes) {
		return indexes.stream().anyMatch((index) -> index.valid() && definition.isMetBy(index));
	}

	private boolean build(IndexDefinition definition) {
		String name = definition.name();
		report(List.of(definition), State.BUILDING, name, null);
		logger.info("Building index {} of vector table {}: {}", name, this.table, definition.createStatement());
		if (definition.remark() != null) {
			logger.info("Index {} of vector table {}: {}", name, this.table, definition.remark());
		}
		try {
			this.session.execute(definition.createStatement());
			logger.info("Built index {} of vector table {}", name, this.table);
			return true;
		}
		catch (SQLException ex) {
			logger.debug("Building index {} of vector table {} failed", name, this.table, ex);
			report(List.of(definition), State.FAILED, null, ex.getMessage());
			return false;
		}
	}

	/**
	 * Drops ours alone: what an administrator made, only an administrator drops.
	 */
	private void drop(List<ExistingIndex> indexes, Predicate<ExistingIndex> condition) throws SQLException {
		for (ExistingIndex index : indexes) {
			if (IndexNames.isOurs(index.name()) && condition.test(index)) {
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
