package io.rdsboot.vector.index;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

import javax.sql.DataSource;

import io.rdsboot.vector.VectorExpressions;
import io.rdsboot.vector.VectorIndex;
import io.rdsboot.vector.VectorTable;
import io.rdsboot.vector.index.VectorIndexStatus.State;
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

	private final DdlSession session;

	private final IndexCatalog catalog;

	private final Consumer<VectorIndexStatus> progress;

	IndexReconciler(DataSource dataSource, VectorTable table, DdlSession session,
			Consumer<VectorIndexStatus> progress) {
		this.dataSource = dataSource;
		this.table = table;
		this.session = session;
		this.catalog = new IndexCatalog(session.connection());
		this.progress = progress;
	}

	VectorIndexStatus reconcile() throws SQLException {
		if (!this.catalog.exists(this.table)) {
			return status(State.FAILED, null, "table %s does not exist".formatted(this.table));
		}
		List<ExistingIndex> indexes = this.catalog.indexes(this.table);
		if (isDone(indexes)) {
			return status(State.READY, nameOfFitting(indexes), null);
		}
		try (BuildGuard guard = BuildGuard.tryAcquire(this.dataSource)) {
			if (guard == null) {
				return status(State.WAITING_FOR_OTHER, null, "another session builds vector indexes");
			}
			return reconcileGuarded();
		}
	}

	private VectorIndexStatus reconcileGuarded() throws SQLException {
		List<ExistingIndex> indexes = this.catalog.indexes(this.table);
		Optional<ExistingIndex> building = indexes.stream().filter(ExistingIndex::building).findFirst();
		if (building.isPresent()) {
			return status(State.WAITING_FOR_OTHER, building.get().name(), "a session without the guard builds it");
		}
		drop(indexes, (index) -> !index.valid());
		if (isWanted() && nameOfFitting(indexes) == null) {
			if (this.table.embedding().index() instanceof VectorIndex.IvfFlat ivfFlat
					&& !this.catalog.hasRows(this.table, ivfFlat.lists())) {
				return status(State.WAITING_FOR_DATA, null,
						"table %s has fewer rows than the index has lists (%d)".formatted(this.table, ivfFlat.lists()));
			}
			build();
		}
		indexes = this.catalog.indexes(this.table);
		String name = nameOfFitting(indexes);
		if (isWanted() && name == null) {
			return status(State.FAILED, null, "the index that was built is not valid");
		}
		drop(indexes, (index) -> !index.fits(this.table));
		return status(State.READY, name, null);
	}

	private boolean isWanted() {
		return !(this.table.embedding().index() instanceof VectorIndex.None);
	}

	private boolean isDone(List<ExistingIndex> indexes) {
		boolean outdated = indexes.stream()
			.anyMatch((index) -> IndexNames.isOurs(index.name()) && !(index.valid() && index.fits(this.table)));
		return !outdated && (!isWanted() || nameOfFitting(indexes) != null);
	}

	private @Nullable String nameOfFitting(List<ExistingIndex> indexes) {
		return indexes.stream()
			.filter((index) -> index.valid() && index.fits(this.table))
			.map(ExistingIndex::name)
			.findFirst()
			.orElse(null);
	}

	private void build() throws SQLException {
		String name = IndexNames.nameFor(this.table);
		this.progress.accept(status(State.BUILDING, name, null));
		logger.info("Building index {} of vector table {}: {}", name, this.table, this.table.embedding().index());
		this.session
			.execute("CREATE INDEX CONCURRENTLY %s ON %s USING %s (%s %s) WITH (%s)".formatted(VectorTable.quote(name),
					this.table.quotedName(), accessMethod(), VectorTable.quote(this.table.embedding().name()),
					new VectorExpressions(this.table, this.table.embedding()).operatorClass(), options()));
		logger.info("Built index {} of vector table {}", name, this.table);
	}

	/**
	 * Drops ours alone: what an administrator made, only an administrator drops.
	 */
	private void drop(List<ExistingIndex> indexes, Predicate<ExistingIndex> condition) throws SQLException {
		for (ExistingIndex index : indexes) {
			if (!condition.test(index)) {
				continue;
			}
			if (!IndexNames.isOurs(index.name())) {
				logger.warn(
						"Index {} of vector table {} is {}, and not what is declared; it was not made here and stays",
						index.name(), this.table, index.valid() ? "valid" : "invalid");
				continue;
			}
			this.progress.accept(status(State.BUILDING, index.name(), "dropping it"));
			logger.info("Dropping {} index {} of vector table {}", index.valid() ? "outdated" : "invalid", index.name(),
					this.table);
			this.session.execute("DROP INDEX CONCURRENTLY IF EXISTS " + index.quotedName());
		}
	}

	private String accessMethod() {
		return (this.table.embedding().index() instanceof VectorIndex.Hnsw) ? "hnsw" : "ivfflat";
	}

	private String options() {
		if (this.table.embedding().index() instanceof VectorIndex.Hnsw hnsw) {
			return "m = %d, ef_construction = %d".formatted(hnsw.m(), hnsw.efConstruction());
		}
		return "lists = %d".formatted(((VectorIndex.IvfFlat) this.table.embedding().index()).lists());
	}

	private VectorIndexStatus status(State state, @Nullable String index, @Nullable String detail) {
		return new VectorIndexStatus(this.table, state, index, detail);
	}

}
