package io.rdsboot.vector.index.catalog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Indexes that are there for the vector columns of a table.
 *
 * @param table the table
 * @param indexes the indexes that it has
 */
public record ActualIndexes(VectorTable table, List<ExistingIndex> indexes) {

	/**
	 * Return the index that searches of a column can use, the newest of several, or
	 * {@code null} if there is none.
	 * @param declared the column as it is declared
	 */
	public @Nullable Match find(VectorColumn declared) {
		for (int i = this.indexes.size() - 1; i >= 0; i--) {
			ExistingIndex index = this.indexes.get(i);
			VectorIndex parameters = index.vectorIndex();
			if (parameters != null && index.valid() && !index.partial() && index.columns().contains(declared.name())) {
				VectorColumn column = quantizations(declared)
					.flatMap((quantization) -> indexed(declared, parameters, quantization))
					.filter((candidate) -> isMetBy(candidate, index))
					.findFirst()
					.orElse(null);
				if (column != null) {
					return new Match(index, column);
				}
			}
		}
		return null;
	}

	/**
	 * Return a column with the index that it has, where its declaration leaves the
	 * choice. Without one it has an HNSW index of the vectors as they are.
	 * @param connection connection to the database
	 */
	public static VectorColumn resolve(Connection connection, VectorTable table, VectorColumn declared)
			throws SQLException {
		if (!(declared.index() instanceof VectorIndex.Auto)) {
			return declared;
		}
		Match match = new ActualIndexes(table, new IndexCatalog(connection).indexes(table)).find(declared);
		return (match != null) ? match.column()
				: declared.withIndex(VectorIndex.hnsw(), declared.declaredQuantization());
	}

	private static Stream<Quantization> quantizations(VectorColumn column) {
		return (column.declaredQuantization() != null) ? Stream.of(column.declaredQuantization())
				: Stream.of(Quantization.values());
	}

	/**
	 * Return the column with an index, or nothing if it cannot have that.
	 */
	private static Stream<VectorColumn> indexed(VectorColumn declared, VectorIndex index, Quantization quantization) {
		try {
			return Stream.of(declared.withIndex(index, quantization));
		}
		catch (IllegalArgumentException ex) {
			return Stream.empty();
		}
	}

	private boolean isMetBy(VectorColumn candidate, ExistingIndex index) {
		return IndexDefinitions.of(this.table, (column) -> column.name().equals(candidate.name()) ? candidate : column)
			.stream()
			.anyMatch((definition) -> candidate.equals(definition.vector()) && definition.predicate() == null
					&& definition.isMetBy(index));
	}

	/**
	 * Index of a column.
	 *
	 * @param index the index
	 * @param column the column with it
	 */
	public record Match(ExistingIndex index, VectorColumn column) {

	}

}
