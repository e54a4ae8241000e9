package io.rdsboot.vector.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.rdsboot.vector.schema.DeclaredColumn.Use;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorTable;

/**
 * Comparison of a table with its declaration, column by column.
 */
final class TableComparison {

	private final TableDefinition declared;

	private final ExistingTable existing;

	private final TableCatalog catalog;

	private final long maxRewrittenBytes;

	/**
	 * Create a comparison.
	 * @param maxRewrittenBytes size up to which a table with rows may be rewritten
	 * @throws VectorSchemaException if the relation is no ordinary table
	 */
	TableComparison(TableDefinition declared, ExistingTable existing, TableCatalog catalog, long maxRewrittenBytes) {
		this.declared = declared;
		this.existing = existing;
		this.catalog = catalog;
		this.maxRewrittenBytes = maxRewrittenBytes;
		if (existing.kind() != ExistingTable.Kind.TABLE) {
			throw new VectorSchemaException(
					"%s is declared as a vector table, but is a %s.".formatted(declared.table(), existing.kind()),
					"Declare an ordinary table: only such a one can be written by id and be indexed while it is in use.");
		}
	}

	/**
	 * Check that the table is what is declared.
	 * @throws VectorSchemaException if it is not
	 */
	void requireNone() {
		throwIfAny(differences());
	}

	/**
	 * Return the differences, all of which {@link Difference#lossless() can be mended}.
	 * @throws VectorSchemaException if there are others
	 */
	List<Difference> requireLossless() {
		List<Difference> all = differences();
		throwIfAny(all.stream().filter((difference) -> !difference.lossless()).toList());
		return all;
	}

	private void throwIfAny(List<Difference> differences) {
		if (!differences.isEmpty()) {
			throw new VectorSchemaException("Vector table %s does not fit its declaration:\n%s"
				.formatted(this.declared.table(), lines(differences.stream().map(Difference::description), "    - %s")),
					action(differences));
		}
	}

	private static String action(List<Difference> differences) {
		String declare = "Change the declaration to what the table has, declare another table, or ";
		List<String> statements = differences.stream().flatMap(Difference::script).toList();
		return statements.isEmpty() ? declare + "change the table by a migration of your own."
				: declare + "run as the table's owner:\n" + lines(statements.stream(), "    %s");
	}

	private static String lines(Stream<String> lines, String format) {
		return lines.map(format::formatted).collect(Collectors.joining("\n"));
	}

	private List<Difference> differences() {
		List<Difference> differences = new ArrayList<>();
		ColumnComparison columns = new ColumnComparison(this.declared, this.existing, this.catalog,
				this.maxRewrittenBytes);
		TextSearch words = this.declared.table().textSearch();
		for (DeclaredColumn column : this.declared.columns()) {
			if (column.use() != Use.WORDS) {
				differences.addAll(columns.compare(column));
			}
			else if (words != null) {
				new WordsComparison(this.declared, this.existing, this.catalog, this.maxRewrittenBytes)
					.compare(column, words)
					.ifPresent(differences::add);
			}
		}
		addUnique(differences);
		addUndeclared(differences);
		new TenancyComparison(this.declared, this.existing, this.catalog).addTo(differences);
		new KeyMoveComparison(this.declared.table(), this.existing, this.maxRewrittenBytes).addTo(differences);
		return differences;
	}

	private void addUnique(List<Difference> differences) {
		String id = this.declared.table().idColumn();
		if (this.existing.columns().containsKey(id) && !this.existing.idUnique()) {
			differences.add(Difference.refused(
					"column %s is declared as the id, but has no primary key or unique index of its own".formatted(id),
					List.of(this.declared.alter("ADD %s (%s)"
						.formatted(this.existing.primaryKey() ? "UNIQUE" : "PRIMARY KEY", VectorTable.quote(id))))));
		}
	}

	private void addUndeclared(List<Difference> differences) {
		Set<String> declared = this.declared.columns().stream().map(DeclaredColumn::name).collect(Collectors.toSet());
		this.existing.columns()
			.values()
			.stream()
			.filter((column) -> column.required() && !declared.contains(column.name()))
			.forEach((column) -> differences.add(Difference.refused(
					"column %s is not declared, but must not be null and has no default".formatted(column.name()),
					List.of(this.declared.alterColumn(column.name(), "DROP NOT NULL")))));
	}

}
