package io.rdsboot.vector.jdbc.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.rdsboot.vector.RecordPosition;
import io.rdsboot.vector.RecordQuery;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.session.Tenant;
import io.rdsboot.vector.jdbc.sql.FilterSql;
import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Writes the statement of one record query. Every value is a bind parameter but for the
 * limit, which the planner has to know.
 *
 * <p>
 * A window's rows that have the key and those that lack it are scanned apart. So an index
 * on the key alone serves the order in both directions, wherever the rows without the key
 * stand; rows with equal keys are then sorted by id. The id has the direction of the key,
 * because only then one comparison of both is what follows a position.
 */
final class RecordQuerySql {

	private final VectorTable table;

	private final RecordQuery query;

	private final @Nullable Tenant tenant;

	private final @Nullable SortKey key;

	private final RowColumns columns;

	private final FilterSql filterSql;

	private final String id;

	/**
	 * Create a writer.
	 * @throws IllegalArgumentException if the query does not fit the table
	 */
	RecordQuerySql(VectorTable table, RecordQuery query, @Nullable Tenant tenant) {
		this.table = table;
		this.query = query;
		this.tenant = tenant;
		this.key = SortKey.of(table, query);
		this.columns = new RowColumns(table, true, true, query.hasVectors() ? table.vectors() : List.of());
		this.filterSql = new FilterSql(table, "t.");
		this.id = "t." + VectorTable.quote(table.idColumn());
		requireFittingPosition();
	}

	private void requireFittingPosition() {
		RecordPosition after = this.query.after();
		if (after != null && !Objects.equals(after.key(), this.query.sortKey())) {
			throw new IllegalArgumentException(
					"record query is not possible: the position to go on from is of rows sorted by %s, but the query sorts by %s"
						.formatted(sorting(after.key()), sorting(this.query.sortKey())));
		}
	}

	private static String sorting(@Nullable String key) {
		return (key != null) ? "the key '%s'".formatted(key) : "id";
	}

	/**
	 * Return the columns that statements select first.
	 */
	RowColumns columns() {
		return this.columns;
	}

	/**
	 * Return the position of a row of {@link #window}.
	 * @param value the row's last column
	 */
	RecordPosition position(Object id, @Nullable String value) {
		return new RecordPosition(this.query.sortKey(), value, id);
	}

	/**
	 * Return the statement for one window. Behind the {@link #columns} it selects the
	 * value of the key as text.
	 * @param rows most rows to select
	 */
	SqlStatement window(int rows) {
		// The outer query makes text of metadata, which must not be done for rows that
		// are only sorted.
		SqlBuilder sql = new SqlBuilder().append("SELECT %s, m.k FROM (".formatted(this.columns.unaliased("m")));
		List<Boolean> parts = parts();
		for (int i = 0; i < parts.size(); i++) {
			sql.append((i > 0) ? " UNION ALL (" : "(");
			appendPart(sql, parts.get(i), i, rows);
			sql.append(")");
		}
		return sql
			.append(") m ORDER BY m.p, %sm.c1%s LIMIT %d"
				.formatted((this.key != null) ? "m.o" + direction() + ", " : "", direction(), rows))
			.buildPlannedAnew();
	}

	/**
	 * Return which rows are scanned, one part after the other: those that have the key,
	 * those that lack it.
	 */
	private List<Boolean> parts() {
		if (this.key == null) {
			return List.of(true);
		}
		List<Boolean> parts = new ArrayList<>(List.of(!this.query.isNullsFirst(), this.query.isNullsFirst()));
		RecordPosition after = this.query.after();
		if (after != null && parts.get(0) != (after.value() != null)) {
			parts.remove(0);
		}
		return parts;
	}

	private void appendPart(SqlBuilder sql, boolean hasKey, int number, int rows) {
		String key = (this.key != null) ? this.key.sql("t") : null;
		sql.append("SELECT %s, %d AS p, %s::text AS k, %s AS o FROM %s t".formatted(this.columns.aliased("t"), number,
				(key != null) ? key : "NULL", (key != null) ? key : "NULL", this.table.quotedName()));
		Conjunction where = new Conjunction(sql);
		appendConditions(where);
		if (key != null) {
			where.next(key + (hasKey ? " IS NOT NULL" : " IS NULL"));
		}
		RecordPosition after = this.query.after();
		if (after != null && number == 0) {
			where.next("");
			appendFollowing(sql, after);
		}
		sql.append(" ORDER BY %s%s%s LIMIT %d".formatted((key != null && hasKey) ? key + direction() + ", " : "",
				this.id, direction(), rows));
	}

	/**
	 * Return the statement for all rows, in one scan: each row is read, so that no index
	 * has to find the first ones.
	 */
	SqlStatement all() {
		SqlBuilder sql = new SqlBuilder()
			.append("SELECT %s FROM %s t".formatted(this.columns.fromTable("t"), this.table.quotedName()));
		Conjunction where = new Conjunction(sql);
		appendConditions(where);
		RecordPosition after = this.query.after();
		if (after != null) {
			where.next("(");
			appendFollowing(sql, after);
			if (this.key != null && this.query.isNullsFirst() == (after.value() == null)) {
				sql.append(" OR %s IS %sNULL".formatted(this.key.sql("t"), (after.value() == null) ? "NOT " : ""));
			}
			sql.append(")");
		}
		sql.append(" ORDER BY ");
		if (this.key != null) {
			sql.append("%s%s NULLS %s, ".formatted(this.key.sql("t"), direction(),
					this.query.isNullsFirst() ? "FIRST" : "LAST"));
		}
		sql.append(this.id + direction());
		if (this.query.limit() != null) {
			sql.append(" LIMIT " + this.query.limit());
		}
		return sql.buildPlannedAnew();
	}

	private void appendConditions(Conjunction where) {
		MetadataFilter filter = this.query.filter();
		if (filter != null) {
			SqlBuilder sql = where.next("(");
			this.filterSql.write(filter, sql);
			sql.append(")");
		}
		if (this.tenant != null) {
			this.tenant.appendCondition("t.", where.next(""));
		}
	}

	/**
	 * Append the condition that a row follows a position among those that have the key,
	 * or among those that lack it.
	 */
	private void appendFollowing(SqlBuilder sql, RecordPosition after) {
		String follows = this.query.isDescending() ? " < " : " > ";
		SqlStatement.Binding afterId = (statement, parameter) -> statement.setObject(parameter, after.id());
		if (this.key == null) {
			sql.append(this.id + follows).bind(afterId);
		}
		else if (after.value() == null) {
			sql.append("(%s IS NULL AND %s%s".formatted(this.key.sql("t"), this.id, follows)).bind(afterId).append(")");
		}
		else {
			sql.append("(%s, %s)%s(".formatted(this.key.sql("t"), this.id, follows));
			this.key.append(after.value(), sql);
			sql.append(", ").bind(afterId).append(")");
		}
	}

	private String direction() {
		return this.query.isDescending() ? " DESC" : "";
	}

	/**
	 * Conditions of a {@code WHERE} clause, of which there may be none.
	 */
	private static final class Conjunction {

		private final SqlBuilder sql;

		private boolean begun;

		Conjunction(SqlBuilder sql) {
			this.sql = sql;
		}

		/**
		 * Begin another condition.
		 */
		SqlBuilder next(String condition) {
			this.sql.append((this.begun ? " AND " : " WHERE ") + condition);
			this.begun = true;
			return this.sql;
		}

	}

}
