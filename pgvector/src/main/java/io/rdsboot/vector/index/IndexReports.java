package io.rdsboot.vector.index;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

import io.rdsboot.vector.index.catalog.ExistingIndex;
import io.rdsboot.vector.index.catalog.IndexDefinition;
import io.rdsboot.vector.index.catalog.TableRows;
import io.rdsboot.vector.schema.UndeclaredColumns;
import io.rdsboot.vector.table.VectorTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what an operator should know of the indexes of a table and what is not mended by
 * itself, each once.
 */
final class IndexReports {

	private static final Logger logger = LoggerFactory.getLogger(IndexReports.class);

	private final VectorTable table;

	private final IndexOwnership ownership;

	private final IndexHistory history;

	private final Connection connection;

	private final TableRows rows;

	IndexReports(VectorTable table, IndexOwnership ownership, IndexHistory history, Connection connection) {
		this.table = table;
		this.ownership = ownership;
		this.history = history;
		this.connection = connection;
		this.rows = new TableRows(connection);
	}

	/**
	 * Report what others declare, and what cannot be seen from the declaration alone.
	 */
	void report(List<ExistingIndex> indexes) throws SQLException {
		reportOthers(indexes);
		reportUndeclared(indexes);
		reportDuplicates(indexes);
	}

	/**
	 * Report what others declare for the same columns.
	 */
	private void reportOthers(List<ExistingIndex> indexes) {
		String application = this.ownership.application();
		for (ExistingIndex index : indexes) {
			List<IndexDefinition> own = this.ownership.definitions()
				.stream()
				.filter((definition) -> index.columns().contains(definition.column()))
				.toList();
			if (!index.isOurs() || !index.valid() || own.isEmpty() || this.ownership.isDeclared(index)) {
				continue;
			}
			String others = index.claims().others(application);
			if (!others.isEmpty() && this.history.isNews(index, others)) {
				logger.warn(
						"Index {} of vector table {} is declared by application {} ({}), but this application, {}, declares {}: both are kept, and each write pays for both. Declare the same in all, or once no instance of {} needs it: DROP INDEX CONCURRENTLY {};",
						index.name(), this.table, others, index.definition(), application, own.get(0).createStatement(),
						others, index.quotedName());
			}
			else if (index.claims().isHeldSince(application, this.ownership.start())
					&& this.history.isNews(index, "later")) {
				logger.info(
						"Index {} of vector table {} is declared by an instance of {} that was started later: it stays",
						index.name(), this.table, application);
			}
		}
	}

	/**
	 * Report where the declaration of a column was removed whose values are nowhere else.
	 * That it was declared here, and nobody else declares it, its index tells.
	 */
	private void reportUndeclared(List<ExistingIndex> indexes) throws SQLException {
		for (ExistingIndex index : indexes) {
			if (!index.valid() || index.isOnVectors() || !this.ownership.isOutdated(index, indexes)) {
				continue;
			}
			for (String column : index.columns()) {
				if (UndeclaredColumns.areLost(this.connection, this.table, column)
						&& this.rows.hasValues(this.table, column) && this.history.isNews(index, "undeclared")) {
					logger.warn(
							"Column {} of vector table {} was declared and is not any more: its values are neither found nor read, and new rows have none. Declare its key again, with what it was formerly if it is stored elsewhere from now on. If nobody needs the values: ALTER TABLE {} DROP COLUMN {};",
							column, this.table, this.table.quotedName(), VectorTable.quote(column));
				}
			}
		}
	}

	/**
	 * Report where two indexes do the same, one of which was not made here.
	 */
	private void reportDuplicates(List<ExistingIndex> indexes) {
		for (IndexDefinition definition : this.ownership.definitions()) {
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
	 * Report which indexes on vectors stay beside those that were built.
	 */
	void reportForeign(List<ExistingIndex> indexes) {
		indexes.stream()
			.filter((index) -> this.ownership.isForeign(index) && this.history.isNews(index, "foreign"))
			.forEach((index) -> logger.warn(
					"Index {} of vector table {} is not what is declared; it was not made here and stays", index.name(),
					this.table));
	}

}
