package io.rdsboot.vector.jdbc.sql;

import io.rdsboot.vector.filter.Condition;
import io.rdsboot.vector.filter.Contains;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.table.VectorTable;

/**
 * Metadata filters as conditions in the definition of an index. A search whose filter has
 * the same condition can use the index, because both are rendered alike.
 */
public final class FilterExpressions {

	private FilterExpressions() {
	}

	/**
	 * Return a filter as a condition on a table's columns, with its values as literals.
	 * @param table the table
	 * @param filter the filter
	 * @return the condition
	 * @throws IllegalArgumentException if a key or a value does not fit the table
	 */
	public static String literal(VectorTable table, MetadataFilter filter) {
		LiteralWriter writer = new LiteralWriter();
		new FilterSql(table, "").write(filter, writer);
		for (Condition condition : filter.conditions()) {
			if (condition instanceof Contains && condition.key().caseIgnored()) {
				throw new IllegalArgumentException(
						"condition '%s' of vector table %s cannot be one of an index, because it looks at each element: leave out lower()"
							.formatted(condition, table));
			}
		}
		return writer.toString();
	}

}
