package io.rdsboot.vector.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import io.rdsboot.vector.schema.DeclaredColumn.Use;
import io.rdsboot.vector.table.KeyPlace;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorExpressions;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Declared vector table in SQL: its columns, and the statements that make and change it.
 */
final class TableDefinition {

	/**
	 * Length up to which the server leaves a row in one piece: the most that a page has
	 * room for. By default it moves vectors of more than about 400 values to another
	 * table, where each one that is read costs an index and its own pages more, and where
	 * the planner does not see them.
	 */
	private static final int ROW_LENGTH = 8160;

	private final VectorTable table;

	private final List<DeclaredColumn> columns;

	private final @Nullable TenantPolicy tenantPolicy;

	private final KeyMoves keyMoves;

	TableDefinition(VectorTable table) {
		this.table = table;
		this.columns = columns(table);
		this.keyMoves = new KeyMoves(table);
		MetadataColumn tenant = table.tenantKey();
		this.tenantPolicy = (tenant != null) ? new TenantPolicy(table.quotedName(), tenant) : null;
	}

	private static List<DeclaredColumn> columns(VectorTable table) {
		List<DeclaredColumn> columns = new ArrayList<>();
		columns.add(column(Use.ID, table.idColumn(), table.idType().sqlType()));
		columns.add(vector(Use.EMBEDDING, table, table.embedding()));
		String content = table.contentColumn();
		if (content != null) {
			columns.add(column(Use.CONTENT, content, "text"));
		}
		String metadata = table.metadataColumn();
		if (metadata != null) {
			columns.add(column(Use.METADATA, metadata, table.metadataType().sqlType()));
		}
		table.vectors().stream().skip(1).forEach((vector) -> columns.add(vector(Use.VECTOR, table, vector)));
		for (MetadataColumn key : table.typedKeys()) {
			columns
				.add(column(key.equals(table.tenantKey()) ? Use.TENANT : Use.KEY, key.column(), key.type().sqlType()));
		}
		for (MetadataColumn key : table.formerlyTypedKeys()) {
			KeyPlace former = Objects.requireNonNull(key.formerly());
			columns.add(column(Use.FORMER_KEY, former.column(), former.type().sqlType()));
		}
		TextSearch words = table.textSearch();
		if (words != null) {
			columns.add(column(Use.WORDS, words.column(), "tsvector"));
		}
		return List.copyOf(columns);
	}

	private static DeclaredColumn column(Use use, String name, String type) {
		return new DeclaredColumn(use, name, type, type);
	}

	private static DeclaredColumn vector(Use use, VectorTable table, VectorColumn vector) {
		return new DeclaredColumn(use, vector.name(), new VectorExpressions(table, vector).columnType(),
				"%s(%d)".formatted(vector.type().sqlName(), vector.dimensions()));
	}

	VectorTable table() {
		return this.table;
	}

	List<DeclaredColumn> columns() {
		return this.columns;
	}

	/**
	 * Return the row-level security, or {@code null} if rows have no tenant.
	 */
	@Nullable TenantPolicy tenantPolicy() {
		return this.tenantPolicy;
	}

	/**
	 * Return the expression of the generated words.
	 * @param configuration name of the text search configuration
	 */
	String words(String configuration) {
		return "to_tsvector('%s'::regconfig, COALESCE(%s, ''))".formatted(configuration.replace("'", "''"),
				VectorTable.quote(String.valueOf(this.table.contentColumn())));
	}

	List<String> create() {
		List<String> statements = new ArrayList<>();
		statements.add("CREATE TABLE %s (%s) WITH (toast_tuple_target = %d)".formatted(this.table.quotedName(),
				this.columns.stream().map(this::clause).collect(Collectors.joining(", ")), ROW_LENGTH));
		if (this.tenantPolicy != null) {
			statements.addAll(this.tenantPolicy.create());
		}
		if (!this.keyMoves.isEmpty()) {
			statements.addAll(this.keyMoves.create());
			statements.add(this.keyMoves.markComplete());
		}
		return statements;
	}

	String add(DeclaredColumn column) {
		return alter("ADD COLUMN " + clause(column));
	}

	String drop(DeclaredColumn column) {
		return alter("DROP COLUMN " + VectorTable.quote(column.name()));
	}

	/**
	 * Return the statement that gives a column its declared type.
	 * @param using expression of the new values
	 */
	String changeType(DeclaredColumn column, String using) {
		return alterColumn(column.name(), "TYPE %s USING %s".formatted(column.type(), using));
	}

	String alterColumn(String column, String change) {
		return alter("ALTER COLUMN %s %s".formatted(VectorTable.quote(column), change));
	}

	String alter(String change) {
		return "ALTER TABLE %s %s".formatted(this.table.quotedName(), change);
	}

	private String clause(DeclaredColumn column) {
		String clause = VectorTable.quote(column.name()) + " " + column.type();
		return switch (column.use()) {
			case ID -> clause + (this.table.hasGeneratedIds() ? " " + GeneratedIds.clause(this.table.idType()) : "")
					+ " PRIMARY KEY";
			case EMBEDDING, TENANT -> clause + " NOT NULL";
			case METADATA -> clause + " NOT NULL DEFAULT '{}'";
			case WORDS -> {
				TextSearch words = this.table.textSearch();
				yield (words != null)
						? clause + " GENERATED ALWAYS AS (%s) STORED".formatted(words(words.configuration())) : clause;
			}
			case VECTOR, CONTENT, KEY, FORMER_KEY -> clause;
		};
	}

	/**
	 * Return a text that is the same for all declarations of which the same table is
	 * made, in whatever order they name its columns.
	 */
	@Override
	public String toString() {
		return this.table.quotedName()
				+ this.columns.stream().map(this::clause).sorted().collect(Collectors.joining(", ", " (", ")"))
				+ ((this.tenantPolicy != null) ? " " + this.tenantPolicy.create() : "")
				+ (this.keyMoves.isEmpty() ? "" : " " + this.keyMoves.create());
	}

}
