package io.rdsboot.vector.jdbc.rows;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.rdsboot.vector.RecordChange;
import io.rdsboot.vector.jdbc.sql.MetadataCodec;
import io.rdsboot.vector.jdbc.sql.ReadableMetadataSql;
import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.jdbc.write.IdOrder;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Writes the statement of one change. It locks the rows in the order of their ids, as all
 * writes do, makes their metadata of what they hold then, and changes all of them or, if
 * the metadata of one could not be read afterwards, none.
 */
final class ChangeSql {

	/**
	 * What is wrong with a row's metadata: it is no object, so that nothing can be put in
	 * it.
	 */
	static final int NO_OBJECT = 1;

	private final VectorTable table;

	private final RecordChange change;

	private final String id;

	ChangeSql(VectorTable table, RecordChange change) {
		this.table = table;
		this.change = change;
		this.id = VectorTable.quote(table.idColumn());
	}

	/**
	 * Return the statement. It selects how many rows were changed and, of a row for which
	 * none was, the id as text and what is wrong with it.
	 * @param condition which rows; the table has the alias {@code t}
	 */
	SqlStatement statement(SqlStatement condition) {
		boolean metadata = this.change.changesMetadata() && this.table.metadataColumn() != null;
		SqlBuilder sql = new SqlBuilder().append("WITH changed AS MATERIALIZED (SELECT t.%s AS i, ".formatted(this.id));
		appendMetadata(sql, metadata);
		sql.append(" FROM %s t WHERE ".formatted(this.table.quotedName()))
			.append(condition)
			.append(" ORDER BY %s FOR NO KEY UPDATE OF t), ".formatted(IdOrder.sql(this.table, "t." + this.id)))
			.append("refused AS MATERIALIZED (SELECT c.i, c.problem FROM changed c WHERE c.problem > 0");
		if (metadata && !this.change.put().isEmpty()) {
			sql.append(" OR " + ReadableMetadataSql.exceedsLimits("c.m"));
		}
		sql.append(" LIMIT 1), updated AS (UPDATE %s t SET ".formatted(this.table.quotedName()));
		appendAssignments(sql, metadata);
		return sql.append(
				" FROM changed c WHERE t.%s = c.i AND NOT EXISTS (SELECT FROM refused) RETURNING 1) ".formatted(this.id)
						+ "SELECT count(*), (SELECT i::text FROM refused), (SELECT problem FROM refused) FROM updated")
			.buildPlannedAnew();
	}

	/**
	 * Append the new metadata as {@code m}, and what is wrong with the old one.
	 */
	private void appendMetadata(SqlBuilder sql, boolean changed) {
		if (!changed) {
			sql.append("0 AS problem");
			return;
		}
		String document = new MetadataCodec().write(this.table.untyped(this.change.put()));
		if (this.change.replacesMetadata()) {
			sql.json(document).append(" AS m, 0 AS problem");
			return;
		}
		String column = this.table.metadataDocument("t.");
		Set<String> keys = new LinkedHashSet<>(this.change.removed());
		// Those that have a column too: what other writers left in the JSON is no longer
		// true.
		keys.addAll(this.change.put().keySet());
		sql.append("(CASE jsonb_typeof(%s) WHEN 'object' THEN %1$s ELSE '{}' END - ".formatted(column))
			.anyOf(KeyType.TEXT, List.copyOf(keys))
			.append(") || ")
			.json(document)
			.append(" AS m, CASE WHEN jsonb_typeof(%s) NOT IN ('object', 'null') THEN %d ELSE 0 END AS problem"
				.formatted(column, NO_OBJECT));
	}

	private void appendAssignments(SqlBuilder sql, boolean metadata) {
		Assignments set = new Assignments(sql);
		if (metadata) {
			set.next(String.valueOf(this.table.metadataColumn())).append("c.m");
		}
		if (this.change.changesContent()) {
			set.value(String.valueOf(this.table.contentColumn()), KeyType.TEXT, this.change.content());
		}
		Collection<String> put = this.change.put().keySet();
		for (MetadataColumn key : this.table.keys()) {
			boolean changed = this.change.replacesMetadata() || put.contains(key.key())
					|| this.change.removed().contains(key.key());
			if (changed && !key.equals(this.table.tenantKey())) {
				Object value = this.change.put().get(key.key());
				if (key.type() != KeyType.JSON) {
					set.value(key.column(), key.type(), (value != null) ? key.type().convert(value) : null);
				}
				if (key.formerly() != null && !key.formerly().isJson()) {
					set.value(key.formerly().column(), key.formerly().type(), key.formerly().convert(value));
				}
			}
		}
		// A change of the tenant to what it is leaves nothing to assign.
		if (!set.begun) {
			set.next(this.table.idColumn()).append("t." + this.id);
		}
	}

	/**
	 * Assignments of a {@code SET} clause.
	 */
	private static final class Assignments {

		private final SqlBuilder sql;

		private boolean begun;

		Assignments(SqlBuilder sql) {
			this.sql = sql;
		}

		SqlBuilder next(String column) {
			this.sql.append((this.begun ? ", " : "") + VectorTable.quote(column) + " = ");
			this.begun = true;
			return this.sql;
		}

		void value(String column, KeyType type, @Nullable Object value) {
			SqlBuilder assignment = next(column);
			if (value == null) {
				assignment.append("NULL");
			}
			else {
				assignment.value(type, value);
			}
		}

	}

}
