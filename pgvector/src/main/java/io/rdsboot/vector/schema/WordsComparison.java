package io.rdsboot.vector.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.rdsboot.vector.table.TextSearch;

/**
 * Comparison of the generated words of a table with their declaration.
 */
final class WordsComparison {

	private final TableDefinition declared;

	private final ExistingTable existing;

	private final TableCatalog catalog;

	private final long maxRewrittenBytes;

	WordsComparison(TableDefinition declared, ExistingTable existing, TableCatalog catalog, long maxRewrittenBytes) {
		this.declared = declared;
		this.existing = existing;
		this.catalog = catalog;
		this.maxRewrittenBytes = maxRewrittenBytes;
	}

	Optional<Difference> compare(DeclaredColumn column, TextSearch words) {
		String configuration = this.catalog.textSearchConfiguration(words.configuration());
		if (configuration == null) {
			return Optional
				.of(Difference.refused("column %s is declared with text search configuration '%s', which does not exist"
					.formatted(column.name(), words.configuration()), List.of()));
		}
		ExistingColumn found = this.existing.columns().get(column.name());
		String add = this.declared.add(column);
		String drop = this.declared.drop(column);
		if (found == null) {
			return Optional.of(Difference.rewriting(
					"column %s is declared as tsvector, but does not exist".formatted(column.name()), this.existing,
					this.maxRewrittenBytes, List.of(add)));
		}
		if (found.generation() == null) {
			return Optional.of(Difference.refused(
					"column %s is declared as generated, but is an ordinary %s".formatted(column.name(), found.type()),
					List.of(Difference.COMMENT
							+ "declare another column for the words, which leaves this one as it is")));
		}
		String expression = this.declared.words(configuration);
		if (PlainExpression.of(expression).equals(PlainExpression.of(found.generation()))) {
			return Optional.empty();
		}
		String description = "column %s is declared as %s, but is %s".formatted(column.name(), expression,
				found.generation());
		if (this.existing.empty() && !isIndexedByOthers(column)) {
			return Optional.of(Difference.mended(description, List.of(drop, add)));
		}
		List<String> statements = new ArrayList<>();
		statements.add(Difference.COMMENT
				+ "other versions would search other words than are stored: declare another column for the words as long as they run; if none does:");
		if (isIndexedByOthers(column)) {
			statements.add(Difference.COMMENT + "drops indexes that were not made here");
		}
		statements.add(drop);
		statements.add(add);
		return Optional.of(Difference.refused(description, statements));
	}

	private boolean isIndexedByOthers(DeclaredColumn column) {
		return this.existing.indexes(column.name()).stream().anyMatch((index) -> !IndexNames.isOurs(index.name()));
	}

}
