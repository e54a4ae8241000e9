package io.rdsboot.vector.jdbc.search;

import java.util.List;

import io.rdsboot.vector.SearchPosition;
import io.rdsboot.vector.SearchSettings;
import io.rdsboot.vector.filter.And;
import io.rdsboot.vector.filter.Condition;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.session.Tenant;
import io.rdsboot.vector.jdbc.sql.FilterSql;
import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorExpressions;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of one search, which its statements put on rows of the table {@code t}:
 * to have a vector, to be the tenant's, to fulfil the filter, not to be the row that is
 * searched from, and to stand behind the page before.
 */
final class SearchConditions {

	private final VectorTable table;

	private final VectorColumn column;

	private final VectorExpressions expressions;

	private final SearchSettings settings;

	private final @Nullable Tenant tenant;

	private final FilterSql filterSql;

	SearchConditions(VectorTable table, VectorColumn column, SearchSettings settings, @Nullable Tenant tenant) {
		this.table = table;
		this.column = column;
		this.expressions = new VectorExpressions(table, column);
		this.settings = settings;
		this.tenant = tenant;
		this.filterSql = new FilterSql(table, "t.");
	}

	/**
	 * Return whether rows must fulfil a condition to be found, other than to have a
	 * vector.
	 */
	boolean any() {
		return this.settings.filter() != null || this.tenant != null || this.settings.rowId() != null
				|| this.settings.after() != null;
	}

	/**
	 * Return whether all conditions are about one key, so that no two indexes serve them,
	 * of which the better one would depend on the values.
	 */
	boolean areOfOneKey() {
		MetadataFilter filter = this.settings.filter();
		return filter != null && filter.conditions().stream().map(Condition::key).distinct().count() == 1
				&& this.tenant == null && this.settings.rowId() == null && this.settings.after() == null;
	}

	/**
	 * Return the filter of a partial index that has all rows of this search's filter, or
	 * {@code null} if there is none: the filter itself, or one that it is joined with by
	 * {@code and}.
	 */
	@Nullable MetadataFilter hotFilter() {
		MetadataFilter filter = this.settings.filter();
		if (filter == null || this.column.hotFilters().isEmpty()) {
			return null;
		}
		List<MetadataFilter> conditions = joined(filter);
		return this.column.hotFilters()
			.stream()
			.filter((hot) -> conditions.containsAll(joined(hot)))
			.findFirst()
			.orElse(null);
	}

	private static List<MetadataFilter> joined(MetadataFilter filter) {
		return (filter instanceof And and) ? and.filters().stream().flatMap((part) -> joined(part).stream()).toList()
				: List.of(filter);
	}

	/**
	 * Return a query for nothing but the number of rows that fulfil a filter.
	 */
	SqlStatement rowsOf(@Nullable MetadataFilter filter) {
		SqlBuilder sql = new SqlBuilder().append("SELECT FROM %s t WHERE ".formatted(this.table.quotedName()));
		appendFilter(sql, filter);
		return sql.buildPlannedAnew();
	}

	/**
	 * Append the conditions that a row has to fulfil to be found.
	 */
	void append(SqlBuilder sql) {
		appendFilter(sql, this.settings.filter());
		appendPosition(sql);
	}

	/**
	 * Append the conditions for a plan. {@code IS TRUE} keeps the indexes of the filter's
	 * keys from serving it.
	 */
	void append(SqlBuilder sql, SearchPlan plan) {
		if (!plan.filterHidden()) {
			append(sql);
			return;
		}
		sql.append("(");
		appendFilter(sql, this.settings.filter());
		sql.append(") IS TRUE");
		appendPosition(sql);
	}

	private void appendFilter(SqlBuilder sql, @Nullable MetadataFilter filter) {
		appendPresence(sql);
		if (this.tenant != null) {
			sql.append(" AND ");
			this.tenant.appendCondition("t.", sql);
		}
		if (filter != null) {
			sql.append(" AND (");
			this.filterSql.write(filter, sql);
			sql.append(")");
		}
	}

	/**
	 * Append that a row is not the one that is searched from, and not on a page before.
	 */
	private void appendPosition(SqlBuilder sql) {
		String id = "t." + VectorTable.quote(this.table.idColumn());
		if (this.settings.rowId() != null) {
			sql.append(" AND %s <> ".formatted(id))
				.bind((statement, parameter) -> statement.setObject(parameter, this.settings.rowId()));
		}
		SearchPosition after = this.settings.after();
		if (after != null) {
			sql.append(" AND (%s, %s) > (".formatted(this.expressions.distance("t", "q.v"), id))
				.bind((statement, parameter) -> statement.setDouble(parameter, after.distance()))
				.append(", ")
				.bind((statement, parameter) -> statement.setObject(parameter, after.id()))
				.append(")");
		}
	}

	/**
	 * Append that a row has a vector.
	 */
	void appendPresence(SqlBuilder sql) {
		sql.append("t." + VectorTable.quote(this.column.name()) + " IS NOT NULL");
	}

}
