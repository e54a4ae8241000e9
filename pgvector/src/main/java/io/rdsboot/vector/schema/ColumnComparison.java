package io.rdsboot.vector.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.rdsboot.vector.schema.DeclaredColumn.Use;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorTable;

/**
 * Comparison of the columns that records are written to with their declarations.
 */
final class ColumnComparison {

	private final TableDefinition declared;

	private final ExistingTable existing;

	private final TableCatalog catalog;

	private final long maxRewrittenBytes;

	ColumnComparison(TableDefinition declared, ExistingTable existing, TableCatalog catalog, long maxRewrittenBytes) {
		this.declared = declared;
		this.existing = existing;
		this.catalog = catalog;
		this.maxRewrittenBytes = maxRewrittenBytes;
	}

	List<Difference> compare(DeclaredColumn column) {
		ExistingColumn found = this.existing.columns().get(column.name());
		if (found == null) {
			return List.of(missing(column));
		}
		List<Difference> differences = new ArrayList<>();
		if (!column.accepts(found.type())) {
			differences.add(otherType(column, found));
		}
		addUnwritable(column, found, differences);
		if (column.use() == Use.ID && column.accepts(found.type())) {
			new GeneratedIds(this.declared, this.existing).compare(found).ifPresent(differences::add);
		}
		return differences;
	}

	private Difference missing(DeclaredColumn column) {
		String description = "column %s is declared as %s, but does not exist".formatted(column.name(),
				column.plainType());
		String name = VectorTable.quote(column.name());
		if (this.existing.empty()) {
			return Difference.mended(description, List.of(this.declared.add(column)));
		}
		return switch (column.use()) {
			case ID -> Difference.refused(description, List.of());
			case EMBEDDING ->
				Difference.refused(description, List.of(Difference.COMMENT + "a row is found once it has a vector",
						this.declared.alter("ADD COLUMN %s %s".formatted(name, column.type()))));
			case TENANT -> Difference.refused(description,
					List.of(this.declared.alter(
							"ADD COLUMN %s %s NOT NULL DEFAULT '<tenant of all rows>'".formatted(name, column.type())),
							this.declared.alterColumn(column.name(), "DROP DEFAULT")));
			case KEY -> missingKey(column, description);
			case FORMER_KEY -> Difference.refused(
					description + ", so no version of before a move can run: remove 'formerly' from the key",
					List.of());
			case VECTOR, CONTENT, METADATA, WORDS -> Difference.mended(description, List.of(this.declared.add(column)));
		};
	}

	/**
	 * A key that rows have in their {@code jsonb} would be looked for in the new column,
	 * and not be found.
	 */
	private Difference missingKey(DeclaredColumn column, String description) {
		VectorTable table = this.declared.table();
		String metadata = table.metadataColumn();
		MetadataColumn declaration = table.typedKeys()
			.stream()
			.filter((each) -> each.column().equals(column.name()))
			.findFirst()
			.orElseThrow();
		String key = declaration.key();
		String add = this.declared.add(column);
		boolean hidden = this.existing.rowsHidden() && !this.catalog.canReveal(table);
		if (declaration.formerly() != null || metadata == null || !this.existing.columns().containsKey(metadata)
				|| !(hidden || this.catalog.hasMember(table, metadata, key))) {
			return Difference.mended(description, List.of(add));
		}
		List<String> statements = new ArrayList<>();
		statements.add(Difference.COMMENT
				+ "declare 'formerly: json' for the key as long as other versions run; if none does:");
		statements.add(add);
		statements.addAll(TenantPolicy.unforced(table, moveMember(column, key, metadata)));
		return Difference.refused((hidden
				? "%s, and rows that row-level security hides can have the key '%s' in column %s, where it would not be found any more"
				: "%s, and rows have the key '%s' in column %s, where it would not be found any more")
			.formatted(description, key, metadata), statements);
	}

	private String moveMember(DeclaredColumn column, String key, String metadata) {
		String json = this.declared.table().metadataDocument("");
		String member = "'" + key.replace("'", "''") + "'";
		String value = column.plainType().equals("text[]")
				? "ARRAY(SELECT jsonb_array_elements_text(%s -> %s))".formatted(json, member)
				: "(%s ->> %s)::%s".formatted(json, member, column.type());
		return "UPDATE %s SET %s = %s, %s = %s - %s WHERE %s -> %s IS NOT NULL".formatted(
				this.declared.table().quotedName(), VectorTable.quote(column.name()), value,
				VectorTable.quote(metadata), json, member, json, member);
	}

	private Difference otherType(DeclaredColumn column, ExistingColumn found) {
		String description = "column %s is declared as %s, but is %s".formatted(column.name(), column.plainType(),
				found.type());
		String name = VectorTable.quote(column.name());
		if (this.existing.empty()) {
			List<String> statements = new ArrayList<>();
			if (column.use() == Use.ID && found.filled() && found.generation() == null) {
				statements.addAll(GeneratedIds.remove(this.declared));
			}
			statements.addAll(changeType(column, "%s::text::%s".formatted(name, column.type())));
			return Difference.mended(description, statements);
		}
		if (column.widens(found.type())) {
			return Difference.rewriting(description, this.existing, this.maxRewrittenBytes,
					List.of(this.declared.changeType(column, "%s::%s".formatted(name, column.type()))));
		}
		if (column.isWithoutDimensions(found.type())) {
			return Difference.refused(description,
					commented("keeps all rows, and fails if a vector has other dimensions",
							changeType(column, "%s::%s".formatted(name, column.type()))));
		}
		if (column.use() == Use.METADATA && found.type().matches("jsonb?")) {
			return Difference.refused(description, commented(
					"declare the metadata's type as %s to use the table as it is; or, with rewriting all rows while nobody uses the table:"
						.formatted(found.type()),
					changeType(column, "%s::%s".formatted(name, column.type()))));
		}
		if (column.converts(found.type())) {
			String comment = (column.use() == Use.KEY)
					? "other versions could not use the column: declare another one for the key, and what it was 'formerly', as long as they run; if none does, this may lose what the new type cannot hold"
					: "may lose what the new type cannot hold";
			return Difference.refused(description,
					commented(comment, changeType(column, "%s::text::%s".formatted(name, column.type()))));
		}
		return Difference.refused(description, List.of(Difference.COMMENT
				+ "such vectors cannot be made of those that are there: declare another column or table, and embed the contents anew"));
	}

	private static List<String> commented(String comment, List<String> statements) {
		return Stream.concat(Stream.of(Difference.COMMENT + comment), statements.stream()).toList();
	}

	/**
	 * An index of ours may not fit the new type, and is built again anyway. The policies
	 * are of the column's type, and others beside them may show more.
	 */
	private List<String> changeType(DeclaredColumn column, String using) {
		List<String> statements = new ArrayList<>();
		this.existing.indexes(column.name())
			.stream()
			.filter((index) -> IndexNames.isOurs(index.name()))
			.forEach((index) -> statements.add("DROP INDEX " + index.quotedName()));
		TenantPolicy policy = (column.use() == Use.TENANT) ? this.declared.tenantPolicy() : null;
		List<String> policies = this.existing.policies()
			.stream()
			.filter((existing) -> policy != null && TenantPolicy.isOurs(existing))
			.map(ExistingPolicy::name)
			.toList();
		policies.forEach((name) -> statements.add(TenantPolicy.drop(this.declared.table().quotedName(), name)));
		statements.add(this.declared.changeType(column, using));
		if (policy != null) {
			policies.forEach((name) -> statements.add(policy.createPolicy(name)));
		}
		return statements;
	}

	private void addUnwritable(DeclaredColumn column, ExistingColumn found, List<Difference> differences) {
		if (found.generation() != null) {
			differences.add(Difference.refused(
					"column %s is written to, but is generated as %s".formatted(column.name(), found.generation()),
					List.of(this.declared.alterColumn(column.name(), "DROP EXPRESSION"))));
		}
		boolean generated = column.use() == Use.ID && this.declared.table().hasGeneratedIds();
		if (found.identityAlways() && !generated) {
			differences.add(Difference.mended(
					"column %s is written to, but is GENERATED ALWAYS AS IDENTITY".formatted(column.name()),
					List.of(this.declared.alterColumn(column.name(), "SET GENERATED BY DEFAULT"))));
		}
	}

}
