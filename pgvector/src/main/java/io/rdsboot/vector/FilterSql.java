package io.rdsboot.vector;

import java.util.List;

import io.rdsboot.vector.filter.And;
import io.rdsboot.vector.filter.Between;
import io.rdsboot.vector.filter.Comparison;
import io.rdsboot.vector.filter.Comparison.Operator;
import io.rdsboot.vector.filter.Contains;
import io.rdsboot.vector.filter.Exists;
import io.rdsboot.vector.filter.In;
import io.rdsboot.vector.filter.IsNull;
import io.rdsboot.vector.filter.Like;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.filter.Not;
import io.rdsboot.vector.filter.Or;

/**
 * Renders metadata filters of one table as SQL conditions. A condition may be
 * {@code NULL} where it does not hold.
 */
final class FilterSql {

	private final FilterKeys keys;

	private final TypedFilterSql typed;

	private final JsonFilterSql json;

	/**
	 * Create a renderer.
	 * @param row what stands before the name of a column: an alias and a dot, or nothing
	 */
	FilterSql(VectorTable table, String row) {
		this.keys = new FilterKeys(table);
		this.typed = new TypedFilterSql(table, row);
		this.json = new JsonFilterSql(table, row);
	}

	void write(MetadataFilter filter, FilterWriter sql) {
		if (filter instanceof And and) {
			join(and.filters(), " AND ", sql);
		}
		else if (filter instanceof Or or) {
			join(or.filters(), " OR ", sql);
		}
		else if (filter instanceof Not not) {
			sql.append("(");
			write(not.filter(), sql);
			sql.append(") IS NOT TRUE");
		}
		else {
			writeCondition(filter, sql);
		}
	}

	private void join(List<MetadataFilter> filters, String separator, FilterWriter sql) {
		for (int i = 0; i < filters.size(); i++) {
			sql.append((i > 0) ? separator : "").append("(");
			write(filters.get(i), sql);
			sql.append(")");
		}
	}

	private void writeCondition(MetadataFilter filter, FilterWriter sql) {
		String key = key(filter);
		MetadataColumn column = this.keys.column(key);
		if (column != null) {
			this.typed.write(filter, column, sql);
		}
		else {
			this.json.write(filter, key, sql);
		}
	}

	private static String key(MetadataFilter filter) {
		if (filter instanceof Comparison comparison) {
			return comparison.key();
		}
		if (filter instanceof Between between) {
			return between.key();
		}
		if (filter instanceof In in) {
			return in.key();
		}
		if (filter instanceof Contains contains) {
			return contains.key();
		}
		if (filter instanceof Like like) {
			return like.key();
		}
		if (filter instanceof Exists exists) {
			return exists.key();
		}
		return ((IsNull) filter).key();
	}

	/**
	 * SQL of an operator.
	 */
	static String operator(Operator operator) {
		return (operator == Operator.NOT_EQUAL) ? "<>" : operator.symbol();
	}

}
