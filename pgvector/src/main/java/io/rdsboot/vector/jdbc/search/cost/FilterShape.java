package io.rdsboot.vector.jdbc.search.cost;

import java.util.List;

import io.rdsboot.vector.filter.And;
import io.rdsboot.vector.filter.Between;
import io.rdsboot.vector.filter.Comparison;
import io.rdsboot.vector.filter.Condition;
import io.rdsboot.vector.filter.Contains;
import io.rdsboot.vector.filter.In;
import io.rdsboot.vector.filter.Like;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.filter.Not;
import io.rdsboot.vector.filter.Or;

/**
 * What filters are remembered by.
 */
public final class FilterShape {

	private static final int MAX_CONDITIONS = 50;

	private static final int MAX_VALUES = 100;

	private static final int MAX_LENGTH = 1000;

	private FilterShape() {
	}

	/**
	 * Return a filter's keys and operators, without the values. Filters of one shape tend
	 * to lie alike: rows of a category are near to each other, whichever category it is,
	 * and those of a year are not.
	 */
	public static String of(MetadataFilter filter) {
		StringBuilder shape = new StringBuilder();
		append(filter, shape);
		return shape.toString();
	}

	private static void append(MetadataFilter filter, StringBuilder shape) {
		if (filter instanceof And and) {
			append("and", and.filters(), shape);
		}
		else if (filter instanceof Or or) {
			append("or", or.filters(), shape);
		}
		else if (filter instanceof Not not) {
			append("not", List.of(not.filter()), shape);
		}
		else {
			Condition condition = (Condition) filter;
			shape.append(condition.key())
				.append(' ')
				.append((condition instanceof Comparison comparison) ? comparison.operator().symbol()
						: condition.getClass().getSimpleName());
		}
	}

	private static void append(String operator, List<MetadataFilter> filters, StringBuilder shape) {
		shape.append(operator).append('(');
		for (MetadataFilter filter : filters) {
			append(filter, shape);
			shape.append(',');
		}
		shape.append(')');
	}

	/**
	 * Return whether a filter is so small that to keep it takes little memory.
	 */
	static boolean isSmall(MetadataFilter filter) {
		List<Condition> conditions = filter.conditions();
		return conditions.size() <= MAX_CONDITIONS && conditions.stream().allMatch(FilterShape::isSmallCondition);
	}

	private static boolean isSmallCondition(Condition condition) {
		if (condition instanceof In in) {
			return in.values().size() <= MAX_VALUES && in.values().stream().allMatch(FilterShape::isShort);
		}
		if (condition instanceof Comparison comparison) {
			return isShort(comparison.value());
		}
		if (condition instanceof Contains contains) {
			return isShort(contains.element());
		}
		if (condition instanceof Between between) {
			return isShort(between.low()) && isShort(between.high());
		}
		return !(condition instanceof Like like) || isShort(like.pattern());
	}

	private static boolean isShort(Object value) {
		return !(value instanceof String text) || text.length() <= MAX_LENGTH;
	}

}
