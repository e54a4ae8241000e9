package io.rdsboot.vector;

import java.util.ArrayList;
import java.util.List;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.sql.FilterExpressions;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorExpressions;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Makes declared tables and their indexes, without what the library has for it.
 */
public final class VectorTestTables {

	private final JdbcTemplate jdbc;

	public VectorTestTables(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Make a table without indexes, in place of one that a failed test left.
	 */
	public void create(VectorTable table) {
		List<String> columns = new ArrayList<>();
		columns.add(column(table.idColumn(), table.idType().sqlType() + " PRIMARY KEY"));
		for (VectorColumn vector : table.vectors()) {
			columns.add(column(vector.name(), new VectorExpressions(table, vector).columnType()));
		}
		if (table.contentColumn() != null) {
			columns.add(column(table.contentColumn(), "text"));
		}
		if (table.metadataColumn() != null) {
			columns.add(column(table.metadataColumn(), "jsonb NOT NULL DEFAULT '{}'"));
		}
		table.typedKeys().forEach((key) -> columns.add(column(key.column(), key.type().sqlType())));
		TextSearch words = table.textSearch();
		if (words != null) {
			columns
				.add(column(words.column(), "tsvector GENERATED ALWAYS AS (to_tsvector('%s', coalesce(%s, ''))) STORED"
					.formatted(words.configuration(), VectorTable.quote(String.valueOf(table.contentColumn())))));
		}
		this.jdbc.execute("DROP TABLE IF EXISTS " + table.quotedName());
		this.jdbc.execute("CREATE TABLE %s (%s)".formatted(table.quotedName(), String.join(", ", columns)));
	}

	private static String column(String name, String definition) {
		return VectorTable.quote(name) + " " + definition;
	}

	/**
	 * Make the indexes of a table and collect its statistics.
	 */
	public void index(VectorTable table) {
		for (VectorColumn vector : table.vectors()) {
			index(table, vector, null);
			vector.hotFilters().forEach((filter) -> index(table, vector, filter));
		}
		for (MetadataColumn key : table.typedKeys()) {
			this.jdbc.execute("CREATE INDEX ON %s USING %s (%s)".formatted(table.quotedName(),
					(key.type() == KeyType.TEXT_ARRAY) ? "gin" : "btree", VectorTable.quote(key.column())));
		}
		if (table.metadataColumn() != null) {
			this.jdbc.execute("CREATE INDEX ON %s USING gin (%s jsonb_path_ops)".formatted(table.quotedName(),
					VectorTable.quote(table.metadataColumn())));
		}
		if (table.textSearch() != null) {
			this.jdbc.execute("CREATE INDEX ON %s USING gin (%s)".formatted(table.quotedName(),
					VectorTable.quote(table.textSearch().column())));
		}
		this.jdbc.execute("VACUUM ANALYZE " + table.quotedName());
	}

	private void index(VectorTable table, VectorColumn column, @Nullable MetadataFilter filter) {
		String name = table.name() + "_" + column.name() + ((filter != null) ? "_hot" : "_index");
		VectorExpressions expressions = new VectorExpressions(table, column);
		String on = "CREATE INDEX %s ON %s USING ".formatted(VectorTable.quote(name), table.quotedName()) + "%s ("
				+ expressions.indexed() + " " + expressions.operatorClass() + ")%s"
				+ ((filter != null) ? " WHERE " + FilterExpressions.literal(table, filter).replace("%", "%%") : "");
		if (column.index() instanceof VectorIndex.Hnsw) {
			this.jdbc.execute(on.formatted("hnsw", ""));
		}
		else if (column.index() instanceof VectorIndex.IvfFlat ivfFlat) {
			this.jdbc.execute(on.formatted("ivfflat", " WITH (lists = %d)".formatted(ivfFlat.lists())));
		}
	}

}
