package io.rdsboot.vector.jdbc.sql;

import java.util.List;

import io.rdsboot.vector.filter.And;
import io.rdsboot.vector.filter.Comparison.Operator;
import io.rdsboot.vector.filter.Condition;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.filter.Not;
import io.rdsboot.vector.filter.Or;
import io.rdsboot.vector.table.FilterKeys;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorTable;

/**
 * Renders metadata filters of one table as SQL conditions. A condition may be
 * {@code NULL} where it does not hold.
 */
public final class FilterSql {

	private final FilterKeys keys;

	private final TypedFilterSql typed;

	private final JsonFilterSql json;

	/**
	 * Create a renderer.
	 * @param row what stands before the name of a column: an alias and a dot, or nothing
	 */
	public FilterSql(VectorTable table, String row) {
		this.keys = new FilterKeys(table);
		this.typed = new TypedFilterSql(table, row);
		this.json = new JsonFilterSql(table, row);
	}

	public void write(MetadataFilter filter, FilterWriter sql) {
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
			writeCondition((Condition) filter, sql);
		}
	}

	private void join(List<MetadataFilter> filters, String separator, FilterWriter sql) {
		for (int i = 0; i < filters.size(); i++) {
			sql.append((i > 0) ? separator : "").append("(");
			write(filters.get(i), sql);
			sql.append(")");
		}
	}

	private void writeCondition(Condition condition, FilterWriter sql) {
		FilterKeys.Place place = this.keys.place(condition.key());
		MetadataColumn column = place.column();
		if (column != null) {
			this.typed.write(condition, column, sql);
		}
		else {
			this.json.write(condition, place.names(), sql);
		}
	}

	/**
	 * SQL of an operator.
	 */
	static String operator(Operator operator) {
		return (operator == Operator.NOT_EQUAL) ? "<>" : operator.symbol();
	}

}
